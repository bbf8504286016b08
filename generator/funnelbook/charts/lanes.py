"""A lane a name: the name above; under it bars, ranges or dots along one scale, and a text at their end."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from funnelbook.charts.facts import Facts, Record
from funnelbook.charts.layers import (
    WIDER_CHARACTER,
    Frame,
    corners,
    fitting,
    framed,
    legend,
    legend_height,
    painted,
    rows_of,
    text,
    tooltip,
)
from funnelbook.charts.theme import LIGHT, Size

if TYPE_CHECKING:
    import altair as alt

    from funnelbook.charts.planes import Plane

_NAME, _BAR, _THICK, _GAP = 20, 20, 15, 9
_LINE_LEAST = 4


def lane(name: str, tip: str) -> Record:
    return {"name": name, "tip": tip}


def part(lane: int, row: int, span: tuple[float, float], fill: str) -> Record:
    """A bar of a lane's row (0, 1 …) over `span` of the scale; `fill` is a colour of the theme by name."""
    return {"lane": lane, "row": row, "low": span[0], "high": span[1], "fill": LIGHT[fill]}


def end(lane: int, row: int, at: float, shown: str) -> Record:
    return {"lane": lane, "row": row, "at": at, "text": shown}


def lanes(facts: Facts, size: Size, items: Sequence[tuple[str, str]]) -> Plane:
    """`facts.marks`: `lanes`, `parts`, `ends`, and, where wanted, `ranges` (as parts) and `dots` (lane, row, at,
    fill, stroke); `facts.scale`: top, rows (bars a lane) and, where wanted, average: a line across all lanes.
    """
    items = [item for item in items if item[1] in facts.words]
    plane = _Plane(facts, size)
    top = legend_height(facts, items, size) if items else 0
    frame = Frame(size.width, plane.height, top=top)
    return framed(
        [
            *_bars(facts, plane),
            *_dots(facts, plane),
            *_line(facts, plane),
            text(plane.names(), "names", fontSize=13),
            text(plane.ends(), "ends", fontSize=13, fontWeight="bold"),
            _hits(facts, plane),
            *(legend(facts, items, frame) if items else []),
        ],
        frame,
    )


class _Plane:
    """Where a lane, a row of it and a value stand, in pixels."""

    def __init__(self, facts: Facts, size: Size) -> None:
        self.facts, self.size = facts, size
        self.tall = _NAME + int(facts.scale.get("rows", 1)) * _BAR + _GAP
        self.height = len(facts.marks["lanes"]) * self.tall - _GAP
        longest = max((len(str(record["text"])) for record in facts.marks["ends"]), default=0)
        self.room = max(size.width * 0.35, size.width - longest * WIDER_CHARACTER - 12)

    def x(self, value: float) -> float:
        return min(1.0, max(0.0, value / self.facts.scale["top"])) * self.room

    def y(self, record: Record) -> float:
        return float(record["lane"] * self.tall + _NAME + record["row"] * _BAR)

    def names(self) -> list[Record]:
        return [
            {
                "x": 0,
                "y": i * self.tall + 9,
                "text": fitting(each["name"], self.size.width, character=WIDER_CHARACTER),
            }
            for i, each in enumerate(self.facts.marks["lanes"])
        ]

    def ends(self) -> list[Record]:
        return [
            {"x": self.x(each["at"]) + 8, "y": self.y(each) + _THICK / 2, "text": each["text"]}
            for each in self.facts.marks["ends"]
        ]

    def boxes(self, name: str, thick: float) -> list[Record]:
        """Boxes `thick` pixels high in the middle of their rows."""
        gap = (_THICK - thick) / 2
        return [
            {
                "x": self.x(each["low"]),
                "x2": max(self.x(each["high"]), self.x(each["low"]) + (1.5 if each["high"] > each["low"] else 0)),
                "y": self.y(each) + gap,
                "y2": self.y(each) + gap + thick,
                "fill": each["fill"],
            }
            for each in self.facts.marks.get(name, ())
        ]


def _bars(facts: Facts, plane: _Plane) -> list[alt.Chart]:
    import altair as alt

    return [
        alt.Chart(rows_of(plane.boxes(name, thick), name)).mark_rect().encode(**corners(), color=painted())
        for name, thick in (("parts", _THICK), ("ranges", _LINE_LEAST))
    ]


def _dots(facts: Facts, plane: _Plane) -> list[alt.Chart]:
    import altair as alt

    records = [
        {**each, "x": plane.x(each["at"]), "y": plane.y(each) + _THICK / 2} for each in facts.marks.get("dots", ())
    ]
    dots = alt.Chart(rows_of(records, "dots")).mark_point(size=90, opacity=1, strokeWidth=2)
    return [
        dots.encode(
            x=alt.X(field="x", type="quantitative", scale=None, axis=None),
            y=alt.Y(field="y", type="quantitative", scale=None, axis=None),
            fill=alt.Fill(field="fill", type="nominal", scale=None, legend=None),
            stroke=alt.Stroke(field="stroke", type="nominal", scale=None, legend=None),
        )
    ]


def _line(facts: Facts, plane: _Plane) -> list[alt.Chart]:
    """Through the lanes' bars, and broken at their names, so that it strikes no text through."""
    import altair as alt

    if "average" not in facts.scale:
        return []
    x = plane.x(facts.scale["average"])
    records = [
        {"x": x, "y": i * plane.tall + _NAME - 3, "y2": (i + 1) * plane.tall - _GAP + 2}
        for i in range(len(facts.marks["lanes"]))
    ]
    rules = alt.Chart(rows_of(records, "average")).mark_rule(color=LIGHT["ink"], strokeWidth=1.5)
    return [
        rules.encode(
            x=alt.X(field="x", type="quantitative", scale=None, axis=None),
            y=alt.Y(field="y", type="quantitative", scale=None, axis=None),
            y2=alt.Y2(field="y2"),
        )
    ]


def _hits(facts: Facts, plane: _Plane) -> alt.Chart:
    import altair as alt

    hits = [
        {"x": 0, "x2": plane.size.width, "y": i * plane.tall, "y2": (i + 1) * plane.tall - _GAP, "tip": each["tip"]}
        for i, each in enumerate(facts.marks["lanes"])
    ]
    chart: alt.Chart = (
        alt.Chart(rows_of(hits, "hits")).mark_rect(color="transparent").encode(**corners(), tooltip=tooltip())
    )
    return chart
