"""Who ended the lost deals: did we refuse, did the buyer decline, or did the deal drift away."""

from __future__ import annotations

from collections.abc import Sequence

from funnelbook.charts.facts import (
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
from funnelbook.charts.months import by_month, month_words
from funnelbook.charts.stacks import stack, stacked
from funnelbook.language import Words

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
    def told(key: str, n: int, total: int) -> str:
        share = words(
            "{n} of {lost} lost: {share}",
            n=words.number(n),
            lost=words.number(total),
            share=words.share(n / total),
        )
        return tip(words.month(row["month"]), texts[key], share)

    return stack(row["month"], {key: count(row[key]) for _, key in _PARTIES}, _PARTIES, told)


PARTIES = stacked(parties, _PARTIES)
