"""Local times as instants.

The rule (metrics.md, section 1): of the two readings when the clock is set back the earlier one. A local time that
never was (the clock is set forward) is read with the offset that held before the change, so 02:30 of such a night
is the instant that clocks then called 03:30.
"""

from __future__ import annotations

from functools import lru_cache
from typing import cast
from zoneinfo import ZoneInfo

import polars as pl

#: Microseconds.
_DAY = 86_400_000_000


def local(naive: pl.Series, zone: ZoneInfo) -> pl.Series:
    """Local times as instants (UTC), null for null.

    On a day that begins and ends with the same offset from UTC all times have it; of the few others each time is
    asked for by itself, which takes many times longer.
    """
    time = naive.to_physical()
    days = time // _DAY
    first, last = cast("tuple[int | None, int]", (days.min(), days.max()))
    if first is None or last - first > naive.len():
        return _local(naive, zone)
    offsets = _offsets(first, last, zone)
    steady = offsets.set(offsets != offsets.shift(-1), None)
    moments = (time - steady.gather(days - first)).cast(pl.Datetime("us", "UTC"))
    if moments.null_count() == naive.null_count():
        return moments
    left = (moments.is_null() & naive.is_not_null()).arg_true()
    return moments.scatter(left, _local(naive.gather(left), zone))


def shown_twice(naive: pl.Series, zone: ZoneInfo) -> int:
    """How many of these local times a clock shows twice, because it is set back; `local` takes the earlier."""
    days = naive.to_physical() // _DAY
    first, last = cast("tuple[int | None, int]", (days.min(), days.max()))
    if first is None:
        return 0
    asked = naive
    if last - first <= naive.len():
        offsets = _offsets(first, last, zone)
        set_back = (offsets > offsets.shift(-1)).arg_true().cast(pl.Int64) + first
        if set_back.is_empty():
            return 0
        asked = naive.filter(days.is_in(set_back.implode()))
    earlier = asked.dt.replace_time_zone(zone.key, ambiguous="earliest", non_existent="null")
    later = asked.dt.replace_time_zone(zone.key, ambiguous="latest", non_existent="null")
    return int((earlier != later).sum())


@lru_cache(maxsize=64)
def _offsets(first: int, last: int, zone: ZoneInfo) -> pl.Series:
    """From UTC, in microseconds, at the beginning of each day from `first` on and of the one after `last`."""
    midnights = pl.Series(range(first, last + 2), dtype=pl.Int64) * _DAY
    return midnights - _local(midnights.cast(pl.Datetime("us")), zone).to_physical()


def _local(naive: pl.Series, zone: ZoneInfo) -> pl.Series:
    moments = naive.dt.replace_time_zone(zone.key, ambiguous="earliest", non_existent="null")
    if moments.null_count() > naive.null_count():
        return pl.select(localised(pl.lit(naive), zone)).to_series()
    return moments.dt.convert_time_zone("UTC")


def localised(naive: pl.Expr, zone: ZoneInfo) -> pl.Expr:
    """`local` for a column of a frame."""
    if zone.key == "UTC":
        return naive.dt.replace_time_zone("UTC")
    day = pl.duration(days=1)
    moments = naive.dt.replace_time_zone(zone.key, ambiguous="earliest", non_existent="null").dt.convert_time_zone(
        "UTC"
    )
    earlier = (naive - day).dt.replace_time_zone(zone.key, ambiguous="earliest", non_existent="null")
    return moments.fill_null(earlier.dt.convert_time_zone("UTC") + day)
