"""A playbook's history on its page: who changed it, when and why, and the words each change added and removed."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator, Sequence
from datetime import timedelta
from itertools import pairwise

from markupsafe import Markup
from msgspec import Struct

from funnelbook.handbook import NEWEST, Playbook, Version
from funnelbook.handbook.word_diff import Piece, changes
from funnelbook.memory import Memory, digest
from funnelbook.pages.edition import Edition
from funnelbook.pages.text import crm, mark

#: Words of text that stayed, shown beside what changed.
_AROUND = 12
_WORDS = re.compile(r"\s*\S+")
_ADDRESS = re.compile(r"\S+@\S+")
_PHONE = re.compile(r"\+?\d[\d\s().-]{7,}\d")
#: A change dated this long after the data was made by a clock that is wrong, or the data are old.
_FAR_AHEAD = timedelta(days=366)
_TURNS = frozenset({"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"})

_MISSING = {
    "no-git": mark("There was no git where this site was built, so nobody knows who changed this playbook."),
    "no-repository": mark("The handbook is not kept in git, so nobody knows who changed this playbook."),
    "no-commits": mark("Nothing of the handbook has been committed to git yet."),
}


class Step(Struct, frozen=True):
    """A version: who, when, why; `pieces` of (kind, text) are what changed, none where that is not told."""

    day: str
    author: Markup
    subject: Markup
    what: str = ""
    pieces: tuple[Piece, ...] = ()


class Past(Struct, frozen=True):
    """The newest versions with what they changed, the earlier ones, and what must be said of them."""

    newest: tuple[Step, ...]
    earlier: tuple[Step, ...]
    notes: tuple[str, ...]


def past(edition: Edition, playbook: Playbook) -> Past | None:
    """None when nobody tried to know."""
    history = edition.book.history
    if not history.tried:
        return None
    versions = history.versions(playbook.path)
    return Past(
        tuple(_step(edition, each, whole=True) for each in versions[:NEWEST]),
        tuple(_step(edition, each, whole=False) for each in versions[NEWEST:]),
        tuple(_notes(edition, playbook)),
    )


def committed(text: str) -> Markup:
    """A name or a first line of a commit: anybody's text, without addresses and phone numbers."""
    return crm(_PHONE.sub("…", _ADDRESS.sub("…", shown(text))))


def shown(text: str) -> str:
    """A text with its lines, where signs that would hide or turn something are made visible."""
    return "".join(_sign(sign) for sign in text)


def _sign(sign: str) -> str:
    if sign in "\n\t" or (unicodedata.category(sign) != "Cc" and unicodedata.bidirectional(sign) not in _TURNS):
        return sign
    return chr(0x2400 + ord(sign)) if ord(sign) < 0x20 else "\N{REPLACEMENT CHARACTER}"


def _notes(edition: Edition, playbook: Playbook) -> Iterator[str]:
    words, history = edition.words, edition.book.history
    if history.missing:
        yield words(_MISSING[history.missing])
        return
    if not history.has(playbook.path):
        yield words("This playbook has not been committed to git yet.")
    elif history.is_committed(playbook.path, edition.book.files.git_names(playbook.path)) is False:
        yield words("It was changed in the working copy and not committed yet: the page shows that text.")
    if history.is_cut(playbook.path):
        yield words("The copy of the repository is a shallow one: earlier changes are not known.")
    yield from _odd_dates(edition, history.versions(playbook.path))


def _odd_dates(edition: Edition, versions: Sequence[Version]) -> Iterator[str]:
    """What is odd about the dates of the versions, newest first: they are in the order of commits, not of dates.

    No clock is asked, so that the same commit gives the same page at any time: a date is compared with those of
    later changes and with the data's.
    """
    words, dates = edition.words, [each.change.at for each in versions]
    if any(after < before for after, before in pairwise(dates)):
        yield words(
            "Some change is dated later than one that came after it: the dates are those of authors' clocks."
        )
    if any(each > edition.numbers.as_of + _FAR_AHEAD for each in dates):
        yield words(
            "Some change is dated more than a year after the data: the clock was wrong, or the data are old."
        )


def _step(edition: Edition, version: Version, *, whole: bool) -> Step:
    words, change = edition.words, version.change
    day = words.date(change.day(edition.book.project.site.timezone))
    author, subject = committed(change.author), committed(change.subject)
    if not whole:
        return Step(day, author, subject)
    if not version.before:
        return Step(day, author, subject, words("The playbook was added."))
    before, after = (edition.book.history.text(blob) for blob in (version.before, version.blob))
    if before is None or after is None:
        return Step(day, author, subject, words("The earlier text is not on this machine."))
    pieces = _changes(edition.book.memory, version, before, after)
    counts = {
        kind: sum(_counted(each.text) for each in pieces if each.kind == kind) for kind in ("inserted", "deleted")
    }
    if not any(counts.values()):
        return Step(day, author, subject, words("Only line breaks and spaces changed."))
    what = words(
        "{inserted}, {deleted}",
        inserted=words.plural("{n} word added", "{n} words added", counts["inserted"]),
        deleted=words.plural("{n} word removed", "{n} words removed", counts["deleted"]),
    )
    return Step(day, author, subject, what, tuple(_excerpt(pieces)))


def _changes(memory: Memory, version: Version, before: str, after: str) -> tuple[Piece, ...]:
    """Compared once for two texts."""
    key = digest("word diff", version.before, version.blob)
    found = memory.get(key)
    if found is not None:
        return tuple(Piece(kind, text) for kind, text in json.loads(found))
    made = changes(before, after)
    memory.put(key, json.dumps([(each.kind, each.text) for each in made]).encode())
    return made


def _counted(text: str) -> int:
    return len([word for word in text.split() if any(sign.isalnum() for sign in word)])


def _excerpt(pieces: tuple[Piece, ...]) -> Iterator[Piece]:
    """What stayed is cut to a few words beside each change."""
    last = len(pieces) - 1
    for number, piece in enumerate(pieces):
        text = piece.text
        found = _WORDS.findall(text)
        if piece.kind == "same" and len(found) > 2 * _AROUND:
            before = "" if number == 0 else "".join(found[:_AROUND])
            after = "" if number == last else "".join(found[-_AROUND:])
            text = f"{before} … {after.lstrip()}"
        yield Piece(piece.kind, shown(text))
