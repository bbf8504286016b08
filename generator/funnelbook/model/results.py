"""Results: the tidy tables of a build, frozen, readable without knowing the engine that made them."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

import polars as pl

from funnelbook.model.dataset import Note
from funnelbook.model.pipeline import Pipeline

Value = str | int | float | bool | None
Row = Mapping[str, Any]


@dataclass(frozen=True)
class Table:
    """One tidy table of metrics.md: long form, one fact a row, in a fixed order."""

    name: str
    frame: pl.DataFrame

    @property
    def columns(self) -> tuple[str, ...]:
        return tuple(self.frame.columns)

    @cached_property
    def rows(self) -> tuple[Row, ...]:
        return tuple(self.frame.iter_rows(named=True))

    def where(self, **equal: Value) -> tuple[Row, ...]:
        """The rows whose columns equal the given values, in the table's order."""
        return tuple(row for row in self.rows if all(row[key] == value for key, value in equal.items()))

    def one(self, **equal: Value) -> Row | None:
        """The only row with these values, or None."""
        found = self.where(**equal)
        assert len(found) <= 1, f"{self.name} has {len(found)} rows for {sorted(equal)}"
        return found[0] if found else None

    def csv(self) -> bytes:
        buffer = io.BytesIO()
        self.frame.write_csv(buffer)
        return buffer.getvalue()

    def parquet(self) -> bytes:
        buffer = io.BytesIO()
        self.frame.write_parquet(buffer)
        return buffer.getvalue()

    def json(self) -> bytes:
        return self.frame.write_json().encode()


@dataclass(frozen=True)
class Results:
    """Every table of a build, and what a reader must know to read it.

    `absent` gives the reason (a slug) for each table that could not be made; `notes` what was assumed.
    """

    as_of: datetime
    pipelines: tuple[Pipeline, ...]
    tables: Mapping[str, Table]
    absent: Mapping[str, str]
    notes: tuple[Note, ...]

    def __getitem__(self, name: str) -> Table:
        return self.tables[name]

    def __contains__(self, name: str) -> bool:
        return name in self.tables

    @property
    def months(self) -> Sequence[str]:
        """Every month of the data, oldest first."""
        return sorted({row["month"] for row in self.tables["monthly"].rows}) if "monthly" in self else ()
