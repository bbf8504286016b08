"""What a sale of each source or seller cost, with the range that so few sales leave, against all together."""

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
from funnelbook.charts.lanes import end, lane, lanes
from funnelbook.charts.theme import LIGHT, Size
from funnelbook.language import Words

if TYPE_CHECKING:
    from funnelbook.charts.planes import Plane

_SERIES = (("blue", "value"), ("blue_pale", "range"), ("ink", "average"))

#: The scale ends at so many times the dearest sale, lest one wide range press all others together.
_FURTHEST = 1.6


def cost_members(rows: Sequence[Row], words: Words, options: Options) -> Facts:
    """Rows: member, cost, won, lost, cost_of_sale, low, high; and one of all together, whose member is None.

    A member with fewer than `min_n` sales is hollow; one without has no point.
    """
    title = words("Cost of a sale by source or seller")
    members = [row for row in rows if row["member"] is not None]
    known = [row for row in members if real(row["cost_of_sale"]) is not None]
    whole = next((real(row["cost_of_sale"]) for row in rows if row["member"] is None), None)
    if not known:
        return nothing(title, words)
    shown = columns(
        words,
        ("member", "Who", "text"),
        ("won", "Won", "count"),
        ("lost", "Lost", "count"),
        ("cost", "Spent on closed deals", "money"),
        ("cost_of_sale", "Cost of a sale", "money"),
        ("low", "At the least", "money"),
        ("high", "At the most", "money"),
    )
    dear = max(known, key=lambda row: (real(row["cost_of_sale"]) or 0.0, str(row["member"])))
    alt = words(
        "Dearest: {member}, {value} a sale; all together {whole}.",
        member=label(dear["member"]),
        value=words.money(real(dear["cost_of_sale"])),
        whole=words.money(whole),
    )
    texts = {
        "value": words("hollow: fewer than {n} sales", n=options.min_n),
        "range": words("what so few deals leave possible"),
    }
    scale = {"top": (real(dear["cost_of_sale"]) or 1.0) * _FURTHEST, "rows": 1}
    if whole is not None:
        scale["average"] = whole
        texts["average"] = words("all together {value}", value=words.money(whole))
    return Facts(
        title,
        alt,
        shown,
        cells(members, shown),
        {
            "lanes": [lane(label(row["member"]), _tip(row, words)) for row in members],
            "parts": [],
            "ranges": [_range(i, row, scale["top"]) for i, row in enumerate(members) if row in known],
            "dots": [_dot(i, row, options) for i, row in enumerate(members) if row in known],
            "ends": [end(i, 0, scale["top"], _end(row, words)) for i, row in enumerate(members)],
        },
        texts,
        scale,
    )


def _range(number: int, row: Row, top: float) -> Record:
    value = real(row["cost_of_sale"]) or 0.0
    low, high = real(row["low"]), real(row["high"])
    return {
        "lane": number,
        "row": 0,
        "low": value if low is None else low,
        "high": min(top, value if high is None else high),
        "fill": LIGHT["blue_pale"],
    }


def _dot(number: int, row: Row, options: Options) -> Record:
    sure = count(row["won"]) >= options.min_n
    fill = LIGHT["blue" if sure else "paper"]
    return {"lane": number, "row": 0, "at": real(row["cost_of_sale"]), "fill": fill, "stroke": LIGHT["blue"]}


def _end(row: Row, words: Words) -> str:
    if real(row["cost_of_sale"]) is None:
        return words("no sale")
    sales = words.plural("{n} sale", "{n} sales", count(row["won"]))
    return f"{words.money(real(row['cost_of_sale']))} · {sales}"


def _tip(row: Row, words: Words) -> str:
    return tip(
        label(row["member"]),
        words("Cost of a sale: {value}", value=words.money(real(row["cost_of_sale"]))),
        words("Spent: {value}", value=words.money(real(row["cost"]))),
        words.plural("{n} sale", "{n} sales", count(row["won"])),
        words.plural("{n} lost deal", "{n} lost deals", count(row["lost"])),
    )


def picture(facts: Facts, size: Size) -> Plane:
    return lanes(facts, size, _SERIES)


COST_MEMBERS = Drawing(cost_members, picture)
