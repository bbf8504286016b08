"""What the exports know of customers: recognised, and not to be read. A mark is 60 bits of a keyed hash."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterable
from pathlib import Path

from msgspec import Struct, field

from funnelbook.project import Project
from funnelbook.sources.persons import Persons

#: Of the hash, in hexadecimal: they fit a signed number of 64 bits.
DIGITS = 15
_KEY_BYTES = 16


class Marks(Struct, frozen=True):
    """Sorted marks of everything that must not be published. `persons` makes the mark of a key."""

    sorted: array[int] = field(default_factory=lambda: array("q"))
    persons: Persons = field(default_factory=Persons)

    def __bool__(self) -> bool:
        return bool(self.sorted)

    def hold(self, key: str) -> bool:
        mark = mark_of(self.persons, key)
        place = bisect_left(self.sorted, mark)
        return place < len(self.sorted) and self.sorted[place] == mark

    def to_bytes(self) -> bytes:
        """With which key they were made, and the marks; nothing when there are none."""
        return _told(self.persons) + self.sorted.tobytes() if self else b""

    @classmethod
    def from_bytes(cls, raw: bytes | None, project: Project) -> Marks | None:
        """None for marks of another key than the project has now."""
        if not raw:
            return None if raw is None else cls()
        persons = Persons.of(project)
        return cls(array("q", raw[_KEY_BYTES:]), persons) if raw[:_KEY_BYTES] == _told(persons) else None


def mark_of(persons: Persons, key: str) -> int:
    """The mark of a key of `funnelbook.sources.telling`."""
    return int(persons.mark(key)[:DIGITS], 16)


def imported_marks(project: Project) -> Iterable[Path]:
    """Where what imported files told is kept, whichever key it was marked with."""
    return sorted(project.private.glob("private-values-*.parquet"))


def path_of_imported(project: Project, persons: Persons) -> Path:
    """Named by the key: marks that were made with another one are of no use."""
    return project.private / f"private-values-{persons.fingerprint[:8]}.parquet"


def _told(persons: Persons) -> bytes:
    return persons.fingerprint[:_KEY_BYTES].encode()
