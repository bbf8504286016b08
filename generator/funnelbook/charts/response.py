"""How many leads were answered within the target, by month of creation, with the number of leads behind each
share.
"""

from __future__ import annotations

from collections.abc import Sequence

from funnelbook.charts.facts import (
    Drawing,
    Facts,
    Options,
    Row,
    capital,
    cells,
    columns,
    count,
    nothing,
    portion,
    real,
    share_of,
    tip,
)
from funnelbook.charts.months import by_month, month_words
from funnelbook.charts.rates import point, rates
from funnelbook.language import Words


def response(rows: Sequence[Row], words: Words, options: Options) -> Facts:
    title = words("Leads answered within {target}", target=words.minutes(options.target_minutes))
    months = by_month(rows)
    known = [row for row in months if real(row["answered_in_target"]) is not None]
    if not known:
        return nothing(title, words)
    shown = columns(
        words,
        ("month", "Month", "month"),
        ("created", "Leads", "count"),
        ("answered_in_target", "Answered in target", "share"),
        ("response_median_minutes", "Median response", "minutes"),
    )
    points = [
        point(
            row["month"],
            (real(row["answered_in_target"]) or 0.0, None, None),
            _tip(row, words),
            hollow=count(row["created"]) < options.min_n or row["month"] == options.partial,
            outside=False,
        )
        for row in known
    ]
    last, share = known[-1], real(known[-1]["answered_in_target"])
    leads = count(last["created"])
    answered = portion(round((share or 0) * leads), leads, words, options)
    alt = words(
        "{month}: {share} of {leads} were answered within {target}; the median response took {median}.",
        month=words.month(last["month"]),
        share=share_of(round((share or 0) * leads), leads, words, options),
        target=words.minutes(options.target_minutes),
        leads=words.plural("{n} lead", "{n} leads", count(last["created"])),
        median=words.minutes(real(last["response_median_minutes"])),
    )
    return Facts(
        title,
        capital(alt),
        shown,
        cells(months, shown),
        {
            "points": points,
            "last": [{"month": last["month"], "value": share, "text": answered}],
            "months": [{"month": row["month"], "n": words.number(row["created"])} for row in months],
        },
        {"value": words("Share answered in target; below: leads"), "n": ""}
        | month_words([row["month"] for row in months], words),
        {"top": 1.0, "digits": 5},
    )


def _tip(row: Row, words: Words) -> str:
    return tip(
        words.month(row["month"]),
        words("Answered in target: {share}", share=words.share(real(row["answered_in_target"]), 1)),
        words("Median response: {time}", time=words.minutes(real(row["response_median_minutes"]))),
        words.plural("{n} lead", "{n} leads", count(row["created"])),
    )


RESPONSE = Drawing(response, rates)
