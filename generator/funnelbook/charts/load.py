"""Who is over-full: hours needed of hours available, a row a person, a column a month."""

from __future__ import annotations

from collections.abc import Sequence

from funnelbook.charts.facts import Drawing, Facts, Options, Row, cells, columns, label, nothing, real, tip
from funnelbook.charts.heat import cell, heat
from funnelbook.charts.months import by_month
from funnelbook.language import Words

#: More rows and columns than these make no picture; the table behind it has the same ones.
_PEOPLE, _MONTHS = 20, 6
#: The share of the hours from which on the colour is the deepest.
_DEEPEST = 1.2


def load(rows: Sequence[Row], words: Words, options: Options) -> Facts:
    """Rows of `capacity` of whole months; the newest six, and the people who needed most hours in them, first."""
    title = words("Hours needed of the hours there are")
    known = [row for row in by_month(rows) if real(row["utilisation"]) is not None]
    if not known:
        return nothing(title, words)
    months = sorted({row["month"] for row in known})[-_MONTHS:]
    recent = [row for row in known if row["month"] in months]
    people = _busiest(recent)
    chosen = sorted(
        (row for row in recent if row["owner"] in people),
        key=lambda row: (people.index(row["owner"]), row["month"]),
    )
    shown = columns(
        words,
        ("owner", "Who", "text"),
        ("month", "Month", "month"),
        ("hours_needed", "Hours needed", "number"),
        ("hours_available", "Hours available", "number"),
        ("utilisation", "Load", "share"),
    )
    marks = [
        cell(
            people.index(row["owner"]),
            months.index(row["month"]),
            min(1.0, (real(row["utilisation"]) or 0.0) / _DEEPEST),
            words.number(round(100 * (real(row["utilisation"]) or 0.0))),
            _tip(row, words),
        )
        for row in chosen
    ]
    highest = max(chosen, key=lambda row: (real(row["utilisation"]) or 0.0, row["month"]))
    alt = words(
        "The highest load: {owner} in {month}, {share} of the hours there were.",
        owner=label(highest["owner"]),
        month=words.month(highest["month"]),
        share=words.share(real(highest["utilisation"])),
    )
    return Facts(
        title,
        alt,
        shown,
        cells(chosen, shown),
        {
            "rows": [{"name": label(owner)} for owner in people],
            "columns": [{"name": words.month_short(month)} for month in months],
            "cells": marks,
        },
        {"note": words("In percent of the hours available. An empty cell: nobody's hours in that month.")},
    )


def _busiest(rows: Sequence[Row]) -> list[str]:
    hours: dict[str, float] = {}
    for row in rows:
        hours[row["owner"]] = hours.get(row["owner"], 0.0) + (real(row["hours_needed"]) or 0.0)
    return sorted(hours, key=lambda owner: (-hours[owner], owner))[:_PEOPLE]


def _tip(row: Row, words: Words) -> str:
    return tip(
        label(row["owner"]),
        words.month(row["month"]),
        words("Needed: {n} h", n=words.number(real(row["hours_needed"]), 1)),
        words("Available: {n} h", n=words.number(real(row["hours_available"]), 1)),
        words("Load: {share}", share=words.share(real(row["utilisation"]))),
    )


LOAD = Drawing(load, heat)
