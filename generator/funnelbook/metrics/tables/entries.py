"""`entries`: who came to a stage in a month, who left it and who stayed (metrics.md, section 3).

Rows: pipeline, month, position; every month from the pipeline's first creation to as_of.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import polars as pl

from funnelbook.metrics.decisions import entered_of, lost_of
from funnelbook.metrics.moves import standing_at_ends
from funnelbook.metrics.stages import positions
from funnelbook.metrics.ways import Ways

NAME = "entries"
SCHEMA: Mapping[str, pl.DataType] = MappingProxyType(
    {
        **dict.fromkeys(("month", "pipeline", "stage"), pl.String()),
        **dict.fromkeys(("entered", "left_forward", "left_lost", "at_end"), pl.Int64()),
    }
)
_ROW = ("pipeline", "month", "position")


def table(ways: Ways) -> pl.DataFrame:
    entered = entered_of(ways)
    forward = entered.select("pipeline", "month", pl.col("position") - 1, left_forward="entered")
    return (
        ways.months()
        .join(positions(ways.pipelines), on="pipeline")
        .join(entered, on=_ROW, how="left")
        .join(forward, on=_ROW, how="left")
        .join(lost_of(ways), on=_ROW, how="left")
        .join(standing_at_ends(ways).rename({"deals": "at_end"}), on=_ROW, how="left")
        .with_columns(pl.col("entered", "left_forward", "left_lost", "at_end").fill_null(0))
        .sort(_ROW)
        .with_columns(ways.calendar.label("month"))
    )
