"""The cells of a column of dates, sorted by how they are written, most of them in one go."""

from __future__ import annotations

import polars as pl
from msgspec import Struct

from funnelbook.sources.cells.layouts import PATTERNS, Layout, layout_of

_MONTHS = ("янв", "фев", "мар", "апр", "ма[йя]", "июн", "июл", "авг", "сен", "окт", "ноя", "дек")
_ENGLISH = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_MONTHS_A_YEAR = 12
#: Offsets from UTC that are read one at a time, the fast way; a zone with summer time has two.
_FAST_OFFSETS = 8


class UnclearDatesError(ValueError):
    """A column's dates can be read in two ways, or not at all by the format a mapping gives; it says which."""


class Group(Struct, frozen=True):
    """Cells of one layout, their positions, and how its first format reads them; of a layout with two formats, day
    first, null where only the last one can, month first.

    Readings are naive, local or at the layout's offset from UTC; those of a zoned layout without one are UTC.
    """

    layout: Layout
    at: pl.Series
    cells: pl.Series
    first: pl.Series

    @property
    def other(self) -> pl.Series:
        """As the layout's last format reads the cells: month first."""
        return _reading(self.cells, self.layout, self.layout.formats[-1])

    @property
    def decided(self) -> tuple[int, int]:
        """How many cells of a layout with two formats can only be day first, and how many only month first."""
        return int((self.first.dt.day() > _MONTHS_A_YEAR).sum()), self.first.null_count()


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
        group = Group(layout, pending["at"], pending["cell"], _reading(pending["cell"], layout, date_format))
    except pl.exceptions.ComputeError:
        raise UnclearDatesError("the date_format of the mapping is no pattern of a whole date") from None
    if pending.height and not group.first.count():
        raise UnclearDatesError("the date_format of the mapping fits no cell")
    return [group]


def _numbered(cells: pl.Series) -> pl.DataFrame:
    frame = pl.DataFrame({"cell": cells}).with_row_index("at")
    return frame if not cells.null_count() else frame.drop_nulls("cell")


def _reading(cells: pl.Series, layout: Layout, form: str) -> pl.Series:
    zone = "UTC" if layout.zoned and layout.offset is None else None
    # Most cells differ: to look for them in a cache takes longer than to read them.
    return cells.str.strptime(pl.Datetime("us", zone), form, strict=False, cache=False)


def _taken(pending: pl.DataFrame, layout: Layout) -> tuple[Group, pl.DataFrame]:
    """The cells of `layout`, and those of others. What only looks like it (a 30 February) is in neither."""
    at, cells = pending["at"], pending["cell"]
    first = _reading(cells, layout, layout.formats[0])
    if not first.null_count():
        return Group(layout, at, cells, first), pending.clear()
    read = first.is_not_null()
    left = (~read).arg_true()
    if len(layout.formats) > 1:
        other = _reading(cells.gather(left), layout, layout.formats[-1]).is_not_null()
        read, left = read.scatter(left.filter(other), True), left.filter(~other)
    found = Group(layout, at.filter(read), cells.filter(read), first.filter(read))
    return found, pending[left].filter(~pl.col("cell").str.contains(f"^(?:{layout.pattern})$"))


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
