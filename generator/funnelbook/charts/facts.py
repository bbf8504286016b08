"""What a chart says, before anything is drawn: its words, its table, and the records its marks stand for."""

from __future__ import annotations

import json
import math
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from msgspec import Struct, field

from funnelbook.charts.chart import Cell, Column
from funnelbook.charts.theme import Size
from funnelbook.language import Words

if TYPE_CHECKING:
    from funnelbook.charts.planes import Plane

#: A row of a tidy table of metrics.md.
Row = Mapping[str, Any]
#: What one mark stands for: our own keys, and plain values.
Record = dict[str, Any]

_LONGEST = 80


class Options(Struct, frozen=True):
    """What a page may set. `title` "" = the chart's own; shares over fewer than `min_n` cases are shown hollow
    or as counts.

    `partial` is the month (`YYYY-MM`) that is not over yet; `stages` the order of stages where rows do not tell it;
    `target_minutes` the answer target that `answered_in_target` was computed for.
    """

    title: str = ""
    min_n: int = 5
    partial: str = ""
    stages: tuple[str, ...] = ()
    target_minutes: float = 15


class Facts(Struct, frozen=True):
    """`marks` holds the records of each group of marks, `words` the texts of the picture, `scale` its numbers.

    Without any marks there is nothing to draw, and `alt` says so.
    """

    title: str
    alt: str
    columns: tuple[Column, ...] = ()
    rows: tuple[tuple[Cell, ...], ...] = ()
    marks: Mapping[str, Sequence[Record]] = field(default_factory=dict)
    words: Mapping[str, str] = field(default_factory=dict)
    scale: Mapping[str, float] = field(default_factory=dict)

    def canonical(self) -> str:
        """The same text for the same facts, for a digest."""
        columns = [(column.key, column.label, column.kind) for column in self.columns]
        parts = [self.title, self.alt, columns, self.rows, self.marks, self.words, self.scale]
        return json.dumps(parts, ensure_ascii=False, sort_keys=True, allow_nan=False)


class Drawing(Struct, frozen=True):
    """A kind of chart: `tell` turns rows into facts, `picture` turns facts into an Altair chart of a width."""

    tell: Callable[[Sequence[Row], Words, Options], Facts]
    picture: Callable[[Facts, Size], Plane]


def nothing(title: str, words: Words) -> Facts:
    return Facts(title=title, alt=words("There are no data for this chart yet."))


def label(value: object) -> str:
    """A CRM's text as a chart may show it: one line, no control or direction marks, at most 80 characters, `—`
    if empty.
    """
    text = unicodedata.normalize("NFC", "" if value is None else str(value))
    visible = "".join(
        " " if char.isspace() else char for char in text if char.isspace() or unicodedata.category(char)[0] != "C"
    )
    line = " ".join(visible.split())
    if not line:
        return "—"
    return line if len(line) <= _LONGEST else line[: _LONGEST - 1].rstrip() + "…"


def wrapped(text: str, width: int, lines: int) -> str:
    """Broken at spaces into at most `lines` lines of `width` characters; what does not fit ends in `…`."""
    done: list[str] = []
    rest = text
    while rest and len(done) < lines:
        if len(rest) <= width:
            done.append(rest)
            return "\n".join(done)
        cut = rest.rfind(" ", 0, width + 1)
        cut = cut if cut > 0 else width
        done.append(rest[:cut].rstrip())
        rest = rest[cut:].lstrip()
    done[-1] = done[-1][: width - 1].rstrip() + "…"
    return "\n".join(done)


def count(value: object) -> int:
    """A count of a table; null counts as none."""
    return 0 if value is None else int(str(value))


def real(value: object) -> float | None:
    """A finite number of a table, or None; anything but a number is a mistake of the caller's."""
    number = None if value is None else float(str(value))
    return number if number is not None and math.isfinite(number) else None


def ratio(part: float, whole: float) -> float | None:
    return part / whole if whole else None


def columns(words: Words, *named: tuple[str, str, str]) -> tuple[Column, ...]:
    """Columns from (key, English label, kind)."""
    return tuple(Column(key, words(text), kind) for key, text, kind in named)


def cells(rows: Sequence[Row], shown: Sequence[Column]) -> tuple[tuple[Cell, ...], ...]:
    """The shown columns of a tidy table's rows, as plain values."""
    return tuple(tuple(_cell(row.get(column.key), column.kind) for column in shown) for row in rows)


def _cell(value: object, kind: str) -> Cell:
    if value is None:
        return None
    if kind == "text":
        return label(value)
    if kind == "month":
        return str(value)
    return count(value) if kind == "count" else real(value)


def tip(*lines: str) -> str:
    """A tooltip: one fact a line."""
    return "\n".join(line for line in lines if line)


def portion(part: float, whole: float, words: Words, options: Options) -> str:
    """A share in words; over fewer than `min_n` cases the two counts, for a share would say more than is known."""
    if whole < options.min_n:
        return words("{part} of {whole}", part=words.number(part), whole=words.number(whole))
    return words.share(part / whole)


def share_of(part: float, whole: float, words: Words, options: Options) -> str:
    """The same where the whole is said beside it: the count of a part of few."""
    return words.number(part) if whole < options.min_n else words.share(part / whole)


def capital(sentence: str) -> str:
    """A sentence that begins with a month's name, which Russian writes small."""
    return sentence[:1].upper() + sentence[1:]
