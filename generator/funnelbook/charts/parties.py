"""Who ended the lost deals: did we refuse, did the buyer decline, or did the deal drift away."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

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
    nothing,
    tip,
)
from funnelbook.charts.layers import emphasis, framed, legend, legend_height, rows_of, tooltip
from funnelbook.charts.months import amount, band, by_month, frame_for, labels, month_words
from funnelbook.charts.theme import LIGHT, Size
from funnelbook.language import Words

if TYPE_CHECKING:
    import altair as alt

_PARTIES = (("blue", "refused"), ("orange", "declined"), ("grey", "drifted"))


def parties(rows: Sequence[Row], words: Words, options: Options) -> Facts:
    """Shares of the month's losses, stacked from the bottom: refused, declined, drifted."""
    title = words("Who ended the lost deals")
    months = by_month(rows)
    lossy = [row for row in months if _lost(row)]
    if not lossy:
        return nothing(title, words)
    shown = columns(
        words,
        ("month", "Month", "month"),
        ("refused", "We refused", "count"),
        ("declined", "Buyer declined", "count"),
        ("drifted", "Drifted away", "count"),
    )
    texts = {"refused": words("We refused"), "declined": words("Buyer declined"), "drifted": words("Drifted away")}
    last = lossy[-1]
    alt = words(
        "{month}: of {lost} lost, {refused} we refused, {declined} the buyer declined, {drifted} drifted away.",
        month=words.month(last["month"]),
        lost=words.plural("{n} deal", "{n} deals", _lost(last)),
        **{key: words.number(last[key]) for _, key in _PARTIES},
    )
    return Facts(
        title,
        capital(alt),
        shown,
        cells(months, shown),
        {
            "parts": [part for row in lossy for part in _parts(row, texts, words)],
            "months": [{"month": r["month"]} for r in months],
        },
        texts | month_words([row["month"] for row in months], words),
        {"digits": 5},
    )


def _lost(row: Row) -> int:
    return sum(count(row[key]) for _, key in _PARTIES)


def _parts(row: Row, texts: dict[str, str], words: Words) -> list[Record]:
    total, before, parts = _lost(row), 0, list[Record]()
    for color, key in _PARTIES:
        n = count(row[key])
        text = tip(
            words.month(row["month"]),
            texts[key],
            words(
                "{n} of {lost} lost: {share}",
                n=words.number(n),
                lost=words.number(total),
                share=words.share(n / total),
            ),
        )
        parts.append(
            {
                "month": row["month"],
                "low": before / total,
                "high": (before + n) / total,
                "series": key,
                "fill": LIGHT[color],
                "tip": text,
            }
        )
        before += n
    return parts


def picture(facts: Facts, size: Size) -> alt.LayerChart:
    import altair as alt

    months = [str(record["month"]) for record in facts.marks["months"]]
    frame = frame_for(facts, size, top=legend_height(facts, _PARTIES, size))
    parts = (
        alt.Chart(rows_of(facts.marks["parts"], "parts"))
        .mark_bar(stroke=LIGHT["paper"], strokeWidth=1)
        .encode(
            x=band("month", months),
            y=amount("low", 1, ".0%"),
            y2=alt.Y2("high"),
            color=alt.Color("fill", type="nominal", scale=None, legend=None),
            tooltip=tooltip(),
            opacity=emphasis(),
        )
    )
    return framed([parts, labels(facts, months, frame), *legend(facts, _PARTIES, frame, choosing=True)], frame)


PARTIES = Drawing(parties, picture)
