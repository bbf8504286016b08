"""What single files tell of customers, kept as marks: a file that did not change is not searched again."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import polars as pl
from msgspec import Struct, field

from funnelbook.memory import Memory
from funnelbook.model import frames
from funnelbook.packing import packed, packed_if_text, unpacked
from funnelbook.sources.persons import Persons

#: Marks, and whether each was found where customers are told, not in passing.
MARKS = pl.Schema({"mark": pl.Int64, "sure": pl.Boolean})


class _Searched(Struct, frozen=True):
    """key: the fingerprint of the one that the marks were made with, "" = there are no marks."""

    made_from: str
    key: str
    marks: bytes


class _Contacts(Struct, frozen=True):
    """The marks of all contacts in these tables, told by their digests."""

    tables: frozenset[str] = frozenset()
    marks: bytes = field(default_factory=lambda: frames.to_bytes(MARKS.to_frame()))


class KeptMarks:
    """In `memory`: of the files that were asked for, once `keep` was called; others are forgotten."""

    def __init__(self, memory: Memory, persons: Persons) -> None:
        self._memory, self.persons = memory, persons
        self._before = unpacked(memory.get(memory.key("searched files")), dict[str, _Searched]) or {}
        self._now: dict[str, _Searched] = {}

    def of_file(self, name: str, made_from: str, search: Callable[[], pl.DataFrame]) -> pl.DataFrame:
        """As `MARKS`: what `search` finds in the file, unless that was made from the same before."""
        known = self._before.get(name)
        if known and known.made_from == made_from and known.key in ("", self.persons.fingerprint):
            marks = frames.from_bytes(known.marks)
            if marks is not None:
                self._now[name] = known
                return marks
        marks = search()
        key = "" if marks.is_empty() else self.persons.fingerprint
        self._now[name] = _Searched(made_from, key, frames.to_bytes(marks))
        return marks

    def of_tables(self, tables: Mapping[str, Callable[[], pl.DataFrame]]) -> pl.DataFrame:
        """As `MARKS`, each once: what tables tell, by their digests. While none is gone only new ones are read."""
        key = self._memory.key("contacts")
        known = unpacked(self._memory.get(key), _Contacts) or _Contacts()
        before = frames.from_bytes(known.marks)
        if before is None or not known.tables <= tables.keys():
            known, before = _Contacts(), MARKS.to_frame()
        fresh = [read() for digest, read in tables.items() if digest not in known.tables]
        if not fresh:
            return before
        marks = united([before, *fresh])
        self._memory.put(key, packed(_Contacts(frozenset(tables), frames.to_bytes(marks))))
        return marks

    def keep(self) -> None:
        value = packed_if_text(self._now)
        if self._now != self._before and value is not None:
            self._memory.put(self._memory.key("searched files"), value)


def united(found: list[pl.DataFrame]) -> pl.DataFrame:
    """Each mark once, in their order."""
    return pl.concat(found).group_by("mark").agg(pl.col("sure").any()).sort("mark")
