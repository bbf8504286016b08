"""The ways a date is written, each with the pattern that tells it and the strptime formats that read it.

A *family* is what one program writes: cells of one family belong together even when some have seconds or an
offset and others do not. All spellings of ISO 8601 are one family.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from itertools import product

from msgspec import Struct
from msgspec.structs import replace

_MINUTES = "[+-][0-9][0-9]:?[0-9][0-9]"
_HOURS = "[+-][0-9][0-9]"
_OFFSET = re.compile("([+-])([0-9][0-9])(?::?([0-9][0-9]))?$")


class Layout(Struct, frozen=True):
    """`formats` has two readings, day first and month first, where the pattern alone cannot tell them apart.

    zoned: the cells name an instant; `offset` is set where all of them are that far from UTC.
    """

    family: str
    pattern: str
    formats: tuple[str, ...]
    zoned: bool = False
    offset: timedelta | None = None

    def fits(self, cell: str) -> bool:
        return re.fullmatch(self.pattern, cell) is not None

    def pinned(self, cell: str) -> Layout:
        """The layout of cells with the same offset as `cell`, which are read several times faster."""
        found = _OFFSET.search(cell) if self.zoned else None
        if found is None:
            return self
        pattern = self.pattern.removesuffix(_MINUTES).removesuffix(_HOURS) + re.escape(found[0])
        form = re.sub("%#?z$", found[0], self.formats[0])
        offset = timedelta(hours=int(found[2]), minutes=int(found[3] or 0))
        return replace(self, pattern=pattern, formats=(form,), offset=-offset if found[1] == "-" else offset)


_FRACTION = r"[.][0-9]{1,9}"
_TIMES: tuple[tuple[str, str], ...] = (
    ("", ""),
    (r"[0-9]{1,2}:[0-9][0-9]:[0-9][0-9]", "%H:%M:%S"),
    (r"[0-9]{1,2}:[0-9][0-9]", "%H:%M"),
    (rf"[0-9]{{1,2}}:[0-9][0-9]:[0-9][0-9]{_FRACTION}", "%H:%M:%S%.f"),
    (r"[0-9]{1,2}:[0-9][0-9] [AaPp][Mm]", "%I:%M %p"),
    (r"[0-9]{1,2}:[0-9][0-9]:[0-9][0-9] [AaPp][Mm]", "%I:%M:%S %p"),
)
_ISO_DATES = (
    (r"[0-9]{4}-[0-9][0-9]-[0-9][0-9]", "%Y-%m-%d"),
    (r"[0-9]{4}-W[0-9][0-9]-[0-9]", "%G-W%V-%u"),
    (r"[0-9]{4}-[0-9]{3}", "%Y-%j"),
)
_ISO_TIMES = (
    ("", "", False),
    (r"[0-9][0-9]:[0-9][0-9]:[0-9][0-9]", "%H:%M:%S", True),
    (r"[0-9][0-9]:[0-9][0-9]", "%H:%M", True),
    (rf"[0-9][0-9]:[0-9][0-9]:[0-9][0-9]{_FRACTION}", "%H:%M:%S%.f", True),
)
_BASIC_TIMES = (
    (r"[0-9]{6}", "%H%M%S", True),
    (r"[0-9]{4}", "%H%M", True),
    (rf"[0-9]{{6}}{_FRACTION}", "%H%M%S%.f", True),
)
_ZONES = (("", ""), ("Z", "Z"), (_MINUTES, "%z"), (_HOURS, "%#z"))
_NAMED_DATES = (
    (r"[A-Za-z]{3,9} [0-9]{1,2}, [0-9]{4}", "%b %d, %Y"),
    (r"[0-9]{1,2} [A-Za-z]{3,9}, [0-9]{4}", "%d %b, %Y"),
    (r"[0-9]{1,2} [A-Za-z]{3,9} [0-9]{4}", "%d %b %Y"),
    (r"[0-9]{1,2}-[A-Za-z]{3,9}-[0-9]{4}", "%d-%b-%Y"),
)


def _iso() -> Iterator[Layout]:
    for (date, day), (time, clock, timed) in product(_ISO_DATES, _ISO_TIMES):
        for (zone, offset), sign in product(_ZONES if timed else _ZONES[:1], "T " if timed else ("",)):
            yield Layout("iso", f"{date}{sign}{time}{zone}", (f"{day}{sign}{clock}{offset}",), bool(offset))
    yield Layout("iso", r"[0-9]{8}", ("%Y%m%d",))
    for (time, clock, _), (zone, offset) in product(_BASIC_TIMES, _ZONES):
        yield Layout("iso", rf"[0-9]{{8}}T{time}{zone}", (f"%Y%m%dT{clock}{offset}",), bool(offset))


def _numeric() -> Iterator[Layout]:
    for sign, (time, clock) in product("./-", _TIMES):
        date = rf"[0-9]{{1,2}}[{sign}][0-9]{{1,2}}[{sign}][0-9]{{4}}"
        for between, blank in ((" ", " "), (", ", ", ")) if time else (("", ""),):
            orders = (f"%d{sign}%m{sign}%Y", f"%m{sign}%d{sign}%Y")
            yield Layout(sign, f"{date}{between}{time}", tuple(f"{order}{blank}{clock}" for order in orders))
    for sign, (time, clock) in product("./", _TIMES[:4]):
        blank = " " if time else ""
        yield Layout(
            f"Y{sign}",
            rf"[0-9]{{4}}[{sign}][0-9][0-9][{sign}][0-9][0-9]{blank}{time}",
            (f"%Y{sign}%m{sign}%d{blank}{clock}",),
        )


def _named() -> Iterator[Layout]:
    for (date, day), (time, clock) in product(_NAMED_DATES, _TIMES):
        blank = " " if time else ""
        yield Layout(day, f"{date}{blank}{time}", (f"{day}{blank}{clock}",))


#: In the order they are tried. No cell fits two of them.
LAYOUTS: tuple[Layout, ...] = (*_iso(), *_numeric(), *_named())
_FAMILIES = sorted({layout.family for layout in LAYOUTS})

#: One pattern a family; a cell that matches none of them is no date.
PATTERNS: tuple[str, ...] = tuple(
    "^(?:" + "|".join(layout.pattern for layout in LAYOUTS if layout.family == family) + ")$"
    for family in _FAMILIES
)

#: How a family is called in messages and notes.
NAMES = {
    "iso": "ISO 8601",
    ".": "DD.MM.YYYY or MM.DD.YYYY",
    "/": "DD/MM/YYYY or MM/DD/YYYY",
    "-": "DD-MM-YYYY or MM-DD-YYYY",
    "Y.": "YYYY.MM.DD",
    "Y/": "YYYY/MM/DD",
    "%b %d, %Y": "Mon D, YYYY",
    "%d %b, %Y": "D Mon, YYYY",
    "%d %b %Y": "D Mon YYYY",
    "%d-%b-%Y": "D-Mon-YYYY",
}


def layout_of(cell: str) -> Layout | None:
    return next((layout for layout in LAYOUTS if layout.fits(cell)), None)


def ordered(family: str, *, day_first: bool) -> str:
    """The family's name once day and month are told apart."""
    return NAMES[family].split(" or ")[0 if day_first else 1]
