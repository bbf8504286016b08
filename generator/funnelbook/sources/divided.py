"""Rows divided into those that are accepted and those that are refused, both counted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from funnelbook.errors import SourceError
from funnelbook.model.reading import REFUSED
from funnelbook.sources.reader import RawFile

#: Canonical column -> what can be wrong with a cell of it and how that is called, the first that holds being told.
Problems = Mapping[str, Sequence[tuple[pl.Expr, str]]]


def divided(
    raw: RawFile, frame: pl.LazyFrame, values: Mapping[str, pl.Expr], problems: Problems
) -> tuple[pl.LazyFrame, pl.DataFrame]:
    """The accepted rows as the canonical table, and the refused ones."""
    located = [pl.lit(raw.number, dtype=pl.UInt16).alias("file"), pl.col("row")]
    canonical = [*located, *(value.alias(name) for name, value in values.items())]
    wrong = pl.any_horizontal(case for cases in problems.values() for case, _ in cases)
    judged = frame.select(pl.len().alias("rows"), pl.col("row").filter(wrong).implode().alias("wrong"))
    rows, refused = judged.collect(engine="streaming").row(0)
    if rows != raw.rows - raw.refused["row"].n_unique():
        message = f"{raw.rows} rows by one count, {rows} by another"
        hint = "save it with another program and try again"
        raise SourceError.one("miscounted", message, hint, place=raw.place())
    if not refused:
        return frame.select(canonical), pl.DataFrame(schema=dict(REFUSED))
    is_refused = pl.col("row").is_in(refused)
    told = frame.filter(is_refused).select("row", **{name: _first(cases) for name, cases in problems.items()})
    return frame.filter(~is_refused).select(canonical), _refused(raw.number, told.collect(engine="streaming"))


def _first(cases: Sequence[tuple[pl.Expr, str]]) -> pl.Expr:
    """The name of the first case that holds, else null."""
    return pl.coalesce(*(pl.when(case).then(pl.lit(name)) for case, name in cases), pl.lit(None, dtype=pl.String))


def _refused(number: int, told: pl.DataFrame) -> pl.DataFrame:
    """One line a problem, by row and by the order of the canonical columns."""
    order = pl.Enum([name for name in told.columns if name != "row"])
    long = (
        told.unpivot(index="row", variable_name="column", value_name="problem")
        .filter(pl.col("problem").is_not_null())
        .sort("row", pl.col("column").cast(order))
        .with_columns(
            file=pl.lit(number, dtype=pl.UInt16),
            bucket=pl.lit("rejected", dtype=REFUSED["bucket"]),
            primary=pl.int_range(pl.len()).over("row") == 0,
        )
    )
    return long.select(*REFUSED)
