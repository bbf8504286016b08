"""A row a stage on one axis: the stage's name above its marks, and the whole row tells its tip."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from msgspec import Struct

from funnelbook.charts.facts import Facts, Record
from funnelbook.charts.layers import (
    WIDER_CHARACTER,
    Frame,
    corners,
    fitting,
    framed,
    legend,
    legend_height,
    rows_of,
    text,
    tooltip,
)
from funnelbook.charts.theme import Size

if TYPE_CHECKING:
    import altair as alt

    from funnelbook.charts.planes import Plane

    #: From the stages' rows, and what places a record's value on the axis, to the marks.
    Marks = Callable[[alt.Chart, Callable[[str], alt.X]], list[alt.Chart]]


class Axis(Struct, frozen=True):
    """From 0 to `top`, its numbers written as `format` says; a stage has marks when it has `needed`."""

    top: float
    format: str
    needed: str


_TALL, _NAME, _MARKS = 48, 12, 32


def stage_rows(facts: Facts, size: Size, items: Sequence[tuple[str, str]], axis: Axis, marks: Marks) -> Plane:
    """`facts.marks`: `stages` with name, text (told after the name, or empty), tip, and what `marks` draws."""
    import altair as alt

    stages = facts.marks["stages"]
    top = legend_height(facts, items, size)
    frame = Frame(size.width - 28, len(stages) * _TALL, left=6, right=22, top=top, bottom=24)
    scale = alt.Scale(domain=[0, axis.top], nice=False)
    ticks = alt.Axis(format=axis.format, tickCount=4 if size.narrow else 8, grid=True)
    known = [{**s, "y": i * _TALL + _MARKS} for i, s in enumerate(stages) if s[axis.needed] is not None]
    rows = alt.Chart(rows_of(known, "stages")).encode(
        y=alt.Y(field="y", type="quantitative", scale=None, axis=None)
    )

    def at(field: str) -> alt.X:
        return alt.X(field=field, type="quantitative", scale=scale, axis=ticks, title=None)

    names = [{"x": 0, "y": i * _TALL + _NAME, "text": _line(s, size)} for i, s in enumerate(stages)]
    hits = [
        {"x": 0, "x2": frame.width, "y": i * _TALL, "y2": (i + 1) * _TALL, "tip": s["tip"]}
        for i, s in enumerate(stages)
    ]
    return framed(
        [
            *marks(rows, at),
            text(names, "names", fontSize=13),
            alt.Chart(rows_of(hits, "hits")).mark_rect(color="transparent").encode(**corners(), tooltip=tooltip()),
            *legend(facts, items, frame),
        ],
        frame,
    )


def _line(stage: Record, size: Size) -> str:
    told = f" · {stage['text']}" if stage["text"] else ""
    return fitting(str(stage["name"]), size.width - len(told) * WIDER_CHARACTER, character=WIDER_CHARACTER) + told
