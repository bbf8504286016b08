"""Results as bytes and back, so that tables which were computed once are read again without Polars."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import msgspec
from msgspec import Struct

from funnelbook.model.notes import Note
from funnelbook.model.pipeline import Pipeline
from funnelbook.model.results import Results, Row, Table
from funnelbook.packing import packed, unpacked

if TYPE_CHECKING:
    import polars as pl

#: The types of columns that tables have, and what their values are in Python.
_KINDS: Mapping[str, Any] = MappingProxyType(
    {
        "String": list[str | None],
        "Int64": list[int | None],
        "UInt32": list[int | None],
        "Float64": list[float | None],
        "Boolean": list[bool | None],
        "Date": list[date | None],
    }
)


class _Column(Struct, frozen=True):
    """A column: the name of its type, and its packed values."""

    name: str
    kind: str
    values: msgspec.Raw

    def read(self) -> list[Any]:
        found: list[Any] | None = unpacked(self.values, _KINDS[self.kind])
        assert found is not None, "checked as the results were unpacked"
        return found

    @property
    def is_sound(self) -> bool:
        return self.kind in _KINDS and unpacked(self.values, _KINDS[self.kind]) is not None


class _Stored(Struct, frozen=True):
    as_of: datetime
    pipelines: tuple[Pipeline, ...]
    tables: dict[str, tuple[_Column, ...]]
    absent: dict[str, str]
    notes: tuple[Note, ...]


class StoredTable(Table):
    """A table that was computed before; its rows are read when they are asked for, its frame made when that is."""

    def __init__(self, name: str, stored: tuple[_Column, ...]) -> None:
        self.__dict__.update(name=name, _stored=stored)

    _stored: tuple[_Column, ...]

    @property
    def columns(self) -> tuple[str, ...]:
        return tuple(each.name for each in self._stored)

    @cached_property
    def rows(self) -> tuple[Row, ...]:
        values = zip(*(each.read() for each in self._stored), strict=True)
        return tuple(dict(zip(self.columns, row, strict=True)) for row in values)

    @cached_property
    def frame(self) -> pl.DataFrame:
        import polars as pl

        return pl.DataFrame([pl.Series(each.name, each.read(), getattr(pl, each.kind)) for each in self._stored])


def to_bytes(results: Results) -> bytes | None:
    """None where a column is of a type that no table of the program has."""
    frames = {name: table.frame for name, table in results.tables.items()}
    if any(str(kind) not in _KINDS for frame in frames.values() for kind in frame.dtypes):
        return None
    tables = {
        name: tuple(_Column(each.name, str(each.dtype), msgspec.Raw(packed(each.to_list()))) for each in frame)
        for name, frame in frames.items()
    }
    return packed(_Stored(results.as_of, results.pipelines, tables, dict(results.absent), results.notes))


def from_bytes(raw: bytes | None) -> Results | None:
    """The results; None for what no results were turned into."""
    stored = unpacked(raw, _Stored)
    if stored is None or not all(each.is_sound for columns in stored.tables.values() for each in columns):
        return None
    return Results(
        stored.as_of,
        stored.pipelines,
        MappingProxyType({name: StoredTable(name, columns) for name, columns in stored.tables.items()}),
        MappingProxyType(stored.absent),
        stored.notes,
    )
