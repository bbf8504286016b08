"""What begins at a sign inside a text: only what the sign allows is tried."""

from __future__ import annotations

import re

from markdown_it import MarkdownIt
from markdown_it.parser_inline import ParserInline, RuleFuncInlineType
from markdown_it.ruler import Rule
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from markdown_it.utils import EnvType

from funnelbook.handbook.tokens import InlineState

#: Where a rule of the dialect may begin, or a label end.
ACTIVE = re.compile(r"[\n\\`~*_\[\]<&{]|!(?=\[)|\^(?=\[)")

#: Rule -> the signs that it can begin with; one that is not named here is tried everywhere.
_FIRST_SIGNS = {
    "attr": "{",
    "autolink": "<",
    "backticks": "`",
    "emphasis": "*_",
    "entity": "&",
    "escape": "\\",
    "footnote_inline": "^",
    "footnote_ref": "[",
    "html_inline": "<",
    "image": "!",
    "link": "[",
    "linkify": ":",
    "newline": "\n",
    "role": "{",
    "span": "[",
    "strikethrough": "~",
}
_SIGNS = frozenset("".join(_FIRST_SIGNS.values()))
#: Stands for all other signs.
_OTHER = "a"


class _Allowed(dict[str, list[RuleFuncInlineType]]):
    """A sign -> the rules to try at it."""

    def __init__(self, rules: list[Rule[RuleFuncInlineType]]) -> None:
        super().__init__()
        self._rules = rules

    def __missing__(self, sign: str) -> list[RuleFuncInlineType]:
        found = self[sign] = [
            rule.fn for rule in self._rules if rule.enabled and sign in _FIRST_SIGNS.get(rule.name, sign)
        ]
        return found


class Inlines(ParserInline):
    """The library's, which learns its dialect before it reads the first text; signs are paired only where some are
    that come in pairs.
    """

    def __init__(self) -> None:
        super().__init__()
        self.terminator_re = ACTIVE
        self._allowed = _Allowed(self.ruler.__rules__)

    def parse(self, src: str, md: MarkdownIt, env: EnvType, tokens: list[Token]) -> list[Token]:
        state = InlineState(src, md, env, tokens)
        self.tokenize(state)
        if state.has_delimiters:
            for rule in self.ruler2.getRules(""):
                rule(state)
        return state.tokens

    def tokenize(self, state: StateInline) -> None:
        end, text = state.posMax, state.src
        deepest = state.md.options["maxNesting"]
        while state.pos < end:
            if state.level >= deepest or not self._matches(state, silent=False):
                state.append_pending(text[state.pos])
                state.pos += 1
        if state.pending:
            state.pushPending()

    def skipToken(self, state: StateInline) -> None:  # noqa: N802 -- the library's name
        begin = state.pos
        if begin in state.cache:
            state.pos = state.cache[begin]
            return
        if state.level >= state.md.options["maxNesting"]:
            state.pos = state.posMax + 1
        else:
            state.level += 1
            if not self._matches(state, silent=True):
                state.pos += 1
            state.level -= 1
        state.cache[begin] = state.pos

    def _matches(self, state: StateInline, *, silent: bool) -> bool:
        sign = state.src[state.pos]
        for rule in self._allowed[sign if sign in _SIGNS else _OTHER]:  # noqa: SIM110 -- as in `blocks`
            if rule(state, silent):
                return True
        return False
