"""A column of months as `YYYY-MM`."""

from __future__ import annotations

import polars as pl

from funnelbook.sources.cells.dates import FIRST_YEAR, LAST_YEAR, DateColumn, Setting

_MONTH = r"^[0-9]{4}-(?:0[1-9]|1[0-2])$"


def months(cells: pl.Series, setting: Setting, date_format: str | None = None) -> tuple[pl.Series, str]:
    """`2024-03` from `2024-03`, `2024/3`, `03.2024`, or from any date of that month; null where a cell is none of
    them.

    Raises `UnclearDatesError` as `DateColumn.read` does.
    """
    if date_format:
        cells, date_format = cells + " 01", f"{date_format} %d"
        moments, name = DateColumn(cells, date_format).read(setting)
        return _month_of(moments, setting), name
    tidy = (
        cells.str.replace(r"^([0-9]{1,2})[./-]([0-9]{4})$", "${2}-${1}")
        .str.replace(r"^([0-9]{4})[./]([0-9]{1,2})$", "${1}-${2}")
        .str.replace(r"^([0-9]{4})-([0-9])$", "${1}-0${2}")
    )
    plain = tidy.str.contains(_MONTH) & tidy.str.head(4).cast(pl.Int32, strict=False).is_between(
        FIRST_YEAR, LAST_YEAR
    )
    others = cells.set(plain.fill_null(value=False), None)
    moments, name = DateColumn(others).read(setting)
    return tidy.zip_with(plain.fill_null(value=False), _month_of(moments, setting)), name


def _month_of(moments: pl.Series, setting: Setting) -> pl.Series:
    return moments.dt.convert_time_zone(setting.zone.key).dt.strftime("%Y-%m")
