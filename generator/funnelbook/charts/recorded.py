"""Do we know why deals are lost? The share of a month's losses whose reason somebody recorded."""

from __future__ import annotations

from collections.abc import Sequence

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
    portion,
    real,
    tip,
)
from funnelbook.charts.months import by_month, month_words
from funnelbook.charts.rates import point, rates, scale_of
from funnelbook.language import Words


def recorded(rows: Sequence[Row], words: Words, options: Options) -> Facts:
    """Rows of a month: lost, recorded (losses with a reason), share, share_low, share_high."""
    title = words("Losses with a recorded reason")
    months = by_month(rows)
    lossy = [row for row in months if count(row["lost"])]
    if not lossy:
        return nothing(title, words)
    told, lost = (sum(count(row[key]) for row in lossy) for key in ("recorded", "lost"))
    points = [_point(row, words, options) for row in lossy]
    shown = columns(
        words,
        ("month", "Month", "month"),
        ("lost", "Lost", "count"),
        ("recorded", "With a reason", "count"),
        ("share", "Share", "share"),
        ("share_low", "Interval from", "share"),
        ("share_high", "Interval to", "share"),
    )
    last = lossy[-1]
    newest = portion(count(last["recorded"]), count(last["lost"]), words, options)
    alt = words(
        "{month}: the reason of {n} of {all} losses is recorded.",
        month=words.month(last["month"]),
        n=words.number(count(last["recorded"])),
        all=words.number(count(last["lost"])),
    )
    texts = {
        "value": words("Share with a reason, with its 95% interval"),
        "centre": words("All months: {share}", share=words.share(told / lost)),
    }
    return Facts(
        title,
        capital(alt),
        shown,
        cells(months, shown),
        {
            "points": points,
            "last": [{"month": last["month"], "value": points[-1]["value"], "text": newest}],
            "months": [{"month": row["month"]} for row in months],
        },
        texts | month_words([row["month"] for row in months], words),
        {**scale_of(points), "centre": told / lost},
    )


def _point(row: Row, words: Words, options: Options) -> Record:
    part, whole = count(row["recorded"]), count(row["lost"])
    low, high = real(row["share_low"]), real(row["share_high"])
    text = tip(
        words.month(row["month"]),
        words("With a reason: {n} of {all} losses", n=words.number(part), all=words.number(whole)),
        words("95% interval: {low} to {high}", low=words.share(low), high=words.share(high)),
        words("Not over yet") if row["month"] == options.partial else "",
    )
    hollow = whole < options.min_n or row["month"] == options.partial
    return point(row["month"], (part / whole, low, high), text, hollow=hollow, outside=False)


RECORDED = Drawing(recorded, rates)
