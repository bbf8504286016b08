"""`response_by_hour`: how fast deals are answered by the local hour they come in (metrics.md, section 3).

Rows: weekday (ISO, Monday 1), hour (0 to 23) of creation; only hours in which a deal was created, all pipelines
together. `basis` says what a response is: `activities`, or `entries` when the data have none.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import polars as pl

from funnelbook.metrics.absence import Absent
from funnelbook.metrics.calendar import MICROSECONDS_A_MINUTE
from funnelbook.metrics.intervals import share
from funnelbook.metrics.quantiles import quantile
from funnelbook.metrics.reference import microseconds
from funnelbook.metrics.responses import response_basis
from funnelbook.metrics.ways import Ways

NAME = "response_by_hour"
SCHEMA: Mapping[str, pl.DataType] = MappingProxyType(
    {
        **dict.fromkeys(("weekday", "hour", "leads"), pl.Int64()),
        **dict.fromkeys(("median_minutes", "answered_in_target"), pl.Float64()),
        "basis": pl.String(),
    }
)


def table(ways: Ways) -> pl.DataFrame:
    """Raises Absent when the data have neither activities nor histories, so that no response can be seen."""
    if not ways.dataset.has_activities and ways.dataset.entries.is_empty():
        raise Absent("no-activities")
    target = round(ways.project.metrics.answer_target_minutes * MICROSECONDS_A_MINUTE)
    local = pl.col("created").cast(pl.Datetime("us", "UTC")).dt.convert_time_zone(ways.project.site.timezone.key)
    due = pl.col("created") + target <= microseconds(ways.dataset.as_of)
    in_target = due & (pl.col("response") <= target).fill_null(value=False)
    return (
        ways.deals.group_by(weekday=local.dt.weekday(), hour=local.dt.hour())
        .agg(
            leads=pl.len(),
            median_minutes=quantile("response", 0.5, MICROSECONDS_A_MINUTE),
            answered_in_target=share(in_target.sum(), due.sum()),
        )
        .sort("weekday", "hour")
        .with_columns(basis=pl.lit(response_basis(ways.dataset)))
    )
