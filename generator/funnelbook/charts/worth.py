"""How large a deal must be to be worth going on with at each stage, against the mean sale."""

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

_SERIES = (("blue", "least"), ("orange", "above"), ("ink", "average"))


def worth(rows: Sequence[Row], words: Words, options: Options) -> Facts:
    """Rows of `worth` with least_price (least_margin / margin), price_low, price_high; mean_sale of `chances`."""
    title = words("The least price worth pursuing at each stage")
    stages = sorted(rows, key=lambda row: count(row["position"]))
    known = [row for row in stages if real(row["least_price"]) is not None]
    if not known:
        return nothing(title, words)
    shown = columns(
        words,
        ("stage", "Stage", "text"),
        ("win_chance", "Chance of a sale", "share"),
        ("remaining_cost", "Still to spend", "money"),
        ("least_margin", "Least margin", "money"),
        ("least_price", "Least price", "money"),
        ("price_low", "Least price, at the least", "money"),
        ("price_high", "Least price, at the most", "money"),
        ("expected", "Expected value", "money"),
    )
    sale = next((real(row["mean_sale"]) for row in stages if real(row["mean_sale"]) is not None), None)
    highest = max(known, key=_price)
    alt = words(
        "A deal must be largest at “{stage}”: from {price}; the smallest is enough at “{last}”: from {least}.",
        stage=label(highest["stage"]),
        price=words.money(_price(highest)),
        last=label(min(known, key=_price)["stage"]),
        least=words.money(min(map(_price, known))),
    )
    texts = {"least": words("a deal from this price on is worth it")}
    scale = {"top": max(_price(highest), sale or 0) or 1.0, "rows": 1}
    if sale is not None:
        scale["average"] = sale
        texts["average"] = words("mean sale {value}", value=words.money(sale))
        if any(_price(row) > sale for row in known):
            texts["above"] = words("the mean sale is not enough")
    return Facts(
        title,
        alt,
        shown,
        cells(stages, shown),
        {
            "lanes": [lane(label(row["stage"]), _tip(row, words)) for row in stages],
            "parts": [_bar(i, row, sale) for i, row in enumerate(stages)],
            "ends": [end(i, 0, _price(row), _end(row, words)) for i, row in enumerate(stages)],
        },
        texts,
        scale,
    )


def _price(row: Row) -> float:
    return real(row["least_price"]) or 0.0


def _bar(number: int, row: Row, sale: float | None) -> Record:
    above = sale is not None and _price(row) > sale
    return part(number, 0, (0, _price(row)), "orange" if above else "blue")


def _end(row: Row, words: Words) -> str:
    if real(row["least_price"]) is None:
        return words("not known")
    return words("from {price}", price=words.money(_price(row)))


def _tip(row: Row, words: Words) -> str:
    return tip(
        label(row["stage"]),
        words("Chance of a sale: {share}", share=words.share(real(row["win_chance"]))),
        words("Still to spend: {value}", value=words.money(real(row["remaining_cost"]))),
        words("Least margin: {value}", value=words.money(real(row["least_margin"]))),
        words("Least price: {value}", value=words.money(real(row["least_price"]))),
    )


def picture(facts: Facts, size: Size) -> Plane:
    return lanes(facts, size, _SERIES)


WORTH = Drawing(worth, picture)
