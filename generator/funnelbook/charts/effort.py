"""Who invests where: our cost and the buyer's effort at each stage, each as a share of its own whole."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from funnelbook.charts.chart import Cell
from funnelbook.charts.facts import (
    Drawing,
    Facts,
    Options,
    Record,
    Row,
    columns,
    count,
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

_SERIES = (("orange", "buyer"), ("blue", "ours"))


def effort(rows: Sequence[Row], words: Words, options: Options) -> Facts:
    """Rows: position, stage, buyer_effort (`chances`), cost (`work`). Nothing without any effort."""
    title = words("The buyer's effort and our cost at each stage")
    stages = sorted(rows, key=lambda row: count(row["position"]))
    efforts, costs = _whole(stages, "buyer_effort"), _whole(stages, "cost")
    if not efforts:
        return nothing(title, words)
    most = max(stages, key=lambda row: real(row["buyer_effort"]) or 0.0)
    alt = words(
        "The buyer invests most at “{stage}”: {effort} of 10.",
        stage=label(most["stage"]),
        effort=words.number(real(most["buyer_effort"]), 1),
    )
    if costs:
        dear = max(stages, key=lambda row: real(row["cost"]) or 0.0)
        alt += " " + words(
            "We invest most at “{stage}”: {money} a deal.",
            stage=label(dear["stage"]),
            money=words.money(real(dear["cost"])),
        )
    shown = columns(
        words,
        ("stage", "Stage", "text"),
        ("buyer_effort", "The buyer's effort, of 10", "text"),
        ("buyer_share", "Share of all the buyer's effort", "share"),
        ("cost", "Our cost a deal", "money"),
        ("cost_share", "Share of all our cost", "share"),
    )
    shares = [(_share(row, "buyer_effort", efforts), _share(row, "cost", costs)) for row in stages]
    texts = {"buyer": words("the buyer's effort, share of all")}
    if costs:
        texts["ours"] = words("our cost, share of all")
    return Facts(
        title,
        alt,
        shown,
        tuple(_cells(row, buyer, ours) for row, (buyer, ours) in zip(stages, shares, strict=True)),
        {
            "lanes": [lane(label(row["stage"]), _tip(row, words)) for row in stages],
            "parts": [each for i, both in enumerate(shares) for each in _parts(i, both)],
            "ends": [
                each
                for i, (row, both) in enumerate(zip(stages, shares, strict=True))
                for each in _ends(i, row, both, words)
            ],
        },
        texts,
        {"top": max(share for both in shares for share in both if share is not None), "rows": 2 if costs else 1},
    )


def _whole(rows: Sequence[Row], column: str) -> float:
    return math.fsum(real(row[column]) or 0.0 for row in rows)


def _share(row: Row, column: str, whole: float) -> float | None:
    return ratio(real(row[column]) or 0.0, whole)


def _cells(row: Row, buyer: float | None, ours: float | None) -> tuple[Cell, ...]:
    return (label(row["stage"]), real(row["buyer_effort"]), buyer, real(row["cost"]), ours)


def _parts(number: int, both: tuple[float | None, float | None]) -> list[Record]:
    return [
        part(number, row, (0, share), color)
        for row, (share, color) in enumerate(zip(both, ("orange", "blue"), strict=True))
        if share is not None
    ]


def _ends(number: int, row: Row, both: tuple[float | None, float | None], words: Words) -> list[Record]:
    buyer, ours = both
    effort = words("{effort} of 10", effort=words.number(real(row["buyer_effort"]) or 0.0, 1))
    made = [end(number, 0, buyer or 0, f"{effort} · {words.share(buyer)}")]
    if ours is not None:
        made.append(end(number, 1, ours, f"{words.money(real(row['cost']))} · {words.share(ours)}"))
    return made


def _tip(row: Row, words: Words) -> str:
    return tip(
        label(row["stage"]),
        words("The buyer's effort: {effort} of 10", effort=words.number(real(row["buyer_effort"]) or 0.0, 1)),
        words("Our cost a deal: {value}", value=words.money(real(row["cost"]))),
    )


def picture(facts: Facts, size: Size) -> Plane:
    return lanes(facts, size, _SERIES)


EFFORT = Drawing(effort, picture)
