"""`losses`: where and why deals were lost, by month of closing (metrics.md, section 3).

Rows: pipeline, month, position (unknown, `—`, last), cause, party, reason as in the data (`—`, none, last).
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import polars as pl

from funnelbook.metrics.costs import amount
from funnelbook.metrics.slices import NOT_RECORDED
from funnelbook.metrics.stages import positions
from funnelbook.metrics.ways import Ways

NAME = "losses"
SCHEMA: Mapping[str, pl.DataType] = MappingProxyType(
    {
        **dict.fromkeys(("month", "pipeline", "stage", "cause", "party", "reason"), pl.String()),
        "deals": pl.Int64(),
        "value": pl.Float64(),
        "cost": pl.Float64(),
    }
)


def table(ways: Ways) -> pl.DataFrame:
    """`value` sums the deals that have one; null when none has."""
    groups = ("pipeline", "month", "position", "cause", "party", "reason")
    lost = ways.deals.filter(pl.col("status") == "lost").with_columns(month="closing", position="furthest")
    valued = pl.col("value").count() > 0
    counted = lost.group_by(groups).agg(
        deals=pl.len(),
        value=pl.when(valued).then(amount(pl.col("value")).sum()),
        cost=pl.col("cost").sum(),
    )
    stages = positions(ways.pipelines).select("pipeline", "position", "stage")
    named = counted.join(stages, on=["pipeline", "position"], how="left").with_columns(
        pl.col("stage", "cause", "party", "reason").cast(pl.String)
    )
    return (
        named.sort("pipeline", "month", "position", "cause", "party", "reason", nulls_last=True)
        .with_columns(pl.col("stage", "cause", "party", "reason").fill_null(NOT_RECORDED))
        .with_columns(ways.calendar.label("month"))
    )
