"""Local calendar months as dense indices: metrics.md, section 1, "months are local calendar months, half open"."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import polars as pl
from msgspec import Struct

#: How an instant is kept while metrics are computed: whole microseconds since 1970, exact.
MICROSECONDS_A_DAY = 86_400_000_000
MICROSECONDS_A_MINUTE = 60_000_000


class Calendar(Struct, frozen=True):
    """Months 0..n-1 of one time zone. `starts[m]` is the instant month m begins; `starts[n]` ends the last one.

    A month whose local midnight does not exist (a clock change) begins at the change.
    """

    labels: tuple[str, ...]
    starts: tuple[datetime, ...]

    @classmethod
    def covering(cls, first: datetime, last: datetime, zone: ZoneInfo) -> Calendar:
        """The months from the one that holds `first` to the one that holds `last`, both included."""
        begin, end = first.astimezone(zone), last.astimezone(zone)
        ordinals = range(begin.year * 12 + begin.month - 1, end.year * 12 + end.month + 1)
        months = [divmod(ordinal, 12) for ordinal in ordinals]
        starts = tuple(datetime(year, month + 1, 1, tzinfo=zone).astimezone(UTC) for year, month in months)
        return cls(tuple(f"{year:04d}-{month + 1:02d}" for year, month in months[:-1]), starts)

    def __len__(self) -> int:
        return len(self.labels)

    def index(self, instants: pl.Series) -> pl.Series:
        """UInt16 month of every instant (Datetime(us, UTC)); null stays null."""
        starts = pl.Series(self.starts[:-1], dtype=pl.Datetime("us", "UTC")).to_physical()
        moments = instants.to_physical()
        found = starts.search_sorted(moments.fill_null(0), side="right").cast(pl.Int32) - 1
        index = found.clip(0, max(len(self) - 1, 0)).cast(pl.UInt16)
        return index.zip_with(moments.is_not_null(), pl.Series([None], dtype=pl.UInt16)).alias(instants.name)

    def ends(self) -> pl.Series:
        """Datetime(us, UTC): the instant after the last one of month m."""
        return pl.Series("end", self.starts[1:], dtype=pl.Datetime("us", "UTC"))

    def label(self, column: str) -> pl.Expr:
        """`YYYY-MM` of a column of indices."""
        return pl.lit(pl.Series(self.labels, dtype=pl.String)).gather(pl.col(column)).alias(column)
