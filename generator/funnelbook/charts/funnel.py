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
    ratio,
    real,
    tip,
)
from funnelbook.charts.layers import CHARACTER, Frame, corners, fitting, framed, painted, rows_of, text, tooltip
from funnelbook.charts.theme import LIGHT, Size
from funnelbook.language import Words

if TYPE_CHECKING:
    import altair as alt

_ROW = 58
_HEAD = 24


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
        _alt(ordered, words),
        shown,
        tuple((_name(row, words), *rest) for row, (_, *rest) in zip(ordered, cells(ordered, shown), strict=True)),
        {"stages": [_record(row, words, options) for row in ordered]},
        {"lost": words("Lost"), "open": words("Open"), "went_on": words("Went on")},
        {"most": max(count(row["reached"]) for row in ordered)},
    )


def _closing(row: Row) -> bool:
    return row["advanced"] is None


def _name(row: Row, words: Words) -> str:
    return words("Won") if _closing(row) else label(row["stage"])


def _record(row: Row, words: Words, options: Options) -> Record:
    reached, advanced = count(row["reached"]), count(row["advanced"])
    few = reached < options.min_n
    share = (
        words("{part} of {whole}", part=advanced, whole=reached) if few else words.share(real(row["conversion"]))
    )
    return {
        "name": _name(row, words),
        "reached": reached,
        "advanced": reached if _closing(row) else advanced,
        "open": count(row["open"]),
        "lost": count(row["lost"]),
        "reached_text": words.number(reached),
        "open_text": "" if _closing(row) else words.number(row["open"]),
        "lost_text": "" if _closing(row) else words.number(row["lost"]),
        "share": "" if _closing(row) or not reached else "↓ " + share,
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


def _alt(rows: Sequence[Row], words: Words) -> str:
    first, last = rows[0], rows[-1]
    worst = max(rows, key=lambda row: count(row["lost"]))
    came, won = count(first["reached"]), count(last["reached"]) if _closing(last) else 0
    sentence = words(
        "Of {came} {won} were won, {share}.",
        came=words.plural("{n} deal", "{n} deals", came),
        won=words.number(won),
        share=words.share(ratio(won, came)),
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


def picture(facts: Facts, size: Size) -> alt.LayerChart:
    """Geometry is in pixels: numbers on the left, bars, and columns for lost and open that explain the colours."""
    stages = facts.marks["stages"]
    left = 14 + max(len(str(stage["reached_text"])) for stage in stages) * 9
    column = 14 + max(len(facts.words[key]) for key in ("lost", "open")) * CHARACTER
    right = size.width - 2 * column
    frame = Frame(size.width, _HEAD + len(stages) * _ROW - 18)
    parts, names, numbers, shares, losses, opens = _placed(stages, facts.scale["most"], left, right, size)
    lost_x, open_x = right + column, size.width
    heads = [
        {"x": lost_x - 2, "y": 8, "text": facts.words["lost"]},
        {"x": open_x - 2, "y": 8, "text": facts.words["open"]},
    ]
    return framed(
        [
            _bars(parts),
            text(names, "names", fontSize=13),
            text(numbers, "numbers", fontSize=13, fontWeight="bold", align="right"),
            text(shares, "shares", color="muted"),
            text(heads[:1], "head_lost", color="orange", align="right", fontWeight="bold"),
            text(heads[1:], "head_open", color="muted", align="right", fontWeight="bold"),
            text(
                [{**record, "x": lost_x - 2} for record in losses],
                "losses",
                color="orange",
                align="right",
                fontSize=13,
            ),
            text(
                [{**record, "x": open_x - 2} for record in opens],
                "opens",
                color="muted",
                align="right",
                fontSize=13,
            ),
            _hit(stages, size),
        ],
        frame,
    )


def _placed(
    stages: Sequence[Record], most: float, left: float, right: float, size: Size
) -> tuple[list[Record], list[Record], list[Record], list[Record], list[Record], list[Record]]:
    parts: list[Record] = []
    names: list[Record] = []
    numbers: list[Record] = []
    shares: list[Record] = []
    losses: list[Record] = []
    opens: list[Record] = []
    for index, stage in enumerate(stages):
        y, x = _HEAD + index * _ROW, left
        for key, color in (("advanced", "blue"), ("open", "grey"), ("lost", "orange")):
            width = stage[key] / most * (right - left)
            if width:
                parts.append({"x": x, "x2": x + max(width, 1), "y": y + 18, "y2": y + 34, "fill": LIGHT[color]})
            x += width
        room = (size.width if index else right) - left
        names.append({"x": left, "y": y + 8, "text": fitting(str(stage["name"]), room, character=7.8)})
        numbers.append({"x": left - 8, "y": y + 26, "text": stage["reached_text"]})
        shares.append({"x": left, "y": y + 43, "text": stage["share"]})
        losses.append({"y": y + 26, "text": stage["lost_text"]})
        opens.append({"y": y + 26, "text": stage["open_text"]})
    return parts, names, numbers, shares, losses, opens


def _bars(parts: Sequence[Record]) -> alt.Chart:
    import altair as alt

    chart: alt.Chart = alt.Chart(rows_of(parts, "bars")).mark_rect().encode(**corners(), color=painted())
    return chart


def _hit(stages: Sequence[Record], size: Size) -> alt.Chart:
    """The whole row answers the pointer, however short its bar."""
    import altair as alt

    records: list[Record] = [
        {"x": 0, "x2": size.width, "y": _HEAD + i * _ROW, "y2": _HEAD + i * _ROW + 50, "tip": stage["tip"]}
        for i, stage in enumerate(stages)
    ]
    chart: alt.Chart = (
        alt.Chart(rows_of(records, "hits")).mark_rect(opacity=0).encode(**corners(), tooltip=tooltip())
    )
    return chart


FUNNEL = Drawing(funnel, picture)
