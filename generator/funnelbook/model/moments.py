"""The moment as of which a data set tells: metrics.md, section 1."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

import polars as pl

from funnelbook.project import Site

#: Of a data set without a single time.
NEVER = datetime(1970, 1, 1, tzinfo=UTC)


def as_of_moment(site: Site, columns: Iterable[pl.Series]) -> datetime:
    """The project's as_of, else the newest of `columns`: created_at, closed_at of closed deals, entered_at, at.

    A closing date of an open deal is a forecast, next_task_at a plan: neither has happened.
    """
    if site.as_of is not None:
        return site.as_of.astimezone(UTC)
    newest = [moment for moment in (column.max() for column in columns) if isinstance(moment, datetime)]
    return max(newest, default=NEVER).astimezone(UTC)


def silent_days(columns: Sequence[pl.Series], as_of: datetime) -> int:
    """Whole days before as_of in which nothing happened: many of them tell of a mistyped year."""
    earlier = [moment for column in columns if (moment := column.filter(column < as_of).max()) is not None]
    newest = max((moment for moment in earlier if isinstance(moment, datetime)), default=as_of)
    return (as_of - newest).days
