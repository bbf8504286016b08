"""markdown-it's tokens and the states that make them, in a quarter of the library's time: a page has hundreds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal, cast

from markdown_it.rules_block import StateBlock
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from msgspec import Struct


class _Token(Struct):
    """As the library's `Token`, field for field."""

    type: str
    tag: str
    nesting: Literal[-1, 0, 1]
    attrs: dict[str, str | int | float] = {}
    map: list[int] | None = None
    level: int = 0
    children: list[Token] | None = None
    content: str = ""
    markup: str = ""
    info: str = ""
    meta: dict[Any, Any] = {}
    block: bool = False
    hidden: bool = False

    attrItems = Token.attrItems  # noqa: N815 -- the library's names, here and below
    attrPush = Token.attrPush  # noqa: N815
    attrSet = Token.attrSet  # noqa: N815
    attrGet = Token.attrGet  # noqa: N815
    attrJoin = Token.attrJoin  # noqa: N815


def text_token(content: str, level: int = 0) -> Token:
    return cast(Token, _Token("text", "", 0, level=level, content=content))


def is_text(children: Sequence[Token]) -> bool:
    """Whether a text without mark-up is all there is."""
    return len(children) == 1 and children[0].type == "text"


class BlockState(StateBlock):
    """Makes the tokens of blocks."""

    def push(self, ttype: str, tag: str, nesting: Literal[-1, 0, 1]) -> Token:
        if nesting < 0:
            self.level -= 1
        token = cast(Token, _Token(ttype, tag, nesting, level=self.level, block=True))
        if nesting > 0:
            self.level += 1
        self.tokens.append(token)
        return token


class InlineState(StateInline):
    """Makes the tokens inside a text."""

    def pushPending(self) -> Token:  # noqa: N802 -- the library's name
        token = text_token(self.pending, self.pendingLevel)
        self.tokens.append(token)
        self.pending = ""
        return token

    def push(self, ttype: str, tag: str, nesting: Literal[-1, 0, 1]) -> Token:
        if self.pending:
            self.pushPending()
        if nesting < 0:
            self.level -= 1
            self.delimiters = self._prev_delimiters.pop()
        token = cast(Token, _Token(ttype, tag, nesting, level=self.level))
        inside: dict[str, Any] | None = None
        if nesting > 0:
            self.level += 1
            self._prev_delimiters.append(self.delimiters)
            self.delimiters = []
            inside = {"delimiters": self.delimiters}
        self.pendingLevel = self.level
        self.tokens.append(token)
        self.tokens_meta.append(inside)
        return token

    @property
    def has_delimiters(self) -> bool:
        """Whether signs were found that may come in pairs."""
        return bool(self.delimiters) or any(each and each["delimiters"] for each in self.tokens_meta)
