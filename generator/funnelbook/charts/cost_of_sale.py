"""What one sale cost, month by month: everything spent on the deals closed, per deal won."""

from __future__ import annotations

from collections.abc import Sequence

from funnelbook.charts.bars import bar, bars, scale_of, unit
from funnelbook.charts.facts import (
    Drawing,
    Facts,
    Options,
    Row,
    capital,
    cells,
    columns,
    count,
    nothing,
    ratio,
    real,
    tip,
)
from funnelbook.charts.months import by_month, month_words
from funnelbook.language import Words


def cost_of_sale(rows: Sequence[Row], words: Words, options: Options) -> Facts:
    """A month without a sale has no bar; the average is all cost over all sales of the months shown."""
    title = words("Cost of a sale by month")
    months = by_month(rows)
    known = [row for row in months if real(row["cost_of_sale"]) is not None]
    if not known:
        return nothing(title, words)
    spent = sum(real(row["cost"]) or 0 for row in months)
    average = ratio(spent, sum(count(row["won"]) for row in months))
    values = [real(row["cost_of_sale"]) or 0.0 for row in known]
    size, named = unit(max(values), words)
    shown = columns(
        words,
        ("month", "Month", "month"),
        ("cost", "Spent on closed deals", "money"),
        ("won", "Won", "count"),
        ("cost_of_sale", "Cost of a sale", "money"),
    )
    texts = {"value": words("Cost of a sale, {unit}", unit=named) if named else words("Cost of a sale")}
    if known[-1]["month"] == options.partial:
        texts["partial"] = words("month not over yet")
    scale = scale_of([*values, average or 0], size)
    if average is not None:
        texts["average"] = words("average {value}", value=words.money(average))
        scale["average"] = average / size
    marks = [
        bar(row["month"], value, size, _tip(row, value, words), partial=row["month"] == options.partial)
        for row, value in zip(known, values, strict=True)
    ]
    alt = words(
        "{month}: one sale cost {value}; {average} on average over the months shown.",
        month=words.month(known[-1]["month"]),
        value=words.money(values[-1]),
        average=words.money(average),
    )
    return Facts(
        title,
        capital(alt),
        shown,
        cells(months, shown),
        {"bars": marks, "months": [{"month": row["month"]} for row in months]},
        texts | month_words([row["month"] for row in months], words),
        scale,
    )


def _tip(row: Row, value: float, words: Words) -> str:
    return tip(
        words.month(row["month"]),
        words("Cost of a sale: {value}", value=words.money(value)),
        words("Spent: {value}", value=words.money(real(row["cost"]))),
        words.plural("{n} sale", "{n} sales", count(row["won"])),
    )


COST_OF_SALE = Drawing(cost_of_sale, bars)
