"""Where deals are lost: a bar a stage for all that reached it, parted into gone on, still open and lost."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from funnelbook.charts.facts import (
    Drawing,
    Facts,
    Options,
    Record,
    Row,
    cells,
    columns,
    count,
    label,
    nothing,
    portion,
    real,
    tip,
)
from funnelbook.charts.layers import (
    CHARACTER,
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
from funnelbook.language import Words

if TYPE_CHECKING:
    import altair as alt

    from funnelbook.charts.planes import Plane

_ROW = 58
_PARTS = (("blue", "advanced"), ("grey", "open"), ("orange", "lost"))


def funnel(rows: Sequence[Row], words: Words, options: Options) -> Facts:
    """Each bar's blue part is the next bar: reached = went on + still open + lost."""
    title = words("Funnel: where deals are lost")
    ordered = sorted(rows, key=lambda row: count(row["position"]))
    if not ordered or not count(ordered[0]["reached"]):
        return nothing(title, words)
    shown = columns(
        words,
        ("stage", "Stage", "text"),
        ("reached", "Reached", "count"),
        ("advanced", "Went on", "count"),
        ("lost", "Lost", "count"),
        ("open", "Still open", "count"),
        ("conversion", "Conversion", "share"),
        ("conversion_low", "Interval from", "share"),
        ("conversion_high", "Interval to", "share"),
    )
    return Facts(
        title,
        _alt(ordered, words, options),
        shown,
        tuple((_name(row, words), *rest) for row, (_, *rest) in zip(ordered, cells(ordered, shown), strict=True)),
        {"stages": [_record(row, words, options) for row in ordered]},
        {"lost": words("Lost"), "open": words("Open"), "advanced": words("Went on")},
        {"most": max(count(row["reached"]) for row in ordered)},
    )


def _closing(row: Row) -> bool:
    return row["advanced"] is None


def _name(row: Row, words: Words) -> str:
    return words("Won") if _closing(row) else label(row["stage"])


def _record(row: Row, words: Words, options: Options) -> Record:
    reached, advanced = count(row["reached"]), count(row["advanced"])
    share = "" if _closing(row) or not reached else "↓ " + portion(advanced, reached, words, options)
    return {
        "name": _name(row, words),
        "reached": reached,
        "advanced": reached if _closing(row) else advanced,
        "open": count(row["open"]),
        "lost": count(row["lost"]),
        "reached_text": words.number(reached),
        "open_text": "" if _closing(row) else words("Open: {n}", n=words.number(row["open"])),
        "lost_text": "" if _closing(row) else words("Lost: {n}", n=words.number(row["lost"])),
        "share": share,
        "tip": _tip(row, words),
    }


def _tip(row: Row, words: Words) -> str:
    reached = words("Reached: {n}", n=words.number(row["reached"]))
    if _closing(row):
        return tip(words("Won"), reached, words("{share} of all", share=words.share(real(row["from_first"]), 1)))
    return tip(
        label(row["stage"]),
        reached,
        words(
            "Went on: {n} ({share})", n=words.number(row["advanced"]), share=words.share(real(row["conversion"]), 1)
        ),
        words(
            "95% interval: {low} to {high}",
            low=words.share(row["conversion_low"]),
            high=words.share(row["conversion_high"]),
        ),
        words("Lost: {n}", n=words.number(row["lost"])),
        words("Still open: {n}", n=words.number(row["open"])),
    )


def _alt(rows: Sequence[Row], words: Words, options: Options) -> str:
    first, last = rows[0], rows[-1]
    worst = max(rows, key=lambda row: count(row["lost"]))
    came, won = count(first["reached"]), count(last["reached"]) if _closing(last) else 0
    sentence = words(
        "Of {came} {won} were won, {share}.",
        came=words.plural("{n} deal", "{n} deals", came),
        won=words.number(won),
        share=portion(won, came, words, options),
    )
    if not count(worst["lost"]):
        return sentence
    return (
        sentence
        + " "
        + words(
            "Most were lost at “{stage}”: {lost} of the {reached} that reached it.",
            stage=label(worst["stage"]),
            lost=words.number(worst["lost"]),
            reached=words.number(worst["reached"]),
        )
    )


def picture(facts: Facts, size: Size) -> Plane:
    """Geometry is in pixels: a stage's name, its count and bar, and under the bar what became of its deals."""
    stages = facts.marks["stages"]
    frame = Frame(size.width, len(stages) * _ROW - 18, top=legend_height(facts, _PARTS, size))
    left = 14 + max(len(stage["reached_text"]) for stage in stages) * 9
    names = [
        {"x": left, "y": i * _ROW + 8, "text": fitting(stage["name"], size.width - left, character=WIDER_CHARACTER)}
        for i, stage in enumerate(stages)
    ]
    numbers = [{"x": left - 8, "y": i * _ROW + 26, "text": s["reached_text"]} for i, s in enumerate(stages)]
    shares = [{"x": left, "y": i * _ROW + 43, "text": stage["share"]} for i, stage in enumerate(stages)]
    losses = [
        {**record, "x": _after(record), "text": stage["lost_text"]}
        for record, stage in zip(shares, stages, strict=True)
    ]
    opens = [
        {**record, "x": _after(record), "text": stage["open_text"]}
        for record, stage in zip(losses, stages, strict=True)
    ]
    return framed(
        [
            _bars(
                [
                    part
                    for i, stage in enumerate(stages)
                    for part in _parts(stage, i, left, (size.width - left) / facts.scale["most"])
                ]
            ),
            text(names, "names", fontSize=13),
            text(numbers, "numbers", fontSize=13, fontWeight="bold", align="right"),
            text(shares, "shares", fontWeight="bold"),
            text(losses, "losses", color="orange"),
            text(opens, "opens", color="muted"),
            _hit(stages, size),
            *legend(facts, _PARTS, frame),
        ],
        frame,
    )


def _after(record: Record) -> float:
    """Where the next text of a line begins."""
    return float(record["x"]) + len(record["text"]) * CHARACTER + 12


def _parts(stage: Record, index: int, left: float, scale: float) -> list[Record]:
    parts: list[Record] = []
    x, y = left, index * _ROW + 18
    for color, key in _PARTS:
        width = stage[key] * scale
        if width:
            parts.append({"x": x, "x2": x + max(width, 1), "y": y, "y2": y + 16, "fill": LIGHT[color]})
        x += width
    return parts


def _bars(parts: Sequence[Record]) -> alt.Chart:
    import altair as alt

    chart: alt.Chart = alt.Chart(rows_of(parts, "bars")).mark_rect().encode(**corners(), color=painted())
    return chart


def _hit(stages: Sequence[Record], size: Size) -> alt.Chart:
    """The whole row answers the pointer, however short its bar."""
    import altair as alt

    records: list[Record] = [
        {"x": 0, "x2": size.width, "y": i * _ROW, "y2": i * _ROW + 50, "tip": stage["tip"]}
        for i, stage in enumerate(stages)
    ]
    chart: alt.Chart = (
        alt.Chart(rows_of(records, "hits")).mark_rect(color="transparent").encode(**corners(), tooltip=tooltip())
    )
    return chart


FUNNEL = Drawing(funnel, picture)
