"""Does a month's crop sell sooner or later than others: the share won by age."""

from __future__ import annotations

from collections.abc import Sequence

from funnelbook.charts.facts import (
    Drawing,
    Facts,
    Options,
    Record,
    Row,
    cells,
    columns,
    count,
    nothing,
    ratio,
    real,
    tip,
)
from funnelbook.charts.heat import cell, heat, most
from funnelbook.charts.months import by_month
from funnelbook.language import Words


def by_age(rows: Sequence[Row], words: Words, options: Options) -> Facts:
    """Rows are months of creation, columns ages; a month too young for an age has an outlined cell without a
    share.
    """
    title = words("Share won by age of the deal")
    aged = sorted(by_month(rows, "cohort"), key=lambda row: (row["cohort"], count(row["age_days"])))
    if not any(real(row["share"]) is not None for row in aged):
        return nothing(title, words)
    months = sorted({row["cohort"] for row in aged})
    ages = sorted({count(row["age_days"]) for row in aged})
    highest = most([real(row["share"]) or 0 for row in aged])
    shown = columns(
        words,
        ("cohort", "Month of creation", "month"),
        ("age_days", "Age, days", "count"),
        ("deals", "Deals", "count"),
        ("won", "Won", "count"),
        ("share", "Share won", "share"),
    )
    marks = [
        _cell(row, (months.index(row["cohort"]), ages.index(count(row["age_days"]))), highest, words, options)
        for row in aged
    ]
    texts = {"note": words("Outlined: the month is too young for this age, or has too few deals.")}
    return Facts(
        title,
        _alt(aged, ages, words),
        shown,
        cells(aged, shown),
        {
            "rows": [{"name": words.month_short(month)} for month in months],
            "columns": [{"name": words.days(age)} for age in ages],
            "cells": marks,
        },
        texts if not all(record["sure"] for record in marks) else {},
    )


def _cell(row: Row, where: tuple[int, int], highest: float, words: Words, options: Options) -> Record:
    share, deals = real(row["share"]), count(row["deals"])
    few = deals < options.min_n
    text = tip(
        words.month(row["cohort"]),
        words(
            "Won within {days}: {n} of {deals}",
            days=words.days(count(row["age_days"])),
            n=words.number(row["won"]),
            deals=words.number(deals),
        ),
        words("Too young to tell") if share is None else words("Share won: {share}", share=words.share(share, 1)),
    )
    if share is None:
        return cell(*where, 0, "…", text, sure=False)
    return cell(
        *where, share / highest, f"{count(row['won'])}/{deals}" if few else words.share(share), text, sure=not few
    )


def _alt(rows: Sequence[Row], ages: Sequence[int], words: Words) -> str:
    parts = []
    for age in ages:
        known = [row for row in rows if count(row["age_days"]) == age and real(row["share"]) is not None]
        share = ratio(sum(count(row["won"]) for row in known), sum(count(row["deals"]) for row in known))
        if share is not None:
            parts.append(words("{share} within {days}", share=words.share(share), days=words.days(age)))
    return words("Of the deals old enough, won: {shares}.", shares=words.listing(parts))


BY_AGE = Drawing(by_age, heat)
