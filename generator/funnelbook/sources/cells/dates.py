"""A column of dates in one format, found by looking at all of it.

Time zone rule (metrics.md, section 1): a time without offset is the site's local time, the earlier reading when the
clock is set back. A local time that never was (the clock is set forward) is read with the offset that held before
the change, so 02:30 of such a night is the instant that clocks then called 03:30. A bare date is local midnight.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from zoneinfo import ZoneInfo

import polars as pl

from funnelbook.sources.cells.layouts import NAMES, PATTERNS, Layout, layout_of, ordered

FIRST_YEAR, LAST_YEAR = 1970, 2100
_MONTHS = ("янв", "фев", "мар", "апр", "ма[йя]", "июн", "июл", "авг", "сен", "окт", "ноя", "дек")
_ENGLISH = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_NAIVE = pl.Datetime("us")
_UTC = pl.Datetime("us", "UTC")


class UnclearDatesError(ValueError):
    """A column's dates can be read in two ways, or not at all by the format a mapping gives; the message says
    which.
    """


@dataclass(frozen=True, slots=True)
class Setting:
    """How the cells of one file are read.

    day_first: separator -> whether the day comes first, for columns that cannot tell; learnt from the file's
    others.
    serial_day_zero: as in `RawFile`.
    """

    zone: ZoneInfo
    day_first: Mapping[str, bool] = field(default_factory=dict)
    serial_day_zero: date | None = None


@dataclass(frozen=True, slots=True)
class _Group:
    """Cells of one layout: their positions, and one reading for each of its formats."""

    layout: Layout
    at: pl.Series
    readings: tuple[pl.Series, ...]


class DateColumn:
    """A column of trimmed text, sorted into layouts; `read` makes instants of it."""

    def __init__(self, cells: pl.Series, zone: ZoneInfo, date_format: str | None = None) -> None:
        self._cells = cells
        self._zone = zone
        at = pl.int_range(cells.len(), dtype=pl.UInt32, eager=True).filter(cells.is_not_null())
        pending = pl.DataFrame({"at": at, "cell": cells.drop_nulls()})
        self._groups: list[_Group] = []
        if date_format:
            layout = Layout("told", "", (date_format,), zoned="%z" in date_format or "%#z" in date_format)
            try:
                told = self._group(layout, pending)
            except pl.exceptions.ComputeError:
                raise UnclearDatesError("the date_format of the mapping is no pattern of a whole date") from None
            if pending.height and not told.readings[0].count():
                raise UnclearDatesError("the date_format of the mapping fits no cell")
            self._groups.append(told)
        else:
            self._sort(pending)

    def order(self) -> dict[str, bool]:
        """Separator -> whether the day comes first, where this column's cells tell."""
        return {sign: told for sign in "./-" if (told := self._order(sign)) is not None}

    def read(self, setting: Setting) -> tuple[pl.Series, str]:
        """Instants (UTC), null where a cell does not fit the column's format, and the format's name.

        The format is that of most cells. Raises `UnclearDatesError` when two have equally many, or when day and
        month cannot be told apart.
        """
        typed = {"iso"} if setting.serial_day_zero else set()
        families = self._families()
        chosen = self._chosen({name: size for name, size in families.items() if name not in typed} or families)
        day_first = self._day_first(chosen, setting)
        frames = [
            pl.DataFrame(
                {"at": group.at, "moment": group.readings[0 if day_first or len(group.readings) == 1 else 1]}
            )
            for group in self._groups
            if group.layout.family in {chosen, *typed}
        ]
        if setting.serial_day_zero:
            frames.append(self._serials(setting.serial_day_zero))
        name = ordered(chosen, day_first=day_first) if chosen in ("/", ".", "-") else NAMES.get(chosen, "")
        return self._placed(frames), name

    def _sort(self, pending: pl.DataFrame) -> None:
        pending = self._in_english(pending)
        narrowed = False
        while pending.height:
            layout = layout_of(pending["cell"][0])
            if layout is None:
                if narrowed:
                    break
                pending = pending.filter(pl.any_horizontal(pl.col("cell").str.contains(each) for each in PATTERNS))
                narrowed = True
                continue
            group = self._group(layout, pending)
            self._groups.append(group)
            unread = pending.filter(pl.all_horizontal(reading.is_null() for reading in group.readings))
            kept = pl.any_horizontal(reading.is_not_null() for reading in group.readings)
            self._groups[-1] = _Group(layout, *self._only(group, pending.select(kept).to_series()))
            pending = unread.filter(~pl.col("cell").str.contains(f"^(?:{layout.pattern})$"))

    @staticmethod
    def _only(group: _Group, kept: pl.Series) -> tuple[pl.Series, tuple[pl.Series, ...]]:
        return group.at.filter(kept), tuple(reading.filter(kept) for reading in group.readings)

    def _group(self, layout: Layout, pending: pl.DataFrame) -> _Group:
        readings = []
        for form in layout.formats:
            parsed = pending["cell"].str.strptime(_NAIVE, form, strict=False) if not layout.zoned else None
            readings.append(
                pending["cell"].str.strptime(_UTC, form, strict=False)
                if parsed is None
                else local(parsed, self._zone)
            )
        return _Group(layout, pending["at"], tuple(_in_range(reading) for reading in readings))

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
                first, second = group.readings
                day += int((first.is_not_null() & second.is_null()).sum())
                month += int((second.is_not_null() & first.is_null()).sum())
        return None if day == month else day > month

    def _day_first(self, chosen: str, setting: Setting) -> bool:
        if chosen not in (".", "/", "-"):
            return True
        told = self._order(chosen)
        if told is None:
            told = setting.day_first.get(chosen, True if chosen == "." else None)
        if told is None:
            both = NAMES[chosen].replace(" or ", " and as ")
            raise UnclearDatesError(f"every date can be read as {both}")
        return told

    def _serials(self, day_zero: date) -> pl.DataFrame:
        """Excel's day numbers that stand as text, beside cells of other kinds."""
        cells = pl.DataFrame(
            {"at": pl.int_range(self._cells.len(), dtype=pl.UInt32, eager=True), "cell": self._cells}
        )
        found = cells.filter(pl.col("cell").str.contains(r"^\d{5}(?:\.\d+)?$"))
        return found.select("at", moment=from_serial(found["cell"].cast(pl.Float64), day_zero, self._zone))

    def _placed(self, frames: list[pl.DataFrame]) -> pl.Series:
        if len(frames) == 1 and frames[0].height == self._cells.len():
            return frames[0]["moment"]
        at = pl.DataFrame({"at": pl.int_range(self._cells.len(), dtype=pl.UInt32, eager=True)})
        found = pl.concat(frames) if frames else pl.DataFrame(schema={"at": pl.UInt32, "moment": _UTC})
        return at.join(found, on="at", how="left", maintain_order="left")["moment"]

    @staticmethod
    def _in_english(pending: pl.DataFrame) -> pl.DataFrame:
        if not pending["cell"].str.contains("[а-яА-Я]").any():
            return pending
        cell = pl.col("cell").str.to_lowercase()
        for russian, english in zip(_MONTHS, _ENGLISH, strict=True):
            cell = cell.str.replace(rf"{russian}[а-я]*\.?", english)
        return pending.with_columns(cell.str.replace(r"\s*(?:г\.?|года)\s*$|,?\s+в\s+", " ").str.strip_chars())


def local(naive: pl.Series, zone: ZoneInfo) -> pl.Series:
    """Local times as instants, by the rule at the head of this module."""
    return pl.select(localised(pl.lit(naive), zone)).to_series()


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
    return (
        moments
        if moments.dt.year().is_between(FIRST_YEAR, LAST_YEAR).all()
        else pl.select(in_range(pl.lit(moments))).to_series()
    )
