"""The Markdown dialect of playbooks: CommonMark, tables, footnotes, definitions, task lists, MyST directives.

Raw HTML is text, nothing is run, and no template language is known: what stands in braces is printed as it stands.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cache, partial

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from mdit_py_plugins.attrs import attrs_block_plugin, attrs_plugin
from mdit_py_plugins.colon_fence import colon_fence_plugin
from mdit_py_plugins.deflist import deflist_plugin
from mdit_py_plugins.footnote import footnote_plugin
from mdit_py_plugins.tasklists import tasklists_plugin

from funnelbook.handbook.directives import expand_directives
from funnelbook.handbook.firm_spaces import keep_together, may_be_firm
from funnelbook.handbook.headings import take_own_ids
from funnelbook.handbook.live import LIVE, shown
from funnelbook.handbook.markdown import Markdown
from funnelbook.handbook.reports import Reports
from funnelbook.handbook.roles import role

#: Beyond it the block parser drops what is inside without a word, so whoever reaches it gets a finding.
DEEPEST = 40
#: Opening brackets make the inline parser look ahead to the block's end; this many squared take about a second.
_MOST_BRACKETS_SQUARED = 20_000_000
#: For each task the task list plugin searches its list from the item upwards.
_TASK_EFFORT = 10_000
_ALLOWED = ("class", "id")
#: Rule -> what finds something in each text in which the rule does.
_NEEDED: Mapping[str, Callable[[str], object]] = {
    "attr": re.compile("{").search,
    "directives": re.compile("```|~~~|:::").search,
    "github-tasklists": re.compile(r"\[[ xX]\]").search,
    "heading-ids": re.compile("{#").search,
    "firm-spaces": may_be_firm,
}


@cache
def parser() -> MarkdownIt:
    return _sparing(taught(Markdown(DEEPEST)))


def taught(md: MarkdownIt) -> MarkdownIt:
    """The same parser, which knows the dialect now."""
    md.use(colon_fence_plugin).use(deflist_plugin).use(footnote_plugin).use(tasklists_plugin, label=True)
    md.use(attrs_plugin, spans=True, allowed=_ALLOWED).use(attrs_block_plugin, allowed=_ALLOWED)
    _leave_percent_signs(md)
    md.inline.ruler.before("backticks", "role", role)
    md.add_render_rule(LIVE, shown)
    md.core.ruler.after("block", "directives", expand_directives)
    md.core.ruler.before("inline", "effort", _check_effort)
    md.core.ruler.before("inline", "heading-ids", take_own_ids)
    md.core.ruler.push("firm-spaces", keep_together)
    return md


def _sparing(md: MarkdownIt) -> MarkdownIt:
    """The same parser; a rule walks over no tokens of a text in which it finds nothing."""
    rules = {each.name: each.fn for each in md.core.ruler.__rules__}
    for name, needed in _NEEDED.items():
        md.core.ruler.at(name, partial(_where, needed, rules[name]))
    return md


def _where(needed: Callable[[str], object], rule: Callable[[StateCore], None], state: StateCore) -> None:
    if needed(state.src):
        rule(state)


def _leave_percent_signs(md: MarkdownIt) -> None:
    """The attribute rules take `{% … %}` for a comment and drop it; here it is a text like any other."""
    block = next(rule.fn for rule in md.block.ruler.__rules__ if rule.name == "attr")
    inline = next(rule.fn for rule in md.inline.ruler.__rules__ if rule.name == "attr")

    def on_line(state: StateBlock, start: int, end: int, silent: bool) -> bool:
        line = state.src[state.bMarks[start] : state.eMarks[start]]
        return "%" not in line and block(state, start, end, silent)

    def in_text(state: StateInline, silent: bool) -> bool:
        if state.pending or not state.tokens:  # attributes stand right behind what they belong to
            return False
        return "%" not in state.src[state.pos :].partition("}")[0] and inline(state, silent)

    md.block.ruler.at("attr", on_line)
    md.inline.ruler.at("attr", in_text)


def _check_effort(state: StateCore) -> None:
    reports: Reports = state.env["reports"]
    effort = 0
    for token in state.tokens:
        if token.level >= DEEPEST - 1:
            reports.too_complex(_line(token), "quotes or lists are nested too deeply")
        if token.type == "inline" and "[" in token.content:
            effort += token.content.count("[") ** 2 + _TASK_EFFORT * token.content.startswith("[")
            if effort > _MOST_BRACKETS_SQUARED:
                reports.too_complex(_line(token), "too many brackets")


def _line(token: Token) -> int:
    return token.map[0] if token.map else 0
