"""`by_age`: how many deals of a cohort were won within so many days of creation (metrics.md, section 3).

Rows: pipeline, age, cohort (months, then `all`, which sums the mature ones).
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import polars as pl

from funnelbook.metrics.calendar import MICROSECONDS_A_DAY
from funnelbook.metrics.intervals import share
from funnelbook.metrics.ways import Ways

NAME = "by_age"
AGES = (30, 60, 90, 180, 365)
SCHEMA: Mapping[str, pl.DataType] = MappingProxyType(
    {
        "cohort": pl.String(),
        "pipeline": pl.String(),
        "age_days": pl.Int64(),
        "deals": pl.Int64(),
        "won": pl.Int64(),
        "share": pl.Float64(),
        "mature": pl.Boolean(),
    }
)


def table(ways: Ways) -> pl.DataFrame:
    age = pl.when(pl.col("status") == "won").then(pl.col("closed") - pl.col("created"))
    won = [(age <= days * MICROSECONDS_A_DAY).sum().alias(str(days)) for days in AGES]
    cohorts = ways.deals.group_by("pipeline", month=pl.col("cohort") + 1).agg(pl.len().alias("deals"), *won)
    days = pl.duration(microseconds=pl.col("age_days") * MICROSECONDS_A_DAY)
    by_month = (
        cohorts.unpivot(
            [str(days) for days in AGES],
            index=["pipeline", "month", "deals"],
            variable_name="age_days",
            value_name="won",
        )
        .with_columns(pl.col("age_days").cast(pl.Int64), pl.col("deals", "won").cast(pl.Int64))
        .with_columns(mature=pl.lit(ways.calendar.ends()).gather(pl.col("month") - 1) + days <= ways.dataset.as_of)
    )
    counted = [pl.col(name).filter("mature").sum() for name in ("deals", "won")]
    whole = by_month.group_by("pipeline", "age_days").agg(*counted, pl.col("mature").any())
    whole = whole.with_columns(month=pl.lit(0, pl.UInt16)).select(by_month.columns)
    return (
        pl.concat([by_month, whole])
        .sort("pipeline", "age_days", pl.col("month") == 0, "month")
        .with_columns(ways.cohort_label(), share=pl.when("mature").then(share(pl.col("won"), pl.col("deals"))))
    )
