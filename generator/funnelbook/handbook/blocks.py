"""Which block begins on a line: only what its first sign and the line behind it allow is tried."""

from __future__ import annotations

import re
from functools import cache

from markdown_it import MarkdownIt
from markdown_it.parser_block import ParserBlock, RuleFuncBlockType
from markdown_it.ruler import Rule, Ruler
from markdown_it.rules_block import StateBlock
from markdown_it.token import Token
from markdown_it.utils import EnvType

from funnelbook.handbook.tokens import BlockState

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
_SIGNS = frozenset("".join(_FIRST_SIGNS.values()))
#: Stands for all other signs.
_OTHER = "a"
#: What stands before a block's own signs when quotes and lists hold it.
_INSIDE = r"^[ \t>]*"
#: Block rules that look for their signs on a later line -> what each text has in which they find any.
_BEHIND = {
    "lheading": re.compile(_INSIDE + r"(?:=+|-+)[ \t]*$", re.MULTILINE),
    "deflist": re.compile(_INSIDE + "[:~]", re.MULTILINE),
}
#: What stands on the line behind: nothing, anything, or what may be below a table's head.
_NOTHING, _ANYTHING, _BELOW_HEAD = range(3)

_Rules = list[Rule[RuleFuncBlockType]]


class _Allowed(dict[tuple[str, int, str], list[RuleFuncBlockType]]):
    """A chain of rules, what stands on the line behind, the line's first sign, "" where there is none -> the rules
    to try, in a text that is `lacking` what others need.
    """

    def __init__(self, rules: _Rules, lacking: frozenset[str]) -> None:
        super().__init__()
        self._rules, self._lacking = rules, lacking

    def __missing__(self, key: tuple[str, int, str]) -> list[RuleFuncBlockType]:
        chain, behind, sign = key
        found = self[key] = [
            rule.fn
            for rule in self._rules
            if rule.enabled
            and (not chain or chain in rule.alt)
            and rule.name not in self._lacking
            and sign in _FIRST_SIGNS.get(rule.name, sign)
            and not (rule.name == "table" and behind != _BELOW_HEAD)
            and not (rule.name == "lheading" and behind == _NOTHING)
        ]
        return found


class _State(BlockState):
    allowed: _Allowed


def _allowed(chain: str, state: StateBlock, line: int, end: int) -> list[RuleFuncBlockType]:
    """What can begin on the line."""
    begins, indents, ends, text = state.bMarks, state.tShift, state.eMarks, state.src
    begin, behind, sign = begins[line] + indents[line], _NOTHING, ""
    if begin < ends[line]:
        sign = text[begin] if text[begin] in _SIGNS else _OTHER
    line += 1
    if line < end:
        begin = begins[line] + indents[line]
        if begin < ends[line]:
            behind = _BELOW_HEAD if text[begin] in "|-:" else _ANYTHING
    allowed: _Allowed = state.allowed  # type: ignore[attr-defined]  # every state of ours is a `_State`
    return allowed[chain, behind, sign]


class _Ruler(Ruler[RuleFuncBlockType]):
    """A chain that looks where a block ends is one rule, which tries what the line allows."""

    def __init__(self, rules: _Rules) -> None:
        super().__init__()
        self.__rules__ = rules

    def getRules(self, chainName: str = "") -> list[RuleFuncBlockType]:  # noqa: N802, N803 -- the library's names
        return _ends(chainName) if chainName else super().getRules()


@cache
def _ends(chain: str) -> list[RuleFuncBlockType]:
    def ends(state: StateBlock, line: int, end: int, silent: bool) -> bool:
        for rule in _allowed(chain, state, line, end):  # noqa: SIM110 -- `any` takes half as long again
            if rule(state, line, end, silent):
                return True
        return False

    return [ends]


class Blocks(ParserBlock):
    """The library's, which learns its dialect before it reads the first text."""

    def __init__(self) -> None:
        super().__init__()
        self.ruler = _Ruler(self.ruler.__rules__)
        self._known: dict[frozenset[str], _Allowed] = {}

    def parse(self, src: str, md: MarkdownIt, env: EnvType, outTokens: list[Token]) -> list[Token] | None:  # noqa: N803 -- the library's
        if not src:
            return None
        state = _State(src, md, env, outTokens)
        state.allowed = self._allowed_in(src)
        self.tokenize(state, state.line, state.lineMax)
        return state.tokens

    def _allowed_in(self, text: str) -> _Allowed:
        lacking = frozenset(name for name, signs in _BEHIND.items() if not signs.search(text))
        if lacking not in self._known:
            self._known[lacking] = _Allowed(self.ruler.__rules__, lacking)
        return self._known[lacking]

    def tokenize(self, state: StateBlock, startLine: int, endLine: int) -> None:  # noqa: N803 -- the library's
        line, loose = startLine, False
        while line < endLine:
            state.line = line = state.skipEmptyLines(line)
            if line >= endLine or state.sCount[line] < state.blkIndent:
                break
            if state.level >= state.md.options.maxNesting:
                state.line = endLine
                break
            for rule in _allowed("", state, line, endLine):
                if rule(state, line, endLine, False):
                    break
            state.tight = not loose
            line = state.line
            loose = loose or (line - 1 < endLine and state.isEmpty(line - 1))
            if line < endLine and state.isEmpty(line):
                loose = True
                line += 1
                state.line = line
