"""When an export of a dated folder was taken."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import polars as pl


def taken_at(deals: pl.DataFrame, day: date, zone: ZoneInfo, after: datetime | None = None) -> datetime:
    """The newest created_at or closed_at of the export; without any, its folder's day at local midnight.

    What lies beyond that day is a slip of the pen or a forecast, as is the closed_at of an open deal. An export in
    which nothing was created or closed since the one before (`after`) was still taken later: then, too, the
    folder's day tells.
    """
    midnight = datetime.combine(day, time.min, zone).astimezone(UTC)
    tomorrow = datetime.combine(day + timedelta(days=1), time.min, zone).astimezone(UTC)
    created = pl.col("created_at").filter(pl.col("created_at") < tomorrow)
    closed = pl.col("closed_at").filter(pl.col("status").ne_missing("open") & (pl.col("closed_at") < tomorrow))
    newest: datetime | None = deals.select(pl.max_horizontal(created.max(), closed.max())).item()
    if newest is None or (after and newest <= after):
        newest = midnight
    return newest if after is None else max(newest, after + timedelta(seconds=1))
