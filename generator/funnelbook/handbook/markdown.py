"""markdown-it, the same to the letter and in less time: what a text cannot be is not tried on it.

Three quarters of a playbook's texts hold no mark-up, and nearly every line's first sign tells what block it is none
of; so does the line behind it. Whoever adds a rule to the dialect looks whether its signs stand in `_ACTIVE` and in
`_FIRST_SIGNS`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from markdown_it import MarkdownIt
from markdown_it.common.normalize_url import normalizeLink
from markdown_it.common.utils import escapeHtml
from markdown_it.parser_block import ParserBlock, RuleFuncBlockType
from markdown_it.parser_inline import ParserInline, RuleFuncInlineType
from markdown_it.renderer import RendererHTML
from markdown_it.ruler import Rule, Ruler
from markdown_it.rules_block import StateBlock
from markdown_it.rules_core import StateCore
from markdown_it.rules_core.normalize import normalize
from markdown_it.rules_core.text_join import text_join
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

from funnelbook.handbook.tokens import BlockState, InlineState, is_text, text_token

#: Where a rule of the dialect may begin, or a label end, inside a text.
_ACTIVE = re.compile(r"[\n\\`~*_\[\]<&{]|!(?=\[)|\^(?=\[)")

#: Block rule -> the signs that its first line can begin with; one that is not named here is tried on every line.
_FIRST_SIGNS = {
    "attr": "{",
    "blockquote": ">",
    "colon_fence": ":",
    "fence": "`~",
    "footnote_def": "[",
    "heading": "#",
    "hr": "*-_",
    "html_block": "<",
    "list": "*+-0123456789",
    "reference": "[",
}
#: What stands before a block's own signs when quotes and lists hold it.
_INSIDE = r"^[ \t>]*"
#: The same of the rules inside a text.
_FIRST_INSIDE = {
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
#: Block rules that look for their signs on a later line -> what each text has in which they find any.
_BEHIND = {
    "lheading": re.compile(_INSIDE + r"(?:=+|-+)[ \t]*$", re.MULTILINE),
    "deflist": re.compile(_INSIDE + "[:~]", re.MULTILINE),
}
#: What stands on the line behind: nothing, anything, or what may be below a table's head.
_NOTHING, _ANYTHING, _BELOW_HEAD = range(3)


class Markdown(MarkdownIt):
    """The parser before it learns its dialect."""

    def __init__(self, deepest: int) -> None:
        options = {"html": False, "linkify": False, "typographer": False, "maxNesting": deepest}
        super().__init__("js-default", options, renderer_cls=_Html)
        self.block = _Blocks()
        self.inline = _Inlines()
        self.inline.terminator_re = _ACTIVE
        self.core.ruler.at("normalize", _normalise)
        self.core.ruler.at("inline", _read_texts)
        self.core.ruler.at("text_join", _join_texts)

    def validateLink(self, url: str) -> bool:  # noqa: N802 -- the library's name
        """A link that is not allowed must become a finding, not silently a text: see `rendering`."""
        return True

    def normalizeLink(self, url: str) -> str:  # noqa: N802 -- the library's name
        return _normal(url)


@lru_cache(maxsize=2**14)
def _normal(url: str) -> str:
    """Remembered, for a handbook's pages link to each other."""
    return normalizeLink(url)


def _normalise(state: StateCore) -> None:
    """The library's rule, for a text that has what it looks for."""
    if "\r" in state.src or "\0" in state.src:
        normalize(state)


def _read_texts(state: StateCore) -> None:
    """The library's `inline` rule, which a text without mark-up passes by."""
    for token in state.tokens:
        if token.type != "inline":
            continue
        content = token.content
        if token.children is None:
            token.children = []
        if _ACTIVE.search(content):
            state.md.inline.parse(content, state.md, state.env, token.children)
        elif content:
            token.children.append(text_token(content))


def _join_texts(state: StateCore) -> None:
    """The library's `text_join`, which asks nothing of a text that is one already."""
    joined = [each for each in state.tokens if each.children and not is_text(each.children)]
    if joined:
        every, state.tokens = state.tokens, joined
        text_join(state)
        state.tokens = every


#: A chain of rules, what stands on the line behind, the line's first sign -> the rules to try.
_Allowed = dict[tuple[str, int, str], list[RuleFuncBlockType]]


class _State(BlockState):
    """`allowed` is for texts that lack what this one lacks."""

    allowed: _Allowed


