"""`eventual`: the share of deals won by each age, open ones not watched to the end (metrics.md, section 3).

Rows: pipeline, cohort_year (`all` first), day; days on which a deal was won or lost. `day` counts whole days from
creation to closing, or to as_of for open deals; at_risk, the deals whose time is at least that.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import polars as pl

from funnelbook.metrics.calendar import MICROSECONDS_A_DAY
from funnelbook.metrics.reference import microseconds
from funnelbook.metrics.slices import ALL
from funnelbook.metrics.survival import incidence
from funnelbook.metrics.ways import Ways

NAME = "eventual"
SCHEMA: Mapping[str, pl.DataType] = MappingProxyType(
    {
        "pipeline": pl.String(),
        "cohort_year": pl.String(),
        **dict.fromkeys(("day", "at_risk", "won", "lost"), pl.Int64()),
        "incidence": pl.Float64(),
    }
)


def table(ways: Ways) -> pl.DataFrame:
    until = pl.col("closed").fill_null(microseconds(ways.dataset.as_of))
    years = pl.Series([int(label[:4]) for label in ways.calendar.labels], dtype=pl.Int32)
    counts = (
        ways.deals.select(
            "pipeline",
            "status",
            year=pl.lit(years).gather(pl.col("cohort")),
            day=(until - pl.col("created")) // MICROSECONDS_A_DAY,
        )
        .group_by("pipeline", "year", "day")
        .agg(won=(pl.col("status") == "won").sum(), lost=(pl.col("status") == "lost").sum(), left=pl.len())
    )
    whole = counts.group_by("pipeline", "day").agg(pl.col("won", "lost", "left").sum())
    whole = whole.with_columns(year=pl.lit(0, pl.Int32)).select(counts.columns)
    rows = incidence(pl.concat([whole, counts]), ("pipeline", "year"))
    year = pl.when(pl.col("year") == 0).then(pl.lit(ALL)).otherwise(pl.col("year").cast(pl.String))
    return rows.with_columns(cohort_year=year)
