"""The cells of a column of dates, sorted by how they are written, most of them in one go."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from funnelbook.sources.cells.layouts import PATTERNS, Layout, layout_of

_MONTHS = ("янв", "фев", "мар", "апр", "ма[йя]", "июн", "июл", "авг", "сен", "окт", "ноя", "дек")
_ENGLISH = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
#: Offsets from UTC that are read one at a time, the fast way; a zone with summer time has two.
_FAST_OFFSETS = 8


class UnclearDatesError(ValueError):
    """A column's dates can be read in two ways, or not at all by the format a mapping gives; it says which."""


@dataclass(frozen=True, slots=True)
class Group:
    """Cells of one layout: their positions, and one reading for each of its formats.

    Readings are naive, local or at the layout's offset from UTC; those of a zoned layout without one are UTC.
    """

    layout: Layout
    at: pl.Series
    readings: tuple[pl.Series, ...]


def grouped(cells: pl.Series) -> list[Group]:
    """The cells that are dates. The first cell left tells the layout, and all cells in it are read at once."""
    pending = _numbered(cells)
    found: list[Group] = []
    narrowed = False
    while pending.height:
        first: str = pending["cell"][0]
        layout = layout_of(first)
        if layout is None and narrowed:
            break
        if layout is None:
            pending, narrowed = _only_dates(_in_english(pending)), True
            continue
        group, pending = _taken(pending, layout.pinned(first) if len(found) < _FAST_OFFSETS else layout)
        found.append(group)
    return found


def told(cells: pl.Series, date_format: str) -> list[Group]:
    """The cells as a mapping's strptime pattern reads them. Raises `UnclearDatesError` when it reads none."""
    layout = Layout("told", "", (date_format,), zoned="%z" in date_format or "%#z" in date_format)
    pending = _numbered(cells)
    try:
        group = Group(layout, pending["at"], _readings(pending["cell"], layout))
    except pl.exceptions.ComputeError:
        raise UnclearDatesError("the date_format of the mapping is no pattern of a whole date") from None
    if pending.height and not group.readings[0].count():
        raise UnclearDatesError("the date_format of the mapping fits no cell")
    return [group]


def _numbered(cells: pl.Series) -> pl.DataFrame:
    frame = pl.DataFrame({"cell": cells}).with_row_index("at")
    return frame if not cells.null_count() else frame.drop_nulls("cell")


def _readings(cells: pl.Series, layout: Layout) -> tuple[pl.Series, ...]:
    zone = "UTC" if layout.zoned and layout.offset is None else None
    return tuple(cells.str.strptime(pl.Datetime("us", zone), form, strict=False) for form in layout.formats)


def _taken(pending: pl.DataFrame, layout: Layout) -> tuple[Group, pl.DataFrame]:
    """The cells of `layout`, and those of others. What only looks like it (a 30 February) is in neither."""
    readings = _readings(pending["cell"], layout)
    if not all(reading.null_count() for reading in readings):
        return Group(layout, pending["at"], readings), pending.clear()
    read = pl.select(pl.any_horizontal(pl.lit(reading).is_not_null() for reading in readings)).to_series()
    group = Group(layout, pending["at"].filter(read), tuple(reading.filter(read) for reading in readings))
    return group, pending.filter(~read & ~pending["cell"].str.contains(f"^(?:{layout.pattern})$"))


def _only_dates(pending: pl.DataFrame) -> pl.DataFrame:
    return pending.filter(pl.any_horizontal(pl.col("cell").str.contains(pattern) for pattern in PATTERNS))


def _in_english(pending: pl.DataFrame) -> pl.DataFrame:
    """Russian month names as strptime knows them."""
    if not pending["cell"].str.contains("[а-яА-Я]").any():
        return pending
    cell = pl.col("cell").str.to_lowercase()
    for russian, english in zip(_MONTHS, _ENGLISH, strict=True):
        cell = cell.str.replace(rf"{russian}[а-я]*\.?", english)
    tidy = cell.str.replace(r"\s*(?:г\.?|года)\s*$|,?\s+в\s+", " ").str.strip_chars()
    russian_only = pl.col("cell").str.contains("[а-яА-Я]")
    return pending.with_columns(pl.when(russian_only).then(tidy).otherwise(pl.col("cell")).alias("cell"))
