"""One stage month by month: how many came, how many went on, how many were lost there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from funnelbook.charts.facts import (
    Drawing,
    Facts,
    Options,
    Record,
    Row,
    capital,
    cells,
    columns,
    count,
    label,
    nothing,
    tip,
)
from funnelbook.charts.layers import emphasis, framed, legend, legend_height, rows_of, tooltip
from funnelbook.charts.months import amount, band, by_month, frame_for, labels, month_words, rounded_top
from funnelbook.charts.theme import LIGHT, Size
from funnelbook.language import Words

if TYPE_CHECKING:
    import altair as alt

    from funnelbook.charts.planes import Plane

_SERIES = (("ink", "entered"), ("blue", "forward"), ("orange", "lost"))


def entries(rows: Sequence[Row], words: Words, options: Options) -> Facts:
    """Forward goes up, lost goes down, a tick marks how many entered."""
    months = by_month(rows)
    stage = label(months[0]["stage"]) if months else "—"
    title = words("{stage}: entered, went on, lost", stage=stage)
    keys = ("entered", "left_forward", "left_lost")
    if not any(count(row[key]) for row in months for key in keys):
        return nothing(title, words)
    shown = columns(
        words,
        ("month", "Month", "month"),
        ("entered", "Entered", "count"),
        ("left_forward", "Went on", "count"),
        ("left_lost", "Lost", "count"),
        ("at_end", "Open at month's end", "count"),
    )
    last = months[-1]
    alt = words(
        "{month}, “{stage}”: {entered} entered, {forward} went on, {lost} were lost.",
        month=words.month(last["month"]),
        stage=stage,
        entered=words.number(last["entered"]),
        forward=words.number(last["left_forward"]),
        lost=words.number(last["left_lost"]),
    )
    up = rounded_top(max(max(count(row["entered"]), count(row["left_forward"])) for row in months))
    down = max(count(row["left_lost"]) for row in months)
    return Facts(
        title,
        capital(alt),
        shown,
        cells(months, shown),
        {"bars": [_record(row, words) for row in months], "months": [{"month": row["month"]} for row in months]},
        {"entered": words("Entered"), "forward": words("Went on"), "lost": words("Lost")}
        | month_words([row["month"] for row in months], words),
        {"top": up, "bottom": -rounded_top(down) if down else 0.0, "digits": len(f"{max(up, down):,.0f}") + 1},
    )


def _record(row: Row, words: Words) -> Record:
    text = tip(
        words.month(row["month"]),
        words("Entered: {n}", n=words.number(row["entered"])),
        words("Went on: {n}", n=words.number(row["left_forward"])),
        words("Lost: {n}", n=words.number(row["left_lost"])),
        words("Open at month's end: {n}", n=words.number(row["at_end"])),
    )
    return {
        "month": row["month"],
        "entered": count(row["entered"]),
        "forward": count(row["left_forward"]),
        "lost": -count(row["left_lost"]),
        "tip": text,
    }


def picture(facts: Facts, size: Size) -> Plane:
    import altair as alt

    months = [str(record["month"]) for record in facts.marks["months"]]
    frame = frame_for(facts, size, top=legend_height(facts, _SERIES, size))
    top, bottom = facts.scale["top"], facts.scale["bottom"]
    x = band("month", months)

    def series(name: str) -> alt.Chart:
        records = [{**record, "series": name} for record in facts.marks["bars"]]
        channels: dict[str, Any] = {
            "x": x,
            "y": amount(name, top, ",~f", bottom=bottom),
            "tooltip": tooltip(),
            "opacity": emphasis(),
        }
        chart: alt.Chart = alt.Chart(rows_of(records, name)).encode(**channels)
        return chart

    tick: dict[str, Any] = {"thickness": 2.5, "bandSize": 14, "width": alt.RelativeBandSize(1)}
    parts = [
        series("forward").mark_bar(color=LIGHT["blue"]),
        series("lost").mark_bar(color=LIGHT["orange"]),
        series("entered").mark_tick(color=LIGHT["ink"], **tick),
        labels(facts, months, frame),
    ]
    return framed([*parts, *legend(facts, _SERIES, frame, choosing=True)], frame)


ENTRIES = Drawing(entries, picture)
