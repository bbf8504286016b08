"""Where the hours of a lead go: a bar a stage, in the order of the pipeline."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from msgspec.structs import replace

from funnelbook.charts.facts import (
    Drawing,
    Facts,
    Options,
    Record,
    Row,
    cells,
    columns,
    label,
    nothing,
    ratio,
    real,
    tip,
)
from funnelbook.charts.layers import WIDER_CHARACTER, fitting
from funnelbook.charts.losses import pareto
from funnelbook.charts.theme import LIGHT, Size
from funnelbook.language import Words

if TYPE_CHECKING:
    from funnelbook.charts.planes import Plane


def work(rows: Sequence[Row], words: Words, options: Options) -> Facts:
    """Rows of `work` of one pipeline; the stage with most of the hours is strong, the others are pale."""
    title = words("Hours that a lead takes at each stage")
    stages = [row for row in rows if row["position"] and real(row["hours_per_lead"]) is not None]
    hours = [real(row["hours_per_lead"]) or 0.0 for row in stages]
    total = sum(hours)
    if not total:
        return nothing(title, words)
    highest = max(hours)
    worst = hours.index(highest)
    shown = columns(
        words,
        ("stage", "Stage", "text"),
        ("minutes", "Our time a deal", "minutes"),
        ("cases", "Left the stage", "count"),
        ("reach", "Leads that come to it", "share"),
        ("minutes_per_lead", "Our time per lead", "minutes"),
        ("share", "Share of the hours", "share"),
    )
    table = [
        {**row, "minutes_per_lead": 60 * each, "share": ratio(each, total)}
        for row, each in zip(stages, hours, strict=True)
    ]
    marks: list[Record] = [
        {
            "name": label(row["stage"]),
            "deals": each,
            "fill": LIGHT["orange" if position == worst else "orange_pale"],
            "text": words("{n} h", n=words.number(each, 2)) + f" · {words.share(each / total)}",
            "together": "",
            "tip": tip(
                label(row["stage"]),
                words("Our time: {time} a deal", time=words.minutes(real(row["minutes"]))),
                words("{share} of the leads come to it", share=words.share(real(row["reach"]), 1)),
                words("Per lead: {n} h", n=words.number(each, 2)),
            ),
        }
        for position, (row, each) in enumerate(zip(stages, hours, strict=True))
    ]
    alt = words(
        "A lead takes {total} h on average; most of them at “{stage}”: {n} h.",
        total=words.number(total, 2),
        stage=label(stages[worst]["stage"]),
        n=words.number(highest, 2),
    )
    return Facts(title, alt, shown, cells(table, shown), {"causes": marks}, {}, {"most": highest})


def picture(facts: Facts, size: Size) -> Plane:
    """Names of stages are cut to the drawing's width."""
    marks = [
        {**mark, "name": fitting(str(mark["name"]), size.width, character=WIDER_CHARACTER)}
        for mark in facts.marks["causes"]
    ]
    return pareto(replace(facts, marks={"causes": marks}), size)


WORK = Drawing(work, picture)
