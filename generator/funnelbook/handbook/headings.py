"""Headings: their ids, their order, and the table of contents they make."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from itertools import pairwise

from markdown_it.rules_core import StateCore
from markdown_it.token import Token

from funnelbook.handbook.live import LIVE, without_live
from funnelbook.handbook.playbook import Heading
from funnelbook.handbook.reports import Reports
from funnelbook.handbook.tokens import is_text
from funnelbook.project import fold, quoted

_NO_WORD = re.compile(r"[^\w\s-]")
_BETWEEN = re.compile(r"[\s_-]+")
_OWN_ID = re.compile(r"\s*\{#([\w-]+)\}\s*$")


def drop_repeated_title(tokens: list[Token], title: str) -> list[Token]:
    """Without a first heading that only repeats the title, which the page shows anyway."""
    if len(tokens) >= 3 and tokens[0].tag == "h1" and fold(tokens[1].content) == fold(title):
        return tokens[3:]
    return tokens


def take_own_ids(state: StateCore) -> None:
    """`## Title {#id}`: the id leaves the text. Runs before the text is parsed."""
    for opening, inline in pairwise(state.tokens):
        if opening.type == "heading_open" and (found := _OWN_ID.search(inline.content)):
            opening.attrSet("id", found[1])
            inline.content = inline.content[: found.start()]


def name_headings(tokens: Sequence[Token], reports: Reports) -> tuple[Heading, ...]:
    """Gives every heading its id and returns them all; the page's title is level 1, so the body begins at 2."""
    found: list[Heading] = []
    level = 1
    ids = _Ids(reports)
    for number in [number for number, token in enumerate(tokens) if token.type == "heading_open"]:
        opening, inline = tokens[number], tokens[number + 1]
        line = opening.map[0] if opening.map else 0
        text = plain(inline)
        heading = Heading(
            ids.give(opening, without_live(text), line), int(opening.tag[1]), text, reports.line(line)
        )
        opening.attrSet("id", heading.id)
        _check_level(heading, level, line, reports)
        level = heading.level
        found.append(heading)
    return tuple(found)


def _check_level(heading: Heading, before: int, line: int, reports: Reports) -> None:
    if not heading.text:
        reports.add(line, "empty-heading", "a heading without text")
    if heading.level == 1:
        reports.add(line, "heading-level", "the title is the only heading of level 1", "begin this one with ##")
    elif heading.level > before + 1:
        message = f"the heading jumps from level {before} to {heading.level}"
        reports.add(line, "heading-level", message, f"begin it with {'#' * (before + 1)}")


class _Ids:
    """The ids of one page: a heading's own, else one made from its text, with a number when that is taken."""

    def __init__(self, reports: Reports) -> None:
        self._reports = reports
        self._taken: set[str] = set()
        self._numbers: dict[str, int] = {}

    def give(self, opening: Token, text: str, line: int) -> str:
        own = opening.attrGet("id")
        if own is None:
            return self._made(f"h-{slugify(text)}")
        if str(own) in self._taken:
            self._reports.add(line, "duplicate-id", f"the id {quoted(str(own))} is taken", "choose another one")
        self._taken.add(str(own))
        return str(own)

    def _made(self, name: str) -> str:
        unique = name
        while unique in self._taken:
            self._numbers[name] = self._numbers.get(name, 1) + 1
            unique = f"{name}-{self._numbers[name]}"
        self._taken.add(unique)
        return unique


def slugify(text: str) -> str:
    """Small letters and digits of any script, hyphens between words."""
    kept = _NO_WORD.sub("", unicodedata.normalize("NFC", text).lower())
    return _BETWEEN.sub("-", kept).strip("-")[:80] or "section"


def plain(token: Token) -> str:
    """The text of an inline token without its mark-up; a picture is its alternative text."""
    children: Sequence[Token] = token.children or ()
    if is_text(children):
        return " ".join(children[0].content.split())
    parts = []
    for child in children:
        if child.type in ("text", "code_inline", LIVE):
            parts.append(child.content)
        elif child.type in ("softbreak", "hardbreak"):
            parts.append(" ")
        elif child.type == "image":
            parts.append(plain(child))
    return " ".join("".join(parts).split())
