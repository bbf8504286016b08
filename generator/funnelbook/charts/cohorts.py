"""Is a stage getting better or worse: conversion of each month's deals at each stage."""

from __future__ import annotations

from collections import Counter
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
    label,
    nothing,
    ratio,
    real,
    tip,
)
from funnelbook.charts.heat import cell, heat
from funnelbook.charts.months import by_month
from funnelbook.language import Words

#: A cell of which more than this share of deals still stands at the stage may yet come out otherwise.
UNDECIDED = 0.1


def cohorts(rows: Sequence[Row], words: Words, options: Options) -> Facts:
    """Rows are months of creation, columns stages; outlined where over a tenth is undecided or cases are too
    few.
    """
    title = words("Conversion at each stage by month of creation")
    stages = [row for row in by_month(rows, "cohort") if row["advanced"] is not None and count(row["reached"])]
    if not stages:
        return nothing(title, words)
    months = sorted({row["cohort"] for row in stages})
    names = {count(row["position"]): label(row["stage"]) for row in stages}
    positions = sorted(names)
    shown = columns(
        words,
        ("cohort", "Month of creation", "month"),
        ("stage", "Stage", "text"),
        ("reached", "Reached", "count"),
        ("advanced", "Went on", "count"),
        ("lost", "Lost", "count"),
        ("open", "Still open", "count"),
        ("conversion", "Conversion", "share"),
    )
    ordered = sorted(stages, key=lambda row: (row["cohort"], count(row["position"])))
    marks = [
        _cell(row, months.index(row["cohort"]), positions.index(count(row["position"])), words, options)
        for row in ordered
    ]
    texts = {"note": words("Outlined: too few deals, or over a tenth still open, so the share may rise.")}
    return Facts(
        title,
        _alt(stages, names, words, options),
        shown,
        cells(ordered, shown),
        {
            "rows": [{"name": words.month_short(month)} for month in months],
            "columns": [{"name": names[p]} for p in positions],
            "cells": marks,
        },
        texts if not all(record["sure"] for record in marks) else {},
    )


def _cell(row: Row, line: int, column: int, words: Words, options: Options) -> Record:
    reached, share = count(row["reached"]), real(row["conversion"]) or 0.0
    few = reached < options.min_n
    text = tip(
        words.month(row["cohort"]),
        label(row["stage"]),
        words(
            "{n} of {reached} went on: {share}",
            n=words.number(row["advanced"]),
            reached=words.number(reached),
            share=words.share(share, 1),
        ),
        words("Lost: {n}", n=words.number(row["lost"])),
        words("Still open: {n}", n=words.number(row["open"])),
    )
    shown = f"{count(row['advanced'])}/{reached}" if few else words.share(share)
    return cell(line, column, share, shown, text, sure=not few and count(row["open"]) / reached <= UNDECIDED)


def _alt(stages: Sequence[Row], names: dict[int, str], words: Words, options: Options) -> str:
    totals = {
        position: ratio(
            sum(count(row["advanced"]) for row in stages if count(row["position"]) == position),
            sum(count(row["reached"]) for row in stages if count(row["position"]) == position),
        )
        for position in names
    }
    reached = Counter[int]()
    for row in stages:
        reached[count(row["position"])] += count(row["reached"])
    totals = {position: share for position, share in totals.items() if reached[position] >= options.min_n} or totals
    worst = min(totals, key=lambda position: totals[position] or 0)
    best = max(totals, key=lambda position: totals[position] or 0)
    return words(
        "Over the months shown, fewest go on from “{worst}” ({low}) and most from “{best}” ({high}).",
        worst=names[worst],
        low=words.share(totals[worst]),
        best=names[best],
        high=words.share(totals[best]),
    )


COHORTS = Drawing(cohorts, heat)
