"""Playbooks added, removed, renamed and changed, each with what became of its front matter and its words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Literal

from msgspec import Struct

from funnelbook.handbook import spelt
from funnelbook.handbook.word_diff import changes
from funnelbook.review.examining import Text
from funnelbook.review.side_by_side import Row, rows

Fate = Literal["added", "removed", "renamed", "changed"]

#: A file that vanished and one that is new are the same playbook when so much of their lines is alike.
_ALIKE = 0.6
#: A change of more pairs of vanished and new files is no renaming of some.
_MOST_PAIRS = 2_500


class Changed(Struct, frozen=True):
    """`old_path` is "" for an added one; `inserted` and `deleted` count words of the body.

    `matter` lists (key, before, after) of the front matter, "" where the key is not there.
    """

    fate: Fate
    path: str
    old_path: str
    title: str
    matter: tuple[tuple[str, str, str], ...]
    rows: tuple[Row, ...]
    inserted: int
    deleted: int


def compare(before: Mapping[str, Text], after: Mapping[str, Text]) -> tuple[tuple[Changed, ...], dict[str, str]]:
    """The playbooks that differ, by path, and old path -> new path of the renamed ones."""
    renamed = _renamed(before, after)
    origin = {new: old for old, new in renamed.items()}
    found = []
    for path in sorted({*before, *after}):
        if path in renamed and path not in after:
            continue
        old_path = origin.get(path, path)
        old, new = before.get(old_path), after.get(path)
        if old is None or new is None or old_path != path or old.source != new.source:
            found.append(_changed(path, old_path, old, new))
    return tuple(found), renamed


def _changed(path: str, old_path: str, old: Text | None, new: Text | None) -> Changed:
    pieces = changes(old.playbook.text if old else "", new.playbook.text if new else "")
    shown = new or old
    assert shown is not None
    fate: Fate = "added" if old is None else "removed" if new is None else "changed"
    return Changed(
        fate="renamed" if fate == "changed" and old_path != path else fate,
        path=path,
        old_path=old_path if old else "",
        title=shown.playbook.title,
        matter=tuple(_matter(old.matter if old else {}, new.matter if new else {})),
        rows=rows(_html(old), _html(new)),
        inserted=sum(len(piece.text.split()) for piece in pieces if piece.kind == "inserted"),
        deleted=sum(len(piece.text.split()) for piece in pieces if piece.kind == "deleted"),
    )


def _html(text: Text | None) -> str:
    """Numbers, charts and links by name as they were written: what they become stands on the site."""
    return spelt(text.playbook.html, [live.written for live in text.playbook.live]) if text else ""


def _matter(old: Mapping[str, str], new: Mapping[str, str]) -> Iterator[tuple[str, str, str]]:
    for key in dict.fromkeys((*old, *new)):
        if old.get(key) != new.get(key):
            yield key, old.get(key, ""), new.get(key, "")


def _renamed(before: Mapping[str, Text], after: Mapping[str, Text]) -> dict[str, str]:
    """Old path -> new path: files of one language, those first whose lines are most alike."""
    gone = {path: _lines(before[path]) for path in sorted(before) if path not in after}
    new = {path: _lines(after[path]) for path in sorted(after) if path not in before}
    if len(gone) * len(new) > _MOST_PAIRS:
        return {}
    found: dict[str, str] = {}
    for unlike, old, path in sorted(
        (-_likeness(gone[old], new[path]), old, path)
        for old in gone
        for path in new
        if before[old].playbook.language == after[path].playbook.language
    ):
        if -unlike >= _ALIKE and old not in found and path not in found.values():
            found[old] = path
    return found


def _lines(text: Text) -> Counter[str]:
    return Counter(line for line in text.source.splitlines() if line.strip())


def _likeness(one: Counter[str], other: Counter[str]) -> float:
    """The share of the lines that both have, whatever their order."""
    return 2 * (one & other).total() / max(1, one.total() + other.total())
