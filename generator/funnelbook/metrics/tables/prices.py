"""`prices`: do dear deals sell worse, and die of the price more often? (sales-system.md, S1)

Over the reference's closed deals. Rows: pipeline, bucket; deals without a value stand in a last row without bucket.
The deals of a pipeline that have a value are cut by type 7 quantiles of it into four buckets, 1 the cheapest; into
n // 10 when they are fewer than 40, at least one. A value equal to a cut belongs below it, so deals of one value
stand together, and buckets that stay empty are left out. `from` and `to` are the least and the greatest value of a
bucket. `win_rate` = won / closed; `share` = price_value / with_cause, over its lost deals whose cause is recorded;
both with Wilson's interval.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import polars as pl

from funnelbook.metrics.absence import Absent
from funnelbook.metrics.intervals import share, wilson
from funnelbook.metrics.reference import in_reference
from funnelbook.metrics.tables import price_value
from funnelbook.metrics.ways import Ways

NAME = "prices"
MOST_BUCKETS = 4
#: A bucket is to have so many deals.
BUCKET = 10
SCHEMA: Mapping[str, pl.DataType] = MappingProxyType(
    {
        "pipeline": pl.String(),
        "bucket": pl.Int64(),
        **dict.fromkeys(("from", "to"), pl.Float64()),
        **dict.fromkeys(("closed", "won"), pl.Int64()),
        **dict.fromkeys(("win_rate", "win_rate_low", "win_rate_high"), pl.Float64()),
        **dict.fromkeys(("with_cause", "price_value"), pl.Int64()),
        **dict.fromkeys(("share", "share_low", "share_high"), pl.Float64()),
    }
)


def table(ways: Ways) -> pl.DataFrame:
    """Raises Absent when no closed deal of the reference has a value."""
    closed = ways.deals.filter(in_reference(ways))
    if closed["value"].null_count() == closed.height:
        raise Absent("no-values")
    placed = pl.concat(
        [_bucketed(part) for part in closed.partition_by("pipeline", maintain_order=True)], how="vertical"
    )
    low, high = wilson(pl.col("won"), pl.col("closed"))
    return (
        placed.group_by("pipeline", "bucket")
        .agg(
            pl.col("value").min().alias("from"),
            pl.col("value").max().alias("to"),
            pl.len().cast(pl.Int64).alias("closed"),
            (pl.col("status") == "won").sum().cast(pl.Int64).alias("won"),
            *price_value.counts(),
        )
        .with_columns(
            win_rate=share(pl.col("won"), pl.col("closed")),
            win_rate_low=low,
            win_rate_high=high,
            **price_value.shares(),
        )
        .sort("pipeline", "bucket", nulls_last=True)
    )


def _bucketed(deals: pl.DataFrame) -> pl.DataFrame:
    """Adds `bucket` to the deals of one pipeline; null without a value."""
    values = deals["value"].drop_nulls()
    wanted = min(MOST_BUCKETS, max(1, len(values) // BUCKET))
    cuts = [values.quantile(number / wanted, "linear") for number in range(1, wanted)]
    above = pl.sum_horizontal(pl.lit(0), *((pl.col("value") > cut).cast(pl.Int64) for cut in cuts))
    known = pl.when(pl.col("value").is_not_null()).then(above)
    return deals.with_columns(bucket=known.rank("dense").cast(pl.Int64))
