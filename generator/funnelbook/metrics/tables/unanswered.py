"""`unanswered`: leads that wait for a first answer at as_of (metrics.md, section 3, `leads`: what a response is).

Rows: owner (`—` last), all pipelines together; only where there are such leads: open deals without any response.
oldest_hours is the longest time since a creation; `overdue` counts those that wait longer than
answer_target_minutes, `moved` those that somebody has moved beyond the first stage all the same: there an answer
was rather not recorded than not given. `basis`: `activities`, or `entries` when the data hold no activities: a
later stage entry is then the answer, and a deal without a stage history is left out, for it cannot show one.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import polars as pl

from funnelbook.metrics.absence import Absent
from funnelbook.metrics.calendar import MICROSECONDS_A_MINUTE
from funnelbook.metrics.reference import microseconds
from funnelbook.metrics.responses import response_basis
from funnelbook.metrics.ways import Ways

NAME = "unanswered"
SCHEMA: Mapping[str, pl.DataType] = MappingProxyType(
    {
        "owner": pl.String(),
        "deals": pl.Int64(),
        "oldest_hours": pl.Float64(),
        "overdue": pl.Int64(),
        "moved": pl.Int64(),
        "basis": pl.String(),
    }
)


def table(ways: Ways) -> pl.DataFrame:
    """Raises Absent when no deal can show a response."""
    target = ways.project.metrics.answer_target_minutes * MICROSECONDS_A_MINUTE
    owners = pl.lit(pl.Series(ways.members["owner"], dtype=pl.String))
    return (
        waiting(ways)
        .group_by("owner")
        .agg(
            deals=pl.len(),
            oldest_hours=pl.col("rest").max() / (60 * MICROSECONDS_A_MINUTE),
            overdue=(pl.col("rest") > target).sum(),
            moved=(pl.col("furthest") > 1).sum(),
        )
        .sort("owner")
        .with_columns(owner=owners.gather(pl.col("owner")), basis=pl.lit(response_basis(ways.dataset)))
    )


def waiting(ways: Ways) -> pl.DataFrame:
    """Per such lead: `deal`, `pipeline`, `owner`, `value`, `furthest`, `position` where it stands, `rest` since its
    creation.

    Raises Absent when no deal can show a response.
    """
    shown = ways.deals
    if not ways.dataset.has_activities:
        shown = shown.filter(pl.col("basis") != "current")
        if shown.is_empty():
            raise Absent("no-activities")
    rest = microseconds(ways.dataset.as_of) - pl.col("created")
    return shown.filter(pl.col("status") == "open", pl.col("response").is_null()).select(
        "deal", "pipeline", "owner", "value", "furthest", position="standing", rest=rest
    )
