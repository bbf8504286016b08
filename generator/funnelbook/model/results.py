"""Results: the tidy tables of a build, frozen, readable without knowing the engine that made them."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from funnelbook.model.notes import Note
from funnelbook.model.pipeline import Pipeline

if TYPE_CHECKING:  # tables that were remembered are read without it
    import polars as pl

Value = str | int | float | bool | None
Row = Mapping[str, Any]

#: How a text begins that a spreadsheet might compute.
_COMPUTED = r"^'*(?:[\t\r\n]|[\s\p{Cf}]*[=+\-@\x{FF1D}\x{FF0B}\x{FF0D}\x{FF20}])"


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

    def same_as(self, other: Table) -> bool:
        """Whether both hold the same rows in the same order; a missing value equals a missing value."""
        return self.frame.equals(other.frame)

    def csv(self) -> bytes:
        """UTF-8, RFC 4180, a missing value empty; a text that a spreadsheet would compute is made `inert`."""
        import polars as pl
        import polars.selectors as cs

        buffer = io.BytesIO()
        texts = cs.string() | cs.categorical() | cs.enum()
        self._finite().with_columns(inert(texts.cast(pl.String))).write_csv(buffer)
        return buffer.getvalue()

    def parquet(self) -> bytes:
        buffer = io.BytesIO()
        self.frame.write_parquet(buffer)
        return buffer.getvalue()

    def json(self) -> bytes:
        """A list of rows; a missing value is null, texts are as they are."""
        return self._finite().write_json().encode()

    def _finite(self) -> pl.DataFrame:
        """The table with null for numbers that CSV and JSON have no word for."""
        import polars as pl
        import polars.selectors as cs

        number = cs.float()
        return self.frame.with_columns(pl.when(number.is_finite()).then(number))


def inert(text: pl.Expr) -> pl.Expr:
    """Texts that no spreadsheet takes for a formula: `'` before one that begins with = + - @, a tab or a line end.

    Full-width signs, and spaces, marks and apostrophes before the sign, count too. To undo it, remove one `'` where
    what follows would get one.
    """
    import polars as pl

    return pl.when(~text.str.contains(_COMPUTED)).then(text).otherwise(pl.lit("'") + text)


class Results(Struct, frozen=True):
    """Every table of a build, and what a reader must know to read it.

    `absent` gives the reason (a slug) for each table that could not be made; `notes` what was assumed. `seal` is
    the digest of what all this was computed from, "" when nobody knows.
    """

    as_of: datetime
    pipelines: tuple[Pipeline, ...]
    tables: Mapping[str, Table]
    absent: Mapping[str, str]
    notes: tuple[Note, ...]
    seal: str = ""

    def __getitem__(self, name: str) -> Table:
        return self.tables[name]

    def __contains__(self, name: str) -> bool:
        return name in self.tables

    @property
    def months(self) -> Sequence[str]:
        """Every month of the data, oldest first."""
        return sorted({row["month"] for row in self.tables["monthly"].rows}) if "monthly" in self else ()
