"""Make a canonical table of a raw one: say which column is which, and every cell is parsed, checked and accounted for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import polars as pl

from funnelbook.sources.reader import Context, Part, RawFile


@dataclass(frozen=True, slots=True)
class Binding:
    """Where a canonical column comes from: an expression over `RawFile.frame`, usually `pl.col("c3")`.

    index: the raw column it reads (None = a constant), for what is known of its cells.
    values: file's value (compared folded) -> ours; values not listed pass as they are.
    date_format: a strptime pattern, overriding what the column itself tells.
    day_first: what `03.04.2024` means when the column cannot tell; None = an error for `/` and `-`, True for `.`.
    """

    expression: pl.Expr
    index: int | None = None
    values: Mapping[str, str] = field(default_factory=dict)
    date_format: str | None = None
    day_first: bool | None = None


def column(index: int, **options: object) -> Binding:
    """The binding of raw column `c<index>`."""
    raise NotImplementedError


def conform(raw: RawFile, table: str, bindings: Mapping[str, Binding], context: Context) -> Part:
    """`raw` as the canonical `table`. Columns without a binding are null.

    Text cells are trimmed, and empty ones are null. Moments, months, dates, numbers and words are parsed by the type the
    canonical column has (`funnelbook.sources.cells`). A row with any cell that does not parse, or without a required
    one, is rejected with all its problems, the first being primary.
    """
    raise NotImplementedError
