"""What the sales of each source earned, against what its deals cost."""

from __future__ import annotations

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
    count,
    label,
    nothing,
    real,
    tip,
)
from funnelbook.charts.lanes import end, lane, lanes, part
from funnelbook.charts.theme import Size
from funnelbook.language import Words

if TYPE_CHECKING:
    from funnelbook.charts.planes import Plane

_SERIES = (("blue", "earned"), ("orange", "cost"))


def source_money(rows: Sequence[Row], words: Words, options: Options) -> Facts:
    """Rows: member, won, revenue, earned (revenue × margin), cost, left (earned − cost), in their order."""
    title = words("Earned and spent, by source")
    top = max((value for row in rows for key in ("earned", "cost") if (value := real(row[key]))), default=0.0)
    if top <= 0:
        return nothing(title, words)
    shown = columns(
        words,
        ("member", "Source", "text"),
        ("won", "Won", "count"),
        ("revenue", "Revenue", "money"),
        ("earned", "Earned on it", "money"),
        ("cost", "Spent on closed deals", "money"),
        ("left", "Left after costs", "money"),
    )
    best = max(rows, key=lambda row: (real(row["left"]) or 0.0, label(row["member"])))
    worst = min(rows, key=lambda row: (real(row["left"]) or 0.0, label(row["member"])))
    alt = words(
        "Most is left of {best}: {most}; least of {worst}: {least}.",
        best=label(best["member"]),
        most=words.money(real(best["left"])),
        worst=label(worst["member"]),
        least=words.money(real(worst["left"])),
    )
    marks: dict[str, list[Record]] = {
        "lanes": [lane(label(row["member"]), _tip(row, words)) for row in rows],
        "parts": [
            part(number, line, (0.0, real(row[key]) or 0.0), color)
            for number, row in enumerate(rows)
            for line, (color, key) in enumerate(_SERIES)
        ],
        "ends": [
            end(number, line, real(row[key]) or 0.0, words.money(real(row[key]) or 0.0))
            for number, row in enumerate(rows)
            for line, (_, key) in enumerate(_SERIES)
        ],
    }
    texts = {"earned": words("earned: revenue × margin"), "cost": words("spent on closed deals")}
    return Facts(title, alt, shown, cells(rows, shown), marks, texts, {"top": top, "rows": 2})


def _tip(row: Row, words: Words) -> str:
    return tip(
        label(row["member"]),
        words("Revenue: {value}", value=words.money(real(row["revenue"]))),
        words("Earned: {value}", value=words.money(real(row["earned"]))),
        words("Spent: {value}", value=words.money(real(row["cost"]))),
        words("Left after costs: {value}", value=words.money(real(row["left"]))),
        words.plural("{n} sale", "{n} sales", count(row["won"])),
    )


def picture(facts: Facts, size: Size) -> Plane:
    return lanes(facts, size, _SERIES)


SOURCE_MONEY = Drawing(source_money, picture)
