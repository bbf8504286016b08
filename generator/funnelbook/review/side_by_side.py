"""Two versions of a rendered playbook, block beside block, with the words marked that were put in or taken out.

The HTML is what this program's own renderer made, so a tag never holds a raw `>` in an attribute, and every text is
escaped. Tags are written anew with few attributes: ids would stand twice on the page, links would lead nowhere.
Marks go around pieces of text between two tags, so that they cannot break the nesting.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from difflib import SequenceMatcher
from html import escape, unescape
from itertools import groupby, pairwise
from typing import Literal

from msgspec import Struct

from funnelbook.handbook.word_diff import changes

_TAG = re.compile(r"(<[^<>]*>)")
_NAME = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)")
_ATTRIBUTE = re.compile(r"""\s([a-zA-Z-]+)="([^"]*)\"""")
_VOID = frozenset({"br", "hr", "img", "input", "wbr", "col"})
#: Attributes that are kept; an address only when it leads out of the site.
_KEPT = frozenset({"class", "start", "lang", "dir", "colspan", "rowspan", "scope"})
_INSIDE_A_LINE = frozenset(
    {"a", "abbr", "b", "bdi", "br", "code", "del", "em", "i", "ins", "kbd", "mark", "s", "small", "span", "strong",
     "sub", "sup", "wbr"}
)  # fmt: skip

#: So many pairs of blocks are compared with each other.
_MOST_PAIRS = 4_000_000

Mark = Literal["ins", "del"]


class Row(Struct, frozen=True):
    """What stands side by side: `before` and `after` are HTML. `same`: both are one, and only `after` is filled.

    `mark_up`: the words are the same, only their form changed.
    """

    same: bool
    before: str
    after: str
    blocks: int
    mark_up: bool = False


def rows(before: str, after: str) -> tuple[Row, ...]:
    """The blocks of both versions in order; those that did not change are taken together."""
    old, new = _blocks(_plain(before)), _blocks(_plain(after))
    return tuple(
        Row(same=True, before="", after="".join(new[j1:j2]), blocks=j2 - j1)
        if tag == "equal"
        else _replaced("".join(old[i1:i2]), "".join(new[j1:j2]), max(i2 - i1, j2 - j1))
        for tag, i1, i2, j1, j2 in _stretches(old, new)
    )


def _stretches(old: Sequence[str], new: Sequence[str]) -> Sequence[tuple[str, int, int, int, int]]:
    """Which blocks are equal, as `SequenceMatcher.get_opcodes` tells; too many to compare are replaced whole."""
    if len(old) * len(new) <= _MOST_PAIRS:
        return SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    least = min(len(old), len(new))
    head = next((n for n in range(least) if old[n] != new[n]), least)
    tail = next((n for n in range(least - head) if old[-1 - n] != new[-1 - n]), least - head)
    i, j = len(old) - tail, len(new) - tail
    parts = [("equal", 0, head, 0, head), ("replace", head, i, head, j), ("equal", i, len(old), j, len(new))]
    return [part for part in parts if part[1] < part[2] or part[3] < part[4]]


def _replaced(before: str, after: str, blocks: int) -> Row:
    pieces = changes(_text(before), _text(after))
    gone = [sign for each in pieces if each.kind != "inserted" for sign in _flags(each.text, each.kind != "same")]
    came = [sign for each in pieces if each.kind != "deleted" for sign in _flags(each.text, each.kind != "same")]
    return Row(
        same=False,
        before=_marked(before, gone, "del"),
        after=_marked(after, came, "ins"),
        blocks=blocks,
        mark_up=not any(gone) and not any(came) and bool(before) and bool(after),
    )


def _flags(text: str, changed: bool) -> Iterator[bool]:
    """One flag a sign that is no blank: blank space is not compared, and may differ."""
    return (changed for sign in text if not sign.isspace())


def _plain(html: str) -> list[str]:
    """The HTML as tags and texts, the tags written anew."""
    return [part for each in _TAG.split(html) if (part := _tag(each) if each.startswith("<") else each)]


def _tag(tag: str) -> str:
    found = _NAME.match(tag)
    if found is None:
        return ""
    closing, name = found[1], found[2].lower()
    if closing:
        return f"</{name}>"
    attributes = dict(_ATTRIBUTE.findall(tag))
    if name == "img":
        return f"[{attributes.get('alt', '')} · {attributes.get('src', '')}]"
    kept = "".join(f' {key}="{value}"' for key, value in attributes.items() if _is_kept(key, value))
    return f"<{name}{kept}>"


def _is_kept(key: str, value: str) -> bool:
    return key in _KEPT or (key == "href" and value.startswith(("https://", "http://", "mailto:")))


def _blocks(parts: Iterable[str]) -> list[str]:
    """The HTML cut where no element is open."""
    found: list[str] = []
    depth = 0
    block = ""
    for part in parts:
        block += part
        if part.startswith("</"):
            depth -= 1
        elif part.startswith("<") and _name(part) not in _VOID:
            depth += 1
        if depth <= 0 and block.strip():
            found.append(block)
            block, depth = "", 0
        elif depth <= 0:
            block = ""
    return [*found, block] if block.strip() else found


def _name(tag: str) -> str:
    found = _NAME.match(tag)
    return found[2].lower() if found else ""


def _text(html: str) -> str:
    """The text of the HTML; a blank where an element ends that stands on lines of its own."""
    return "".join(
        unescape(part) if not part.startswith("<") else "" if _name(part) in _INSIDE_A_LINE else "\n"
        for part in _TAG.split(html)
    )


def _marked(html: str, flags: Sequence[bool], mark: Mark) -> str:
    signs = iter(flags)
    return "".join(
        part if part.startswith("<") else _mark_text(unescape(part), signs, mark) for part in _TAG.split(html)
    )


def _mark_text(text: str, flags: Iterator[bool], mark: Mark) -> str:
    """Blank space between two marked words is marked with them, at the ends of a text never."""
    told = [None if sign.isspace() else next(flags, False) for sign in text]
    known = [n for n, flag in enumerate(told) if flag is not None]
    for left, right in pairwise(known):
        told[left + 1 : right] = [bool(told[left]) and bool(told[right])] * (right - left - 1)
    written = []
    for changed, group in groupby(zip(text, told, strict=True), key=lambda pair: bool(pair[1])):
        piece = escape("".join(sign for sign, _ in group), quote=False)
        written.append(f"<{mark}>{piece}</{mark}>" if changed else piece)
    return "".join(written)
