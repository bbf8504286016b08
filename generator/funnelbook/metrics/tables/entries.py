"""`entries`: who came to a stage in a month, who left it and who stayed (metrics.md, section 3).

Rows: pipeline, month, position; every month from the pipeline's first creation to as_of.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import polars as pl

from funnelbook.metrics.moves import first_entries, standing_at_ends
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
    entered = _entered(ways)
    forward = entered.select("pipeline", "month", pl.col("position") - 1, left_forward="entered")
    return (
        ways.months()
        .join(positions(ways.pipelines), on="pipeline")
        .join(entered, on=_ROW, how="left")
        .join(forward, on=_ROW, how="left")
        .join(_lost(ways), on=_ROW, how="left")
        .join(standing_at_ends(ways).rename({"deals": "at_end"}), on=_ROW, how="left")
        .with_columns(pl.col("entered", "left_forward", "left_lost", "at_end").fill_null(0))
        .sort(_ROW)
        .with_columns(ways.calendar.label("month"))
    )


def _entered(ways: Ways) -> pl.DataFrame:
    """first_entry(i) in the month, for i in 1..k+1."""
    firsts = first_entries(ways)
    pipeline = ways.deals["pipeline"].gather(firsts["deal"])
    jumps = firsts.with_columns(pipeline).group_by("pipeline", "month", "above", "to").agg(entered=pl.len())
    passed = pl.int_ranges(pl.col("above") + 1, pl.col("to").cast(pl.Int64) + 1, dtype=pl.UInt8)
    each = jumps.select("pipeline", "month", "entered", position=passed).explode("position")
    return each.group_by(_ROW).agg(pl.col("entered").sum())


def _lost(ways: Ways) -> pl.DataFrame:
    """Lost in the month at their furthest position; of unknown way: at 1 (section 2.5)."""
    lost = ways.deals.filter(pl.col("status") == "lost")
    return lost.group_by("pipeline", month="closing", position=pl.col("furthest").fill_null(1)).agg(
        left_lost=pl.len()
    )
