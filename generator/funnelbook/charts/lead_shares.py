"""A share of the leads that came in each month: those recorded in full, and those that were qualified."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from funnelbook.charts.facts import (
    Drawing,
    Facts,
    Options,
    Row,
    capital,
    columns,
    count,
    nothing,
    portion,
    share_of,
    tip,
)
from funnelbook.charts.months import by_month, month_words
from funnelbook.charts.rates import point, rates, scale_of
from funnelbook.language import Words
from funnelbook.model.differences import wilson


class Kind(Struct, frozen=True):
    """`month` and `part` are columns of the rows, whose `leads` are the whole; the rest are texts to translate."""

    month: str
    part: str
    title: str
    head: str
    said: str
    legend: str


def shares(kind: Kind, rows: Sequence[Row], words: Words, options: Options) -> Facts:
    """Points with Wilson's interval; hollow over too few leads, and in the month that is not over."""
    title = words(kind.title)
    months = [row for row in by_month(rows, kind.month) if count(row["leads"])]
    if not months:
        return nothing(title, words)
    shown = columns(
        words,
        ("month", "Month of creation", "month"),
        ("leads", "Leads", "count"),
        (kind.part, kind.head, "count"),
        ("share", "Share", "share"),
    )
    table = tuple(
        (str(row[kind.month]), leads, count(row[kind.part]), count(row[kind.part]) / leads)
        for row in months
        if (leads := count(row["leads"]))
    )
    points = [_point(kind, row, words, options) for row in months]
    last = months[-1]
    share = portion(count(last[kind.part]), count(last["leads"]), words, options)
    alt = words(
        kind.said,
        month=words.month(last[kind.month]),
        share=share_of(count(last[kind.part]), count(last["leads"]), words, options),
        leads=words.plural("{n} lead", "{n} leads", count(last["leads"])),
    )
    return Facts(
        title,
        capital(alt),
        shown,
        table,
        {
            "points": points,
            "last": [{"month": last[kind.month], "value": points[-1]["value"], "text": share}],
            "months": [{"month": row[kind.month], "n": words.number(row["leads"])} for row in months],
        },
        {"value": words(kind.legend), "n": ""} | month_words([str(row[kind.month]) for row in months], words),
        scale_of(points),
    )


def _point(kind: Kind, row: Row, words: Words, options: Options) -> dict[str, object]:
    leads, part, month = count(row["leads"]), count(row[kind.part]), str(row[kind.month])
    share = wilson(part, leads)
    assert share is not None, "only months with leads have a point"
    hollow = leads < options.min_n or month == options.partial
    text = tip(
        words.month(month),
        words(kind.head) + ": " + words("{part} of {whole}", part=words.number(part), whole=words.number(leads)),
        words.share(share.value, 1) if leads >= options.min_n else "",
        words("Not over yet") if month == options.partial else "",
    )
    return point(month, (share.value, share.low, share.high), text, hollow=hollow, outside=False)


_COMPLETE = Kind(
    "month",
    "complete",
    "Leads recorded in full, by month of creation",
    "Recorded in full",
    "{month}: {share} of {leads} were recorded in full.",
    "share with its 95% interval; below: leads",
)
_QUALIFIED = Kind(
    "cohort",
    "qualified",
    "Qualified leads, by month of creation",
    "Qualified",
    "{month}: {share} of {leads} were qualified.",
    "share with its 95% interval; below: leads",
)


def complete(rows: Sequence[Row], words: Words, options: Options) -> Facts:
    return shares(_COMPLETE, rows, words, options)


def qualified(rows: Sequence[Row], words: Words, options: Options) -> Facts:
    return shares(_QUALIFIED, rows, words, options)


COMPLETE = Drawing(complete, rates)
QUALIFIED = Drawing(qualified, rates)
