"""A column of dates in one format, found by looking at all of it.

A time without offset is the site's local time (`funnelbook.sources.cells.zones`). A bare date is local midnight.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import cast
from zoneinfo import ZoneInfo

import polars as pl
from msgspec import Struct, field

from funnelbook.sources.cells.groups import UnclearDatesError, grouped, told
from funnelbook.sources.cells.layouts import NAMES, Layout, ordered
from funnelbook.sources.cells.zones import local, shown_twice

__all__ = ["DateColumn", "Setting", "UnclearDatesError", "from_serial", "in_range"]

FIRST_YEAR, LAST_YEAR = 1970, 2100
#: Microseconds since 1970: the first moment, and the one behind the last.
_FIRST = int(datetime(FIRST_YEAR, 1, 1, tzinfo=UTC).timestamp()) * 1_000_000
_END = int(datetime(LAST_YEAR + 1, 1, 1, tzinfo=UTC).timestamp()) * 1_000_000
_SERIAL = r"^[0-9]{5}(?:\.[0-9]+)?$"
_NAIVE = pl.Datetime("us")
_UTC = pl.Datetime("us", "UTC")


class Setting(Struct, frozen=True):
    """How the cells of one file are read.

    day_first: separator -> whether the day comes first, for columns that cannot tell; learnt from the file's
    others.
    serial_day_zero: as in `RawFile`.
    """

    zone: ZoneInfo
    day_first: Mapping[str, bool] = field(default_factory=dict)
    serial_day_zero: date | None = None


class DateColumn:
    """A column of trimmed text, sorted into layouts; `read` makes instants of it."""

    def __init__(self, cells: pl.Series, date_format: str | None = None) -> None:
        self._cells = cells
        self._groups = told(cells, date_format) if date_format else grouped(cells)

    def order(self) -> dict[str, bool]:
        """Separator -> whether the day comes first, where this column's cells tell."""
        return {sign: first for sign in "./-" if (first := self._order(sign)) is not None}

    def read(self, setting: Setting) -> tuple[pl.Series, str]:
        """Instants (UTC), null where a cell does not fit the column's format, and the format's name with what was
        assumed.

        The format is that of most cells. Raises `UnclearDatesError` when two have equally many, or when day and
        month cannot be told apart.
        """
        typed = {"iso"} if setting.serial_day_zero else set()
        families = self._families()
        chosen = self._chosen({name: size for name, size in families.items() if name not in typed} or families)
        day_first = self._day_first(chosen, setting)
        moments = pl.Series([None], dtype=_UTC).new_from_index(0, self._cells.len())
        twice = 0
        for group in self._groups:
            if group.layout.family in {chosen, *typed}:
                reading = group.first if day_first else group.other
                moments = _placed(moments, group.at, _instants(reading, group.layout, setting.zone))
                twice += 0 if group.layout.zoned else shown_twice(reading, setting.zone)
        if setting.serial_day_zero:
            moments = self._with_serials(moments, setting.serial_day_zero, setting.zone)
        name = ordered(chosen, day_first=day_first) if chosen in ("/", ".", "-") else NAMES.get(chosen, "")
        return moments, f"{name}; the earlier of what a clock shows twice: {twice}" if twice else name

    def _families(self) -> dict[str, int]:
        sizes: dict[str, int] = {}
        for group in self._groups:
            sizes[group.layout.family] = sizes.get(group.layout.family, 0) + group.at.len()
        return sizes

    @staticmethod
    def _chosen(families: Mapping[str, int]) -> str:
        if not families:
            return ""
        best = max(families.values())
        first, *others = [name for name, size in families.items() if size == best]
        if others:
            raise UnclearDatesError(f"as many dates are written {NAMES[first]} as {NAMES[others[0]]}")
        return first

    def _order(self, sign: str) -> bool | None:
        """Whether more cells can only be day first than only month first; None when no cell tells."""
        day = month = 0
        for group in self._groups:
            if group.layout.family == sign:
                only_day, only_month = group.decided
                day, month = day + only_day, month + only_month
        return None if day == month else day > month

    def _day_first(self, chosen: str, setting: Setting) -> bool:
        if chosen not in (".", "/", "-"):
            return True
        first = self._order(chosen)
        if first is None:
            first = setting.day_first.get(chosen, True if chosen == "." else None)
        if first is None:
            both = NAMES[chosen].replace(" or ", " and as ")
            raise UnclearDatesError(f"every date can be read as {both}")
        return first

    def _with_serials(self, moments: pl.Series, day_zero: date, zone: ZoneInfo) -> pl.Series:
        """Excel's day numbers that stand as text, beside cells of other kinds."""
        at = self._cells.str.contains(_SERIAL).fill_null(value=False).arg_true()
        serials = self._cells.gather(at).cast(pl.Float64)
        return _placed(moments, at, from_serial(serials, day_zero, zone))


def _instants(reading: pl.Series, layout: Layout, zone: ZoneInfo) -> pl.Series:
    if not layout.zoned:
        return _in_range(local(reading, zone))
    if layout.offset is not None:
        reading = (reading - layout.offset).dt.replace_time_zone("UTC")
    return _in_range(reading)


def _placed(moments: pl.Series, at: pl.Series, found: pl.Series) -> pl.Series:
    """`moments` with `found` at the positions `at`."""
    return found if len(found) == len(moments) else moments.scatter(at, found)


def from_serial(serials: pl.Series, day_zero: date, zone: ZoneInfo) -> pl.Series:
    """Excel's numbers of days since `day_zero`, local, to the second; null beyond the years that are read."""
    known = serials.set(~serials.is_between(0, 100_000), None)
    seconds = (known * 86_400).round().cast(pl.Int64)
    naive = pl.select(pl.lit(day_zero).cast(_NAIVE) + pl.duration(seconds=pl.lit(seconds))).to_series()
    return _in_range(local(naive, zone))


def in_range(moments: pl.Expr) -> pl.Expr:
    """Null for a year before `FIRST_YEAR` or after `LAST_YEAR`: a slip of the keyboard, or no date at all."""
    return pl.when(moments.dt.year().is_between(FIRST_YEAR, LAST_YEAR)).then(moments)


def _in_range(moments: pl.Series) -> pl.Series:
    """As `in_range`. The ends are compared as numbers: Python has no moment for some that a cell can tell."""
    told = moments.to_physical()
    first, last = cast("tuple[int | None, int]", (told.min(), told.max()))
    if first is None or (first >= _FIRST and last < _END):
        return moments
    return pl.select(in_range(pl.lit(moments))).to_series()
