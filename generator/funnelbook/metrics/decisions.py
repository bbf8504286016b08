"""What was decided at a stage in a month: metrics.md, section 3, `entries` and `leaks`."""

from __future__ import annotations

import polars as pl

from funnelbook.metrics.moves import first_entries
from funnelbook.metrics.ways import Ways

ROW = ("pipeline", "month", "position")


def decisions_of(ways: Ways) -> pl.DataFrame:
    """`pipeline`, `month`, `position`, `left_forward`, `left_lost` as in `entries`, where not both are 0."""
    forward = entered_of(ways).filter(pl.col("position") > 1)
    forward = forward.select("pipeline", "month", pl.col("position") - 1, left_forward="entered")
    both = forward.join(lost_of(ways), on=ROW, how="full", coalesce=True)
    both = both.join(ways.months(), on=["pipeline", "month"], how="semi")
    return both.with_columns(pl.col("left_forward", "left_lost").fill_null(0).cast(pl.Int64)).sort(ROW)


def entered_of(ways: Ways) -> pl.DataFrame:
    """`entered`: first_entry(i) in the month, for i in 1..k+1; only counts that are not 0."""
    firsts = first_entries(ways)
    pipeline = ways.deals["pipeline"].gather(firsts["deal"])
    jumps = firsts.with_columns(pipeline).group_by("pipeline", "month", "above", "to").agg(entered=pl.len())
    passed = pl.int_ranges(pl.col("above") + 1, pl.col("to").cast(pl.Int64) + 1, dtype=pl.UInt8)
    each = jumps.select("pipeline", "month", "entered", position=passed).explode("position")
    return each.group_by(ROW).agg(pl.col("entered").sum())


def lost_of(ways: Ways) -> pl.DataFrame:
    """`left_lost`: lost in the month at their furthest position; of unknown way: at 1 (section 2.5)."""
    lost = ways.deals.filter(pl.col("status") == "lost")
    return lost.group_by("pipeline", month="closing", position=pl.col("furthest").fill_null(1)).agg(
        left_lost=pl.len()
    )
