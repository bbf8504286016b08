"""What was to be sold, what was, and what the month that is under way will come to."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from msgspec import Struct

from funnelbook.charts.bars import bar, scale_of, unit
from funnelbook.charts.facts import (
    Drawing,
    Facts,
    Options,
    Record,
    Row,
    capital,
    cells,
    columns,
    nothing,
    real,
    tip,
)
from funnelbook.charts.layers import at_pixel, framed, legend, legend_height, rows_of, tooltip
from funnelbook.charts.months import amount, band, by_month, frame_for, labels, month_words
from funnelbook.charts.theme import LIGHT, Size
from funnelbook.language import Words

if TYPE_CHECKING:
    from funnelbook.charts.planes import Plane

_LEGEND = (("blue", "fact"), ("blue_pale", "expected"), ("orange", "plan"))


class _Measure(Struct, frozen=True):
    """The columns of `plan` that tell one measure, and how its values are written."""

    plan: str
    fact: str
    forecast: str
    kind: str

    def title(self, words: Words) -> str:
        return words("Plan and revenue by month") if self.kind == "money" else words("Plan and sales by month")

    def write(self, words: Words) -> Callable[[float | None], str]:
        return words.money if self.kind == "money" else lambda value: words.number(value, 1)


_REVENUE = _Measure("plan_revenue", "revenue", "forecast", "money")
_SALES = _Measure("plan_sales", "sales", "forecast_sales", "number")


def plan_revenue(rows: Sequence[Row], words: Words, options: Options) -> Facts:
    return _facts(rows, words, _REVENUE)


def plan_sales(rows: Sequence[Row], words: Words, options: Options) -> Facts:
    return _facts(rows, words, _SALES)


def _facts(rows: Sequence[Row], words: Words, measure: _Measure) -> Facts:
    """Rows of `plan`, one a month. A month of the plan that has not begun has a plan and nothing else."""
    title = measure.title(words)
    months = by_month(rows)
    values = [
        value
        for row in months
        for key in (measure.plan, measure.fact, f"{measure.forecast}_high")
        if (value := real(row[key])) is not None
    ]
    if not values:
        return nothing(title, words)
    size, named = unit(max(values), words) if measure.kind == "money" else (1.0, "")
    shown = columns(
        words,
        ("month", "Month", "month"),
        (measure.plan, "Plan", measure.kind),
        (measure.fact, "Fact", measure.kind),
        (measure.forecast, "Forecast", measure.kind),
        (f"{measure.forecast}_low", "Forecast, from", measure.kind),
        (f"{measure.forecast}_high", "Forecast, to", measure.kind),
    )
    texts = {
        "fact": words("Fact, {unit}", unit=named) if named else words("Fact"),
        "plan": words("Plan"),
    }
    if any(real(row[measure.forecast]) is not None for row in months):
        texts["expected"] = words("Forecast with its interval")
    return Facts(
        title,
        _alt(months, measure, words),
        shown,
        cells(months, shown),
        _marks(months, measure, size, words),
        texts | month_words([row["month"] for row in months], words),
        scale_of(values, size),
    )


def _marks(months: Sequence[Row], measure: _Measure, size: float, words: Words) -> dict[str, list[Record]]:
    marks: dict[str, list[Record]] = {"bars": [], "expected": [], "plans": [], "months": []}
    for row in months:
        month, text = row["month"], _tip(row, measure, words)
        marks["months"].append({"month": month, "tip": text})
        fact, planned, forecast = (real(row[key]) for key in (measure.fact, measure.plan, measure.forecast))
        if forecast is not None:
            low, high = (real(row[f"{measure.forecast}_{end}"]) or 0.0 for end in ("low", "high"))
            marks["bars"].append(bar(month, forecast, size, text, partial=True))
            marks["expected"].append({"month": month, "low": low / size, "high": high / size})
        if fact is not None:
            marks["bars"].append(bar(month, fact, size, text, partial=False))
        if planned is not None:
            marks["plans"].append({"month": month, "value": planned / size})
    return marks


def _tip(row: Row, measure: _Measure, words: Words) -> str:
    write = measure.write(words)
    fact, planned, forecast = (real(row[key]) for key in (measure.fact, measure.plan, measure.forecast))
    return tip(
        words.month(row["month"]),
        words("Plan: {value}", value=write(planned)) if planned is not None else "",
        words("Fact: {value}", value=write(fact)) if fact is not None else "",
        words("Forecast: {value}", value=write(forecast)) if forecast is not None else "",
        words("{share} of the plan", share=words.share(fact / planned)) if planned and fact is not None else "",
    )


def _alt(months: Sequence[Row], measure: _Measure, words: Words) -> str:
    write = measure.write(words)
    both = [row for row in months if real(row[measure.plan]) is not None and real(row[measure.fact]) is not None]
    if not both:
        return words("There is no month with both a plan and a fact.")
    last = both[-1]
    return capital(
        words(
            "{month}: plan {plan}, fact {fact}.",
            month=words.month(last["month"]),
            plan=write(real(last[measure.plan])),
            fact=write(real(last[measure.fact])),
        )
    )


def picture(facts: Facts, size: Size) -> Plane:
    """`facts.marks`: `bars` (month, value, fill, tip), the forecast's before the fact's; `expected` (month, low,
    high); `plans` (month, value); `months`; `facts.scale`: top, digits.
    """
    import altair as alt

    months = [str(record["month"]) for record in facts.marks["months"]]
    items = [item for item in _LEGEND if item[1] in facts.words]
    frame = frame_for(facts, size, top=legend_height(facts, items, size))
    x, y = band("month", months), amount("value", facts.scale["top"], ",~f")
    drawn = alt.Chart(rows_of(facts.marks["bars"], "bars")).mark_bar()
    drawn = drawn.encode(x=x, y=y, color=alt.Color(field="fill", type="nominal", scale=None, legend=None))
    ends = {"y": alt.Y(field="low", type="quantitative"), "y2": alt.Y2(field="high")}
    parts = [
        drawn,
        alt.Chart(rows_of(facts.marks["expected"], "expected"))
        .mark_rule(color=LIGHT["ink"], strokeWidth=1.5)
        .encode(x=x, **ends),
        alt.Chart(rows_of(facts.marks["plans"], "plans"))
        .mark_tick(color=LIGHT["orange"], thickness=3, width=alt.RelativeBandSize(1))
        .encode(x=x, y=y),
        alt.Chart(rows_of(facts.marks["months"], "whole"))
        .mark_bar(color="transparent", width=alt.RelativeBandSize(1))
        .encode(x=x, y=at_pixel(0), y2=at_pixel(frame.height, end=True), tooltip=tooltip()),
        labels(facts, months, frame),
        *legend(facts, items, frame),
    ]
    return framed(parts, frame)


PLAN_REVENUE = Drawing(plan_revenue, picture)
PLAN_SALES = Drawing(plan_sales, picture)
