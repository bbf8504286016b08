"""What one canonical column wants, and how cells of a file's type become it."""

from __future__ import annotations

from functools import cache, partial

import dataframely as dy
import polars as pl
from msgspec import Struct

from funnelbook.model.pipeline import fold
from funnelbook.model.tables import AMOUNTS, TABLES
from funnelbook.sources.cells import dates
from funnelbook.sources.cells.distinct import by_distinct, distinctly
from funnelbook.sources.cells.months import months
from funnelbook.sources.cells.numbers import numbers
from funnelbook.sources.cells.words import spellings
from funnelbook.sources.cells.zones import localised
from funnelbook.sources.reader import Context, RawFile

#: A canonical column, and what its dates are called.
Parsed = tuple[pl.Series, str]


class Column(Struct, frozen=True):
    """A column of `model.tables`. `name` is the one in the frame; `problem` is what an unreadable cell is
    called.
    """

    name: str
    dtype: pl.DataType
    required: bool
    checks: dy.Column

    @classmethod
    def of(cls, table: str, name: str) -> Column:
        checks = TABLES[table].columns()[name]
        return cls(name, checks.dtype, not checks.nullable, checks)

    @classmethod
    @cache
    def all_of(cls, table: str) -> tuple[Column, ...]:
        """Those of a table but what says where its rows stand."""
        return tuple(cls.of(table, name) for name in TABLES[table].columns() if name not in ("file", "row"))

    @property
    def is_month(self) -> bool:
        return self.name == "month"

    @property
    def is_date(self) -> bool:
        return isinstance(self.dtype, (pl.Datetime, pl.Date)) or self.is_month

    @property
    def is_moment(self) -> bool:
        return self.is_date and not self.is_month

    @property
    def is_text(self) -> bool:
        return self.dtype == pl.String and not self.is_month

    @property
    def problem(self) -> str:
        if self.is_date:
            return "bad-date"
        if self.name in AMOUNTS:
            return "bad-amount"
        return "bad-number" if self.dtype.is_numeric() else "bad-value"

    def rules(self, value: pl.Expr) -> list[pl.Expr]:
        """The schema's own rules, null where they do not apply (an empty cell is another matter)."""
        if self.is_text or self.is_month:
            return []
        return [rule for name, rule in self.checks.validation_rules(value).items() if name != "nullability"]


def reads_text(each: Column, dtype: pl.DataType) -> bool:
    """Whether the cells must be looked at all together: text to be parsed, or Excel's numbers that are dates."""
    if each.is_text or isinstance(each.dtype, pl.Enum):
        return False
    return dtype == pl.String or (each.is_date and dtype.is_float())


def reads_words(each: Column, dtype: pl.DataType) -> bool:
    """Whether the cells are text that only has to be compared with a list, each by itself."""
    return isinstance(each.dtype, pl.Enum) and dtype == pl.String


def is_native(each: Column, dtype: pl.DataType) -> bool:
    """Whether a typed column can become the canonical one without a guess."""
    if dtype == pl.Null:
        return True
    if each.is_date:
        return isinstance(dtype, (pl.Date, pl.Datetime)) or dtype.is_float()
    if each.is_text:
        return not dtype.is_nested() and dtype != pl.Binary
    if each.dtype.is_numeric():
        return dtype.is_numeric()
    return False


def native(each: Column, dtype: pl.DataType, context: Context) -> pl.Expr:
    """The canonical value of a typed column, or of text that only has to be compared with a list."""
    cell = pl.col(each.name)
    if reads_words(each, dtype):
        return by_distinct(cell, partial(_words, each=each), each.dtype)
    if dtype == pl.Null or dtype == each.dtype:
        return _sane(each, cell.cast(each.dtype))
    if each.is_date:
        return _date(each, dtype, context)
    if each.is_text and dtype.is_float():
        whole = cell.cast(pl.Int64, strict=False)
        return pl.when(whole == cell).then(whole.cast(pl.String)).otherwise(cell.cast(pl.String))
    return cell.cast(each.dtype)


def _words(cells: pl.Series, each: Column) -> pl.Series:
    known = spellings(each.name)
    told = [None if text is None else known.get(fold(text)) for text in cells]
    return pl.Series(cells.name, told, dtype=each.dtype)


def _date(each: Column, dtype: pl.DataType, context: Context) -> pl.Expr:
    cell = pl.col(each.name)
    if isinstance(dtype, pl.Datetime) and dtype.time_zone:
        moment = cell.dt.convert_time_zone("UTC").dt.cast_time_unit("us")
    else:
        moment = localised(cell.cast(pl.Datetime("us")), context.timezone)
    local = moment.dt.convert_time_zone(context.timezone.key)
    if each.is_month:
        return local.dt.strftime("%Y-%m")
    return _sane(each, local.dt.date() if each.dtype == pl.Date else moment)


def _sane(each: Column, value: pl.Expr) -> pl.Expr:
    return dates.in_range(value) if each.is_date and not each.is_month else value


class TextReader:
    """Reads the text columns of one file; what one date column tells of day and month serves the others."""

    def __init__(self, raw: RawFile, context: Context) -> None:
        self._zone = context.timezone
        self._day_zero = raw.serial_day_zero
        self._columns: dict[str, dates.DateColumn] = {}
        self._said: dict[str, set[bool]] = {}

    def learn(self, name: str, cells: pl.Series, date_format: str | None) -> None:
        """Look at a date column of text, with the format that a mapping gives; before any is read."""
        self._columns[name] = dates.DateColumn(cells, date_format)
        for sign, first in self._columns[name].order().items():
            self._said.setdefault(sign, set()).add(first)

    def read(self, each: Column, cells: pl.Series, day_first: bool | None, date_format: str | None) -> Parsed:
        """The canonical column, null where a cell does not parse, and the name of the date format."""
        if reads_words(each, cells.dtype):
            return distinctly(cells, partial(_words, each=each)), ""
        if not each.is_date:
            return numbers(cells), ""
        if cells.dtype.is_float():
            moments, name = self._serials(cells), ""
        else:
            setting = dates.Setting(self._zone, self._day_first(day_first), self._day_zero)
            if each.is_month:
                return months(cells, setting, date_format)
            moments, name = self._columns.pop(each.name).read(setting)
        local = moments.dt.convert_time_zone(self._zone.key)
        if each.is_month:
            return local.dt.strftime("%Y-%m"), name
        return (local.dt.date() if each.dtype == pl.Date else moments), name

    def _day_first(self, hint: bool | None) -> dict[str, bool]:
        """Separator -> whether the day comes first: as the file's columns agree, else as the reader knows."""
        agreed = {sign: min(first) for sign, first in self._said.items() if len(first) == 1}
        return agreed if hint is None else {**dict.fromkeys("./-", hint), **agreed}

    def _serials(self, cells: pl.Series) -> pl.Series:
        if self._day_zero is None:
            return pl.Series(cells.name, [None], dtype=pl.Datetime("us", "UTC")).new_from_index(0, cells.len())
        return dates.from_serial(cells, self._day_zero, self._zone)
