"""What was spent each month on deals that were won, and on deals that were lost; the lost share below."""

from __future__ import annotations

from collections.abc import Sequence

from funnelbook.charts.bars import scale_of, unit
from funnelbook.charts.facts import (
    Facts,
    Options,
    Record,
    Row,
    capital,
    cells,
    columns,
    nothing,
    real,
    tip,
)
from funnelbook.charts.months import by_month, month_words
from funnelbook.charts.stacks import stacked
from funnelbook.charts.theme import LIGHT
from funnelbook.language import Words

_SERIES = (("blue", "won"), ("orange", "lost"))


def wasted(rows: Sequence[Row], words: Words, options: Options) -> Facts:
    """Rows of a month: spent_on_won and spent_on_lost (`cost`, summed over stages) and wasted (`tasks`)."""
    title = words("Spent on won and on lost deals by month")
    months = by_month(rows)
    costly = [row for row in months if _won(row) + _lost(row)]
    if not costly:
        return nothing(title, words)
    size, named = unit(max(_won(row) + _lost(row) for row in costly), words)
    shown = columns(
        words,
        ("month", "Month", "month"),
        ("spent_on_won", "Spent on won deals", "money"),
        ("spent_on_lost", "Spent on lost deals", "money"),
        ("wasted", "Share spent on lost deals", "share"),
    )
    last = costly[-1]
    alt = words(
        "{month}: {lost} of {all} went on deals that were lost, {share}.",
        month=words.month(last["month"]),
        lost=words.money(_lost(last)),
        all=words.money(_won(last) + _lost(last)),
        share=words.share(real(last["wasted"])),
    )
    money = f", {named}" if named else ""
    return Facts(
        title,
        capital(alt),
        shown,
        cells(months, shown),
        {
            "parts": [each for row in costly for each in _parts(row, size, words)],
            "months": [{"month": row["month"], "second": words.share(real(row["wasted"]))} for row in months],
        },
        {
            "won": words("Spent on won deals") + money,
            "lost": words("Spent on lost deals, the share below"),
        }
        | month_words([row["month"] for row in months], words),
        scale_of([_won(row) + _lost(row) for row in costly], size),
    )


def _won(row: Row) -> float:
    return real(row["spent_on_won"]) or 0.0


def _lost(row: Row) -> float:
    return real(row["spent_on_lost"]) or 0.0


def _parts(row: Row, size: float, words: Words) -> list[Record]:
    won, lost = _won(row), _lost(row)
    text = tip(
        words.month(row["month"]),
        words("On won deals: {value}", value=words.money(won)),
        words("On lost deals: {value}", value=words.money(lost)),
        words("Share spent on lost deals: {share}", share=words.share(real(row["wasted"]))),
    )
    spans = (("won", "blue", 0.0, won), ("lost", "orange", won, won + lost))
    return [
        {
            "month": row["month"],
            "low": low / size,
            "high": high / size,
            "series": series,
            "fill": LIGHT[color],
            "tip": text,
        }
        for series, color, low, high in spans
    ]


WASTED = stacked(wasted, _SERIES, ",~f")
