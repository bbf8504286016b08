"""Notes that end with a number: of how many cells of a file something is to be told."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

#: Note -> what to add up over the rows; it is told with the sum where there is any.
Tallies = Mapping[str, pl.Expr]


def tallied(rows: pl.LazyFrame, tallies: Tallies) -> tuple[str, ...]:
    """The notes that have anything to tell of `rows`."""
    if not tallies:
        return ()
    counts = rows.select(told.sum().alias(note) for note, told in tallies.items()).collect()
    return tuple(f"{note}: {count}" for note, count in counts.row(0, named=True).items() if count)