class _Rules(Ruler[RuleFuncBlockType]):
    """The rules of blocks; the chains that look where a block ends are one rule each, which knows what to try.

    The dialect is learned before the first text is read.
    """

    def __init__(self, rules: list[Rule[RuleFuncBlockType]]) -> None:
        super().__init__()
        self.__rules__ = rules
        self._chains: dict[str, list[RuleFuncBlockType]] = {}
        self._lacking: dict[tuple[str, ...], _Allowed] = {}

    def getRules(self, chainName: str = "") -> list[RuleFuncBlockType]:  # noqa: N802, N803 -- the library's names
        if chainName not in self._chains:
            self._chains[chainName] = [self._ends(chainName)] if chainName else super().getRules()
        return self._chains[chainName]

    def _ends(self, chain: str) -> RuleFuncBlockType:
        allowed = self.allowed

        def ends(state: StateBlock, line: int, end: int, silent: bool) -> bool:
            for rule in allowed(chain, state, line, end):  # noqa: SIM110 -- `any` takes half as long again
                if rule(state, line, end, silent):
                    return True
            return False

        return ends

    def known(self, text: str) -> _Allowed:
        """What may be tried in the text, as far as any line of it or another one has needed it."""
        lacking = tuple(name for name, signs in _BEHIND.items() if not signs.search(text))
        return self._lacking.setdefault(lacking, {("", 0, ""): []})

    def allowed(self, chain: str, state: StateBlock, line: int, end: int) -> list[RuleFuncBlockType]:
        """What can begin on the line, by its first sign and the line behind it."""
        begins, indents, ends, text = state.bMarks, state.tShift, state.eMarks, state.src
        begin, behind = begins[line] + indents[line], _NOTHING
        sign = text[begin] if begin < ends[line] else ""
        line += 1
        if line < end:
            begin = begins[line] + indents[line]
            if begin < ends[line]:
                behind = _BELOW_HEAD if text[begin] in "|-:" else _ANYTHING
        known: _Allowed = state.allowed  # type: ignore[attr-defined]  # every state of ours is a `_State`
        key = chain, behind, sign
        found = known.get(key)
        if found is None:
            lacking = next(each for each, allowed in self._lacking.items() if allowed is known)
            found = known[key] = self._found(lacking, *key)
        return found

    def _found(self, lacking: tuple[str, ...], chain: str, behind: int, sign: str) -> list[RuleFuncBlockType]:
        return [
            rule.fn
            for rule in self.__rules__
            if rule.enabled
            and (not chain or chain in rule.alt)
            and rule.name not in lacking
            and sign in _FIRST_SIGNS.get(rule.name, sign)
            and not (rule.name == "table" and behind != _BELOW_HEAD)
            and not (rule.name == "lheading" and behind == _NOTHING)
        ]


class _Blocks(ParserBlock):
    """Tries the rules that a line's first sign allows, and the line behind it."""

    ruler: _Rules

    def __init__(self) -> None:
        super().__init__()
        self.ruler = _Rules(self.ruler.__rules__)

    def parse(self, src: str, md: MarkdownIt, env: EnvType, outTokens: list[Token]) -> list[Token] | None:  # noqa: N803 -- the library's
        if not src:
            return None
        state = _State(src, md, env, outTokens)
        state.allowed = self.ruler.known(src)
        self.tokenize(state, state.line, state.lineMax)
        return state.tokens

    def tokenize(self, state: StateBlock, startLine: int, endLine: int) -> None:  # noqa: N803 -- the library's
        line, loose = startLine, False
        while line < endLine:
            state.line = line = state.skipEmptyLines(line)
            if line >= endLine or state.sCount[line] < state.blkIndent:
                break
            if state.level >= state.md.options.maxNesting:
                state.line = endLine
                break
            for rule in self.ruler.allowed("", state, line, endLine):
                if rule(state, line, endLine, False):
                    break
            state.tight = not loose
            line = state.line
            loose = loose or (line - 1 < endLine and state.isEmpty(line - 1))
            if line < endLine and state.isEmpty(line):
                loose = True
                line += 1
                state.line = line


class _Inlines(ParserInline):
    """Tries the rules that a sign allows, and does not pair signs where none are that come in pairs."""

    def __init__(self) -> None:
        super().__init__()
        self._allowed: dict[str, list[RuleFuncInlineType]] = {}

    def tokenize(self, state: StateInline) -> None:
        end, text = state.posMax, state.src
        while state.pos < end:
            if not self._matches(state, text[state.pos], silent=False):
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
            state.pos = state.posMax
        state.level += 1
        if not self._matches(state, state.src[begin], silent=True):
            state.pos += 1
        state.level -= 1
        state.cache[begin] = state.pos

    def _matches(self, state: StateInline, sign: str, *, silent: bool) -> bool:
        if state.level >= state.md.options["maxNesting"] + silent:
            return False
        rules = self._allowed.get(sign)
        if rules is None:
            rules = self._allowed[sign] = [
                rule.fn
                for rule in self.ruler.__rules__
                if rule.enabled and sign in _FIRST_INSIDE.get(rule.name, sign)
            ]
        for rule in rules:  # noqa: SIM110 -- as above
            if rule(state, silent):
                return True
        return False

    def parse(self, src: str, md: MarkdownIt, env: EnvType, tokens: list[Token]) -> list[Token]:
        state = InlineState(src, md, env, tokens)
        self.tokenize(state)
        if state.has_delimiters:
            for rule in self.ruler2.getRules(""):
                rule(state)
        return state.tokens


class _Html(RendererHTML):
    """The library's renderer, with a short way for what most tokens are: texts, and tags without attributes."""

    def render(self, tokens: Sequence[Token], options: OptionsDict, env: EnvType) -> str:
        out: list[str] = []
        for number, token in enumerate(tokens):
            children = token.children
            if token.type != "inline":
                rule = self.rules.get(token.type)
                if rule is None and token.nesting == -1 and token.block and not (token.hidden or token.attrs):
                    out.append(f"</{token.tag}>\n")
                else:
                    out.append((rule or self.renderToken)(tokens, number, options, env))
            elif children and is_text(children):
                out.append(escapeHtml(children[0].content))
            elif children:
                out.append(self.renderInline(children, options, env))
        return "".join(out)

    def renderToken(  # noqa: N802 -- the library's name
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        token = tokens[idx]
        if token.hidden:
            return ""
        tag = f"</{token.tag}" if token.nesting == -1 else f"<{token.tag}"
        if token.attrs:
            tag += self.renderAttrs(token)
        if not token.block:
            return tag + ">"
        if token.nesting != -1 and idx and tokens[idx - 1].hidden:
            tag = "\n" + tag
        if token.nesting == 1 and idx + 1 < len(tokens):
            after = tokens[idx + 1]
            if after.type == "inline" or after.hidden or (after.nesting == -1 and after.tag == token.tag):
                return tag + ">"
        return tag + ">\n"
