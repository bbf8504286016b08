"""`cost`: what the deals closed in a month had cost, by stage (metrics.md, section 3).

Rows: pipeline, dimension, member, month, position, `acquisition` last; months in which deals were closed. Their sum
over stages is the cost of `monthly`.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import polars as pl

from funnelbook.metrics.spent import ACQUISITION, spent_of
from funnelbook.metrics.stages import positions
from funnelbook.metrics.ways import Ways

NAME = "cost"
SCHEMA: Mapping[str, pl.DataType] = MappingProxyType(
    {
        **dict.fromkeys(("month", "pipeline", "dimension", "member", "stage"), pl.String()),
        **dict.fromkeys(("spent", "spent_on_won", "spent_on_lost"), pl.Float64()),
    }
)


def table(ways: Ways) -> pl.DataFrame:
    """Raises Absent when nothing has a price."""
    stages = positions(ways.pipelines).select("pipeline", "position", "stage")
    acquisition = stages.select("pipeline").unique()
    acquisition = acquisition.with_columns(position=pl.lit(ACQUISITION, pl.UInt8), stage=pl.lit("acquisition"))
    return (
        spent_of(ways)
        .join(pl.concat([stages, acquisition]), on=["pipeline", "position"])
        .sort("pipeline", "dimension", "member", "closing", "position")
        .rename({"closing": "month"})
        .pipe(ways.slicer.label)
        .with_columns(ways.calendar.label("month"), spent=pl.col("spent_on_won") + pl.col("spent_on_lost"))
    )
