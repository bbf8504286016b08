"""Marks in a playbook's HTML and text where its live places go: numbers, charts and links that pages know.

A mark is the place's number between two NUL signs. Nobody can write one: Markdown reads a NUL, and the entity for
it, as a replacement character.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from html import escape
from typing import Any

from markdown_it.token import Token

from funnelbook.handbook.tokens import is_text

#: The type of the tokens that stand for live places.
LIVE = "live"

_MARK = re.compile("\0(\\d+)\0")


def mark(number: int) -> str:
    return f"\0{number}\0"


def shown(renderer: object, tokens: Sequence[Token], number: int, options: object, env: Any) -> str:
    """How a live token is rendered: as its mark."""
    return tokens[number].content


def fill(text: str, place: Callable[[int], str]) -> str:
    """A playbook's HTML, text, summary or heading with `place(number)`, of `Playbook.live`, for each mark."""
    return _MARK.sub(lambda found: place(int(found[1])), text)


def spelt(html: str, written: Sequence[str]) -> str:
    """The HTML with each live place as it was written, for readers without numbers."""
    return fill(html, lambda number: f"<code>{escape(written[number])}</code>")


def pieces(html: str) -> Iterator[str | int]:
    """The HTML between the marks, and the marks' numbers."""
    for number, piece in enumerate(_MARK.split(html)):
        yield int(piece) if number % 2 else piece


def without_live(text: str) -> str:
    return _MARK.sub("", text)


def with_lines(tokens: Sequence[Token]) -> list[tuple[Token, int]]:
    """The tokens that say more than a text or a bare tag, inline ones among them, each with its line in the body:
    those with attributes or notes, live places, and where links end.
    """
    found = []
    line = 0
    for token in tokens:
        if token.map:
            line = token.map[0]
        if token.attrs or token.meta or token.type == LIVE:
            found.append((token, line))
        if token.children and not is_text(token.children):
            found += _within(token.children, line)
    return found


def _within(children: Sequence[Token], line: int) -> Iterator[tuple[Token, int]]:
    for child in children:
        if child.attrs or child.meta or child.type in (LIVE, "link_close"):
            yield child, line
        line += child.type in ("softbreak", "hardbreak")
