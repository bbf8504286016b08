"""A heat map: rows by columns, seven steps of blue, the number in every cell."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from funnelbook.charts.facts import Facts, Record, wrapped
from funnelbook.charts.layers import (
    CHARACTER,
    Frame,
    corners,
    fitting,
    framed,
    lines_of,
    painted,
    rows_of,
    text,
    tooltip,
)
from funnelbook.charts.theme import LIGHT, STEPS, Size

if TYPE_CHECKING:
    import altair as alt

    from funnelbook.charts.planes import Plane

_ROW = 30
_NARROWEST = 74


def cell(row: int, column: int, depth: float, shown: str, tip: str, *, sure: bool = True) -> Record:
    """`depth` 0..1 chooses the step; an unsure cell has an outline instead of a fill."""
    step = min(len(STEPS) - 1, int(depth * len(STEPS)))
    ink = "on_low" if step < 4 or not sure else "on_middle" if step == 4 else "on_high"
    return {
        "row": row,
        "column": column,
        "fill": STEPS[step],
        "ink": LIGHT[ink],
        "text": shown,
        "tip": tip,
        "sure": sure,
    }


def heat(facts: Facts, size: Size) -> Plane:
    """`facts.marks`: `rows` and `columns` (name), `cells` (see `cell`). Columns whose names do not fit are
    numbered,
    and a key below says which is which; `facts.words["note"]` stands under all."""
    names = [str(record["name"]) for record in facts.marks["rows"]]
    heads = [str(record["name"]) for record in facts.marks["columns"]]
    left = min(size.width * 0.42, max(len(name) for name in names) * CHARACTER + 12)
    width = min(120.0, (size.width - left) / len(heads))
    titles = [wrapped(head, int(width / CHARACTER), 3) for head in heads]
    numbered = width < _NARROWEST and any(_broken(title, head) for title, head in zip(titles, heads, strict=True))
    key = [fitting(f"{i} — {head}", size.width) for i, head in enumerate(heads, 1)] if numbered else []
    titles = [str(i) for i in range(1, len(heads) + 1)] if numbered else titles
    below = [*key, *(lines_of(facts.words["note"], size) if facts.words.get("note") else [])]
    top = max(title.count("\n") for title in titles) * 14 + 24
    tall = len(names) * _ROW
    frame = Frame(size.width, top + tall + (10 + 17 * len(below) if below else 0))
    rows = [
        {"x": left - 8, "y": top + (i + 0.5) * _ROW, "text": fitting(name, left - 8)}
        for i, name in enumerate(names)
    ]
    tops = [
        {"x": left + (i + 0.5) * width, "y": top - 6 - 14 * (title.count("\n") + 1), "text": title}
        for i, title in enumerate(titles)
    ]
    foot = [{"x": 0, "y": top + tall + 16 + 17 * i, "text": line} for i, line in enumerate(below)]
    return framed(
        [
            *_cells(facts, left, top, width),
            text(rows, "rows", align="right"),
            text(tops, "columns", align="center", baseline="top", color="muted", lineHeight=14),
            text(foot, "foot", color="muted"),
        ],
        frame,
    )


def _broken(title: str, head: str) -> bool:
    return title.replace("\n", " ") != head


def _cells(facts: Facts, left: float, top: float, width: float) -> list[alt.Chart]:
    import altair as alt

    placed = [
        {
            "fill": record["fill"],
            "ink": record["ink"],
            "text": record["text"],
            "tip": record["tip"],
            "sure": record["sure"],
            "x": left + record["column"] * width + 1,
            "x2": left + (record["column"] + 1) * width - 1,
            "y": top + record["row"] * _ROW + 1,
            "y2": top + (record["row"] + 1) * _ROW - 1,
        }
        for record in facts.marks["cells"]
    ]
    sure, unsure = ([record for record in placed if record["sure"] is wanted] for wanted in (True, False))
    middle = [
        {
            "x": record["x"] + width / 2 - 1,
            "y": record["y"] + _ROW / 2 - 1,
            "text": record["text"],
            "fill": record["ink"],
        }
        for record in placed
    ]
    return [
        alt.Chart(rows_of(sure, "sure")).mark_rect().encode(**corners(), color=painted(), tooltip=tooltip()),
        alt.Chart(rows_of(unsure, "unsure"))
        .mark_rect(fill="transparent", stroke=LIGHT["grey"], strokeDash=[3, 2])
        .encode(**corners(), tooltip=tooltip()),
        text(middle, "numbers", align="center").encode(color=painted()),
    ]


def most(values: Sequence[float]) -> float:
    return max(values, default=0) or 1.0
