"""`answered`: what became of leads that were answered in time, later, and never.

Rows: pipeline, answer (`in_target`, `later`, `never`, in this order; only those that occur), over all deals whose
target had passed by as_of (created + `answer_target_minutes` <= as_of). A response is the first outgoing activity
at or after creation, as in `response_by_hour`. `leads` = open + won + lost; win_rate = won / (won + lost) with
Wilson's interval; `revenue`, the values of the won ones in the site's currency.

It compares and proves nothing: leads that are answered late also come at other hours, and in other months. `never`
is not a group to compare with, for a deal that was closed at once had no time to be answered.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import polars as pl

from funnelbook.metrics.absence import Absent
from funnelbook.metrics.calendar import MICROSECONDS_A_MINUTE
from funnelbook.metrics.intervals import share, wilson
from funnelbook.metrics.reference import microseconds
from funnelbook.metrics.tables.temperature import money
from funnelbook.metrics.ways import Ways

NAME = "answered"
ANSWERS = ("in_target", "later", "never")
SCHEMA: Mapping[str, pl.DataType] = MappingProxyType(
    {
        **dict.fromkeys(("pipeline", "answer"), pl.String()),
        **dict.fromkeys(("leads", "open", "won", "lost"), pl.Int64()),
        **dict.fromkeys(("win_rate", "win_rate_low", "win_rate_high", "revenue"), pl.Float64()),
    }
)


def table(ways: Ways) -> pl.DataFrame:
    """Raises Absent without activities: a stage entry in their place would be needed for a sale by definition."""
    if not ways.dataset.has_activities:
        raise Absent("no-activities")
    target = round(ways.project.metrics.answer_target_minutes * MICROSECONDS_A_MINUTE)
    due = ways.deals.filter(pl.col("created") + target <= microseconds(ways.dataset.as_of))
    response, status = pl.col("response"), pl.col("status")
    answer = pl.when(response.is_null()).then(2).when(response <= target).then(0).otherwise(1).cast(pl.UInt8)
    rows = (
        due.group_by("pipeline", answer=answer)
        .agg(
            pl.len().alias("leads"),
            *((status == name).sum().alias(name) for name in ("open", "won", "lost")),
            money(status == "won").alias("revenue"),
        )
        .sort("pipeline", "answer")
    )
    won, closed = pl.col("won"), pl.col("won") + pl.col("lost")
    low, high = wilson(won, closed)
    return rows.with_columns(
        pl.lit(pl.Series(ANSWERS)).gather(pl.col("answer")).alias("answer"),
        win_rate=share(won, closed),
        win_rate_low=low,
        win_rate_high=high,
    )
