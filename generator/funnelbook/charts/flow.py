"""What became of the month's stock of open deals: a waterfall from its start to its end."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from funnelbook.charts.facts import (
    Drawing,
    Facts,
    Options,
    Record,
    Row,
    columns,
    count,
    label,
    nothing,
    tip,
    wrapped,
)
from funnelbook.charts.layers import CHARACTER, Frame, corners, framed, painted, rows_of, text, tooltip
from funnelbook.charts.theme import LIGHT, Size
from funnelbook.language import Words

if TYPE_CHECKING:
    from funnelbook.charts.planes import Plane

_STEPS = {
    "open_start": ("Open at the start", "grey", 0),
    "created": ("Created", "blue_pale", 1),
    "won": ("Won", "blue", -1),
    "lost": ("Lost", "orange", -1),
    "open_end": ("Open at the end", "grey", 0),
}


def flow(rows: Sequence[Row], words: Words, options: Options) -> Facts:
    """open at start + created - won - lost = open at end; a step nobody knows stands as a whole bar."""
    title = words("What came in and what went out")
    if not any(count(row["deals"]) for row in rows):
        return nothing(title, words)
    marks: list[Record] = []
    level = 0
    for row in rows:
        known = _STEPS.get(str(row["step"]))
        text, color, sign = known or (label(row["step"]), "grey", 0)
        name, n = words(text) if known else text, count(row["deals"])
        after = level + sign * n if sign else n
        low, high = (min(level, after), max(level, after)) if sign else (0, n)
        shown = {1: "+", -1: "−", 0: ""}[sign if n else 0] + words.number(n)
        marks.append(
            {
                "name": name,
                "low": low,
                "high": high,
                "after": after,
                "fill": LIGHT[color],
                "text": shown,
                "tip": tip(name, words.plural("{n} deal", "{n} deals", n)),
            }
        )
        level = after
    shown_columns = columns(words, ("step", "Step", "text"), ("deals", "Deals", "count"))
    table = tuple((mark["name"], count(row["deals"])) for mark, row in zip(marks, rows, strict=True))
    return Facts(
        title,
        _alt(rows, words),
        shown_columns,
        table,
        {"steps": marks},
        {},
        {"top": max(count(m["high"]) for m in marks)},
    )


def _alt(rows: Sequence[Row], words: Words) -> str:
    deals = {str(row["step"]): count(row["deals"]) for row in rows}
    return words(
        "Open deals went from {start} to {end}: {created} created, {won} won, {lost} lost.",
        **{
            name: words.number(deals.get(key, 0))
            for name, key in (
                ("start", "open_start"),
                ("end", "open_end"),
                ("created", "created"),
                ("won", "won"),
                ("lost", "lost"),
            )
        },
    )


def picture(facts: Facts, size: Size) -> Plane:
    import altair as alt

    steps, height = facts.marks["steps"], 180
    width = min(size.width / len(steps), 144)
    scale = (height - 22) / facts.scale["top"]
    bars: list[Record] = []
    texts: list[Record] = []
    names: list[Record] = []
    links: list[Record] = []
    for i, step in enumerate(steps):
        low, high, after = (height - step[key] * scale for key in ("low", "high", "after"))
        x = i * width
        bars.append(
            {
                "x": x + 6,
                "x2": x + width - 6,
                "y": high,
                "y2": max(low, high + 1),
                "fill": step["fill"],
                "tip": step["tip"],
            }
        )
        texts.append({"x": x + width / 2, "y": high - 10, "text": step["text"]})
        names.append(
            {"x": x + width / 2, "y": height + 8, "text": wrapped(str(step["name"]), int(width / CHARACTER), 3)}
        )
        if i + 1 < len(steps):
            links.append({"x": x + width - 6, "x2": x + width + 6, "y": after, "y2": after})
    return framed(
        [
            alt.Chart(rows_of(links, "links")).mark_rule(color=LIGHT["muted"]).encode(**corners()),
            alt.Chart(rows_of(bars, "bars")).mark_rect().encode(**corners(), color=painted(), tooltip=tooltip()),
            text(texts, "texts", align="center", fontWeight="bold", fontSize=13),
            text(names, "names", align="center", baseline="top", color="muted", lineHeight=14),
        ],
        Frame(size.width, height, bottom=52),
    )


FLOW = Drawing(flow, picture)
