"""What the closed deals cost at each stage: on those that were won, and on those that were lost."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

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
from funnelbook.charts.lanes import end, lane, lanes, part
from funnelbook.charts.theme import Size
from funnelbook.language import Words

if TYPE_CHECKING:
    from funnelbook.charts.planes import Plane

_SERIES = (("blue", "won"), ("orange", "lost"))


def cost_by_stage(rows: Sequence[Row], words: Words, options: Options) -> Facts:
    """Rows: position (0: acquisition), stage, spent, spent_on_won, spent_on_lost: `cost` summed over months."""
    title = words("What the closed deals cost, stage by stage")
    stages = sorted(rows, key=lambda row: int(row["position"] or 0))
    whole = math.fsum(_spent(row) for row in stages)
    if not whole:
        return nothing(title, words)
    named = [
        {**row, "stage": stage_name(row, words), "share": _spent(row) / whole, "wasted": _wasted(row)}
        for row in stages
    ]
    shown = columns(
        words,
        ("stage", "Stage", "text"),
        ("spent", "Spent", "money"),
        ("share", "Share of all", "share"),
        ("spent_on_won", "Spent on won deals", "money"),
        ("spent_on_lost", "Spent on lost deals", "money"),
        ("wasted", "Share spent on lost deals", "share"),
    )
    most = max(named, key=_spent)
    alt = words(
        "The largest part is “{stage}”: {money}, {share} of all; of it {wasted} on deals that were lost.",
        stage=most["stage"],
        money=words.money(_spent(most)),
        share=words.share(most["share"]),
        wasted=words.share(most["wasted"]),
    )
    return Facts(
        title,
        alt,
        shown,
        cells(named, shown),
        {
            "lanes": [lane(row["stage"], _tip(row, words)) for row in named],
            "parts": [each for i, row in enumerate(named) for each in _parts(i, row)],
            "ends": [end(i, 0, _spent(row), _end(row, words)) for i, row in enumerate(named)],
        },
        {"won": words("Spent on won deals"), "lost": words("Spent on lost deals")},
        {"top": _spent(most), "rows": 1},
    )


def stage_name(row: Row, words: Words) -> str:
    """A stage's name; position 0 is what was spent before the first one."""
    return label(row["stage"]) if row["position"] else words("Attracting the leads")


def _spent(row: Row) -> float:
    return real(row["spent"]) or 0.0


def _wasted(row: Row) -> float | None:
    return ratio(real(row["spent_on_lost"]) or 0.0, _spent(row))


def _parts(number: int, row: Row) -> list[Record]:
    won, whole = real(row["spent_on_won"]) or 0.0, _spent(row)
    return [part(number, 0, (0, won), "blue"), part(number, 0, (won, whole), "orange")]


def _end(row: Row, words: Words) -> str:
    if not _spent(row):
        return words.money(0)
    return words("{money}, lost {share}", money=words.money(_spent(row)), share=words.share(row["wasted"]))


def _tip(row: Row, words: Words) -> str:
    return tip(
        row["stage"],
        words("Spent: {value}", value=words.money(_spent(row))),
        words("On won deals: {value}", value=words.money(real(row["spent_on_won"]))),
        words("On lost deals: {value}", value=words.money(real(row["spent_on_lost"]))),
    )


def picture(facts: Facts, size: Size) -> Plane:
    return lanes(facts, size, _SERIES)


COST_BY_STAGE = Drawing(cost_by_stage, picture)
