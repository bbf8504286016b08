"""The cells of a file of a known system, field by field."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

import polars as pl
from msgspec import Struct

from funnelbook.model.tables import TABLES
from funnelbook.sources.aliases import Aliases, Found
from funnelbook.sources.cells.texts import moment, said, words
from funnelbook.sources.conform import Binding
from funnelbook.sources.reader import RawFile


class Fields(Struct, frozen=True):
    """Where each field of `system` stands in a file. `nothing`: what an empty cell may say, folded."""

    system: Aliases
    found: Mapping[str, Found]
    schema: pl.Schema
    nothing: Collection[str] = ()

    @classmethod
    def of(cls, raw: RawFile, system: Aliases, nothing: Collection[str] = ()) -> Fields:
        return cls(system, system.find(raw.header), raw.frame.collect_schema(), nothing)

    def __contains__(self, field: str) -> bool:
        return field in self.found

    def words(self, field: str) -> pl.Expr:
        return words(*self._column(field), self.nothing)

    def moment(self, field: str) -> pl.Expr:
        return moment(*self._column(field), self.nothing)

    def indices(self, *names: str) -> tuple[int, ...]:
        """The columns of those of these fields that the file has."""
        return tuple(self.found[name].index for name in names if name in self.found)

    def bindings(self, table: str, fields: Iterable[str]) -> dict[str, Binding]:
        """Of those of `fields` that the file has, each read as the column of `table` of its name wants."""
        return {name: self._binding(table, name) for name in fields if name in self.found}

    def _binding(self, table: str, field: str) -> Binding:
        kind = TABLES[table].columns()[field].dtype
        read = moment if kind.is_temporal() else words if kind == pl.String else said
        cell = read(*self._column(field), self.nothing)
        return Binding(cell, self.found[field].index, rule=self.system.rule)

    def _column(self, field: str) -> tuple[pl.Expr, pl.DataType]:
        name = f"c{self.found[field].index}"
        return pl.col(name), self.schema[name]
