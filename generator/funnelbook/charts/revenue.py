"""How much was sold each month, against the average of the whole months shown."""

from __future__ import annotations

from collections.abc import Sequence

from funnelbook.charts.bars import bar, bars, scale_of, unit
from funnelbook.charts.facts import Drawing, Facts, Options, Row, capital, cells, columns, count, nothing, real, tip
from funnelbook.charts.months import by_month, month_words
from funnelbook.language import Words


def revenue(rows: Sequence[Row], words: Words, options: Options) -> Facts:
    title = words("Revenue by month")
    months = by_month(rows)
    if not months:
        return nothing(title, words)
    values = [real(row["revenue"]) or 0.0 for row in months]
    whole = [value for row, value in zip(months, values, strict=True) if row["month"] != options.partial]
    average = sum(whole) / len(whole) if whole else None
    size, named = unit(max(values), words)
    shown = columns(words, ("month", "Month", "month"), ("won", "Won", "count"), ("revenue", "Revenue", "money"))
    texts = {"value": words("Revenue, {unit}", unit=named) if named else words("Revenue")}
    if months[-1]["month"] == options.partial:
        texts["partial"] = words("month not over yet")
    scale = scale_of([*values, average or 0], size)
    if average is not None:
        texts["average"] = words("average {value}", value=words.money(average))
        scale["average"] = average / size
    marks = [
        bar(row["month"], value, size, _tip(row, value, words, options), partial=row["month"] == options.partial)
        for row, value in zip(months, values, strict=True)
    ]
    return Facts(
        title,
        _alt(months[-1], values[-1], average, words, options),
        shown,
        cells(months, shown),
        {"bars": marks, "months": [{"month": row["month"]} for row in months]},
        texts | month_words([row["month"] for row in months], words),
        scale,
    )


def _tip(row: Row, value: float, words: Words, options: Options) -> str:
    return tip(
        words.month(row["month"]),
        words("Revenue: {value}", value=words.money(value)),
        words.plural("{n} sale", "{n} sales", count(row["won"])),
        words("Not over yet") if row["month"] == options.partial else "",
    )


def _alt(row: Row, value: float, average: float | None, words: Words, options: Options) -> str:
    sentence = (
        "{month}, not over yet: {value} from {sales}; an average month brings {average}."
        if row["month"] == options.partial
        else "{month}: {value} from {sales}; an average month brings {average}."
    )
    return capital(
        words(
            sentence,
            month=words.month(row["month"]),
            value=words.money(value),
            average=words.money(average),
            sales=words.plural("{n} sale", "{n} sales", count(row["won"])),
        )
    )


REVENUE = Drawing(revenue, bars)
