"""The columns of a CRM's table by the names the CRM gives them: a table of names in, places in a header out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct

from funnelbook.sources import rules
from funnelbook.sources.reader import Match, plain


class Found(Struct, frozen=True):
    """Where a field stands: the indices of its columns, the one that counts standing first, and its name there."""

    indices: tuple[int, ...]
    name: str

    @property
    def index(self) -> int:
        return self.indices[0]


class Aliases(Struct, frozen=True):
    """What `system` ("" = our own tables) calls its fields: field -> names, the more telling first, compared as
    `plain` does.

    required: fields without which a header is not this system's.
    prefix: what stands before a name where the system tells whose field it is, as `plain` reads it (`deal`).
    """

    system: str
    names: Mapping[str, tuple[str, ...]]
    required: tuple[str, ...]
    prefix: str = ""

    def find(self, header: Sequence[str]) -> dict[str, Found]:
        """Every field that `header` has. Of columns of one name the first counts."""
        places: dict[str, list[int]] = {}
        for index, name in enumerate(header):
            places.setdefault(self._own(name), []).append(index)
        found = {}
        for field, names in self.names.items():
            told = [name for name in names if self._own(name) in places]
            if told:
                found[field] = Found(tuple(places[self._own(told[0])]), told[0])
        return found

    def match(self, header: Sequence[str], further: int = 0) -> Match:
        """How well `header` fits; `further` counts names that are known beside the fields."""
        found = self.find(header)
        missing = tuple(self.names[field][0] for field in self.required if field not in found)
        return Match(missing, len(found) + further)

    @property
    def rule(self) -> str:
        return rules.alias(self.system) if self.system else rules.OWN

    def _own(self, name: str) -> str:
        return plain(name).removeprefix(f"{self.prefix} ") if self.prefix else plain(name)


def repeated(found: Mapping[str, Found]) -> Iterable[str]:
    """Notes on fields whose name stands in the header more than once."""
    return (f"repeated column: {field}" for field in sorted(found) if len(found[field].indices) > 1)
