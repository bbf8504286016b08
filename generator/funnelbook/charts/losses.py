"""Why deals are lost: the causes, largest first, and where in the funnel each strikes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from funnelbook.charts.facts import Drawing, Facts, Options, Record, Row, columns, count, label, nothing, tip
from funnelbook.charts.heat import cell, heat, most
from funnelbook.charts.layers import Frame, corners, framed, painted, rows_of, text, tooltip
from funnelbook.charts.theme import LIGHT, Size
from funnelbook.language import Words

if TYPE_CHECKING:
    from funnelbook.charts.planes import Plane

_ROW = 46

_CAUSES = {
    "price_value": "Price and value",
    "competitor": "Competitor",
    "fear": "Fear of deciding",
    "timing": "Not now",
    "fit": "Not a fit",
    "unreachable": "Unreachable",
    "duplicate": "Duplicate",
    "spam": "Spam",
    "other": "Other",
    "none": "No reason recorded",
}


def cause_name(cause: object, words: Words) -> str:
    """A cause in the site's language; one nobody knows is shown as it is."""
    known = _CAUSES.get(str(cause))
    return words(known) if known else label(cause)


def losses(rows: Sequence[Row], words: Words, options: Options) -> Facts:
    """Pareto: the causes that together make four fifths of all losses are strong, the rest pale."""
    title = words("Why deals are lost")
    ranked = _ranked(rows, "cause")
    total = sum(n for _, n in ranked)
    if not total:
        return nothing(title, words)
    shown = columns(
        words,
        ("cause", "Cause", "text"),
        ("deals", "Deals", "count"),
        ("share", "Share", "share"),
        ("cumulative", "Cumulative share", "share"),
    )
    marks: list[Record] = []
    table: list[tuple[str, int, float, float]] = []
    before = 0
    for cause, n in ranked:
        name, share, together = cause_name(cause, words), n / total, (before + n) / total
        table.append((name, n, share, together))
        marks.append(
            {
                "name": name,
                "deals": n,
                "fill": LIGHT["orange" if before / total < 0.8 else "orange_pale"],
                "text": words.number(n) + (f" · {words.share(share)}" if total >= options.min_n else ""),
                "together": words("Σ {share}", share=words.share(together)),
                "tip": tip(
                    name,
                    words.plural("{n} deal", "{n} deals", n),
                    words("{share} of losses", share=words.share(share, 1)),
                    words("With those above: {share}", share=words.share(together, 1)),
                ),
            }
        )
        before += n
    texts = {
        "lost": words.plural("{n} deal", "{n} deals", total),
        "cause": table[0][0],
        "n": words.number(table[0][1]),
    }
    alt = words("Of {lost} lost, most for: {cause}, {n}.", **texts)
    if total >= options.min_n:
        alt = words("Of {lost} lost, most for: {cause}, {n} ({share}).", share=words.share(table[0][2]), **texts)
    return Facts(title, alt, shown, tuple(table), {"causes": marks}, {}, {"most": ranked[0][1]})


def losses_by_stage(rows: Sequence[Row], words: Words, options: Options) -> Facts:
    """Rows are causes, most frequent first; columns stages in `options.stages`' order, else as the rows come."""
    title = words("Where and why deals are lost")
    sums: Counter[tuple[str, str]] = Counter()
    for row in rows:
        sums[_stage(row, words), str(row["cause"])] += count(row["deals"])
    if not sum(sums.values()):
        return nothing(title, words)
    order = [label(stage) for stage in options.stages]
    met = {stage: None for stage, _ in sums}
    stages = [*(stage for stage in order if stage in met), *(stage for stage in met if stage not in order)]
    causes = [cause for cause, _ in _ranked(rows, "cause")]
    highest = most(list(sums.values()))
    marks = [
        cell(
            i,
            j,
            sums[stage, cause] / highest,
            words.number(sums[stage, cause]),
            tip(stage, cause_name(cause, words), words.plural("{n} deal", "{n} deals", sums[stage, cause])),
        )
        for i, cause in enumerate(causes)
        for j, stage in enumerate(stages)
        if sums[stage, cause]
    ]
    (stage, cause), n = max(sums.items(), key=lambda item: (item[1], item[0]))
    alt = words(
        "The largest loss: “{stage}”, {cause}: {n} of {total}.",
        stage=stage,
        cause=cause_name(cause, words),
        n=words.number(n),
        total=words.plural("{n} deal", "{n} deals", sum(sums.values())),
    )
    shown = columns(words, ("stage", "Stage", "text"), ("cause", "Cause", "text"), ("deals", "Deals", "count"))
    table = tuple((s, cause_name(c, words), sums[s, c]) for s in stages for c in causes if sums[s, c])
    return Facts(
        title,
        alt,
        shown,
        table,
        {
            "rows": [{"name": cause_name(c, words)} for c in causes],
            "columns": [{"name": s} for s in stages],
            "cells": marks,
        },
    )


def _stage(row: Row, words: Words) -> str:
    return words("Stage unknown") if row["stage"] in (None, "", "—") else label(row["stage"])


def _ranked(rows: Sequence[Row], key: str) -> list[tuple[str, int]]:
    sums: Counter[str] = Counter()
    for row in rows:
        sums[str(row[key])] += count(row["deals"])
    return sorted(((name, n) for name, n in sums.items() if n), key=lambda item: (-item[1], item[0]))


def pareto(facts: Facts, size: Size) -> Plane:
    """A bar a cause under its name; its count and share at the bar's end, the running share in a column."""
    import altair as alt

    causes = facts.marks["causes"]
    room = size.width - 60 - 96
    frame = Frame(size.width, len(causes) * _ROW - 6)
    bars: list[Record] = []
    ends: list[Record] = []
    for i, cause in enumerate(causes):
        end = max(2.0, cause["deals"] / facts.scale["most"] * room)
        bars.append({"x": 0, "x2": end, "y": i * _ROW + 18, "y2": i * _ROW + 34, "fill": cause["fill"]})
        ends.append({"x": end + 8, "y": i * _ROW + 26, "text": cause["text"]})
    names: list[Record] = [{"x": 0, "y": i * _ROW + 8, "text": cause["name"]} for i, cause in enumerate(causes)]
    running: list[Record] = [
        {"x": size.width, "y": i * _ROW + 26, "text": c["together"]} for i, c in enumerate(causes)
    ]
    hits: list[Record] = [
        {"x": 0, "x2": size.width, "y": i * _ROW, "y2": i * _ROW + 38, "tip": cause["tip"]}
        for i, cause in enumerate(causes)
    ]
    return framed(
        [
            alt.Chart(rows_of(bars, "bars")).mark_rect().encode(**corners(), color=painted()),
            text(names, "names", fontSize=13),
            text(ends, "ends", fontSize=13, fontWeight="bold"),
            text(running, "running", color="muted", align="right"),
            alt.Chart(rows_of(hits, "hits")).mark_rect(color="transparent").encode(**corners(), tooltip=tooltip()),
        ],
        frame,
    )


LOSSES = Drawing(losses, pareto)
LOSSES_BY_STAGE = Drawing(losses_by_stage, heat)
