"""Shares under one another, each with its interval; the share of all together is a line through them."""

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
    rows_of,
    text,
    tooltip,
)
from funnelbook.charts.months import rounded_top
from funnelbook.charts.theme import LIGHT, Size

if TYPE_CHECKING:
    import altair as alt

    from funnelbook.charts.planes import Plane

_ROW = 30
_TALL_ROW = 46
_NAMES = 176
_COUNTS = 104
_LEGEND = (("blue", "value"), ("grey", "raw"), ("ink", "centre"), ("orange", "outside"))


def estimate(name: str, counts: str, share: tuple[float, float, float], shown: str, tip: str) -> Record:
    """A row: `counts` is what the share (value, low, high) was counted over, `shown` stands at its end.

    A caller may add `raw`, a second, hollow point; `hollow`, too few cases; `outside`, beyond noise.
    """
    value, low, high = share
    return {
        "name": name,
        "counts": counts,
        "value": value,
        "low": low,
        "high": high,
        "shown": shown,
        "tip": tip,
        "hollow": False,
        "outside": False,
    }


def heading(name: str) -> Record:
    """A row that names those below it."""
    return {"name": name, "counts": "", "value": None}


def top_of(rows: Sequence[Record]) -> float:
    """The end of the scale: 100 %, or less when all is far below."""
    reach = [float(row[key] or 0) for row in rows for key in ("value", "high", "raw") if row.get(key) is not None]
    return min(1.0, max(0.1, rounded_top(max(reach, default=0) * 1.02)))


def intervals(facts: Facts, size: Size) -> Plane:
    """`facts.marks`: `rows` (see `estimate`, `heading`); `facts.scale`: top, centre (optional)."""
    items = [item for item in _LEGEND if item[1] in facts.words]
    frame = _frame(facts, size, legend_height(facts, items, size) if items else 8)
    placed = [{**row, **_painted(row), "y": _line(i, size)} for i, row in enumerate(facts.marks["rows"])]
    known = [row for row in placed if row["value"] is not None]
    return framed(
        [
            *_centre(facts, frame, size),
            *_estimates(facts, known),
            *_names(placed, frame, size),
            _hits(known, frame, size),
            *(legend(facts, items, frame) if items else []),
        ],
        frame,
    )


def _frame(facts: Facts, size: Size, top: float) -> Frame:
    left = 8 if size.narrow else _NAMES + _COUNTS
    tall = len(facts.marks["rows"]) * _height(size)
    return Frame(size.width - left - 56, tall, left=left, right=56, top=top, bottom=28)


def _height(size: Size) -> int:
    return _TALL_ROW if size.narrow else _ROW


def _line(index: int, size: Size) -> float:
    """Where a row's interval lies; on a phone its name stands above it."""
    return index * _height(size) + (32 if size.narrow else _ROW / 2)


def _painted(row: Record) -> Record:
    color = LIGHT["orange" if row.get("outside") else "blue"]
    if row["value"] is None:
        return {}
    end = max(row["high"], row.get("raw") or 0.0)
    return {"fill": LIGHT["paper"] if row["hollow"] else color, "stroke": color, "end": end}


def _centre(facts: Facts, frame: Frame, size: Size) -> list[alt.Chart]:
    """The line of all together; on a phone it stops where names stand."""
    import altair as alt

    if "centre" not in facts.scale:
        return []
    ys = [_line(i, size) for i in range(len(facts.marks["rows"]))]
    spans = [(y - 9, y + 11) for y in ys] if size.narrow else [(0.0, frame.height)]
    pieces = [{"value": facts.scale["centre"], "y": low, "y2": high} for low, high in spans]
    line: alt.Chart = (
        alt.Chart(rows_of(pieces, "centre"))
        .mark_rule(color=LIGHT["ink"], strokeDash=[5, 4], strokeWidth=1.5)
        .encode(
            x=_across("value", facts),
            y=alt.Y(field="y", type="quantitative", scale=None, axis=None),
            y2=alt.Y2(field="y2"),
        )
    )
    return [line]


def _across(field: str, facts: Facts) -> alt.X:
    import altair as alt

    top = facts.scale["top"]
    axis = alt.Axis(format=".0%" if top >= 0.1 else ".1%", tickCount=5, grid=True)
    return alt.X(
        field=field, type="quantitative", scale=alt.Scale(domain=[0, top], nice=False), axis=axis, title=None
    )


def _estimates(facts: Facts, rows: Sequence[Record]) -> list[alt.Chart]:
    import altair as alt

    y = alt.Y(field="y", type="quantitative", scale=None, axis=None)
    base = alt.Chart(rows_of(rows, "rows")).encode(y=y)
    raw = alt.Chart(rows_of([row for row in rows if row.get("raw") is not None], "raw")).encode(y=y)
    ink = {
        "fill": alt.Fill(field="fill", type="nominal", scale=None, legend=None),
        "stroke": alt.Stroke(field="stroke", type="nominal", scale=None, legend=None),
    }
    return [
        base.mark_rule(strokeWidth=2).encode(
            x=_across("low", facts), x2=alt.X2(field="high"), stroke=ink["stroke"]
        ),
        base.mark_point(size=90, opacity=1, strokeWidth=2).encode(x=_across("value", facts), **ink),
        raw.mark_point(size=70, opacity=1, strokeWidth=2, fill=LIGHT["paper"], stroke=LIGHT["grey"]).encode(
            x=_across("raw", facts)
        ),
        base.mark_text(align="left", baseline="middle", dx=8, color=LIGHT["ink"]).encode(
            x=_across("end", facts), text=alt.Text(field="shown", type="nominal")
        ),
    ]


def _names(rows: Sequence[Record], frame: Frame, size: Size) -> list[alt.Chart]:
    if size.narrow:
        lines = [{"x": -frame.left, "y": row["y"] - 18, "text": _one_line(row, size)} for row in rows]
        halo = text(lines, "halos", color="paper", fontSize=13, stroke=LIGHT["paper"], strokeWidth=4)
        return [halo, text(lines, "names", fontSize=13)]
    names = [
        {"x": -frame.left, "y": row["y"], "text": fitting(str(row["name"]), _NAMES, character=WIDER_CHARACTER)}
        for row in rows
        if row["counts"]
    ]
    heads = [{"x": -frame.left, "y": row["y"], "text": row["name"]} for row in rows if not row["counts"]]
    counts = [{"x": -16, "y": row["y"], "text": row["counts"]} for row in rows if row["counts"]]
    return [
        text(names, "names", fontSize=13),
        text(heads, "heads", fontSize=13, fontWeight="bold"),
        text(counts, "counts", color="muted", align="right"),
    ]


def _one_line(row: Record, size: Size) -> str:
    counts = f" · {row['counts']}" if row["counts"] else ""
    room = size.width - len(counts) * WIDER_CHARACTER
    return fitting(str(row["name"]), room, character=WIDER_CHARACTER) + counts


def _hits(rows: Sequence[Record], frame: Frame, size: Size) -> alt.Chart:
    import altair as alt

    height = _height(size)
    boxes = [
        {"x": -frame.left, "x2": frame.width, "y": y, "y2": y + height, "tip": row["tip"]}
        for row in rows
        for y in [row["y"] - (32 if size.narrow else _ROW / 2)]
    ]
    hits: alt.Chart = (
        alt.Chart(rows_of(boxes, "hits")).mark_rect(color="transparent").encode(**corners(), tooltip=tooltip())
    )
    return hits
