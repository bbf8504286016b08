"""Tables on pages: columns with their glossary entries, values already written in the site's language."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from markupsafe import Markup
from msgspec import Struct

from funnelbook.charts import Chart
from funnelbook.language import NOTHING, Words
from funnelbook.pages.text import crm

if TYPE_CHECKING:
    from funnelbook.pages.edition import Edition


class Head(Struct, frozen=True):
    """A column's head: `term` is its entry in the glossary, "" for none; `number` sets it flush right."""

    label: str
    term: str = ""
    number: bool = True


class Grid(Struct, frozen=True):
    """The first cell of each row names it and may be a link: `targets` has an address a row, "" for none."""

    caption: str
    heads: tuple[Head, ...]
    rows: tuple[tuple[str | Markup, ...], ...]
    targets: tuple[str, ...] = ()


def grid(
    caption: str,
    heads: Sequence[Head],
    rows: Iterable[Sequence[str | Markup]],
    targets: Sequence[str] = (),
) -> Grid:
    return Grid(caption, tuple(heads), tuple(tuple(row) for row in rows), tuple(targets))


#: A chart's column -> the glossary's entry of the number in it.
TERMS = {
    "reached": "reached",
    "advanced": "reached",
    "lost": "lost",
    "open": "open",
    "skipped": "skipped",
    "conversion": "conversion",
    "won": "won",
    "win_rate": "win-rate",
    "revenue": "revenue",
    "created": "created",
    "average_sale": "average-sale",
    "cost_of_sale": "cost-of-sale",
    "from_first": "from-first",
    "decided": "decided",
    "median_days": "time-in-stage",
    "p75_days": "time-in-stage",
    "p90_days": "time-in-stage",
    "entered": "entered",
    "left_forward": "entered",
    "left_lost": "entered",
    "at_end": "open",
    "answered_in_target": "response",
    "response_median_minutes": "response",
    "plan_sales": "sales-plan",
    "plan_revenue": "sales-plan",
    "forecast": "forecast",
    "forecast_sales": "forecast",
    "incidence": "eventual",
    "shrunk": "shrunk",
    "limit95_low": "limits",
    "limit95_high": "limits",
    "limit998_low": "limits",
    "limit998_high": "limits",
    "months": "ramp",
    "again": "came-again",
    "spent_on_lost": "wasted",
    "wasted": "wasted",
    "win_chance": "win-chance",
    "remaining_cost": "remaining-cost",
    "least_margin": "least-margin",
    "least_price": "least-margin",
    "expected": "expected-value",
    "loss_earliness": "loss-earliness",
    "spent_lateness": "cost-lateness",
    "buyer_earliness": "buyer-earliness",
    "complete": "complete",
    "easy": "waves",
    "hard": "waves",
    "returned": "waves",
    "left": "left-after-costs",
    "with_cause": "recorded",
    "recorded": "recorded",
    "price_value": "price-losses",
    "price": "price-losses",
    "undecided": "undecided",
    "bucket": "price-group",
    "returns": "comeback",
    "came_back": "comeback",
    "returned_won": "comeback",
    "at_risk": "comeback",
    "drifting": "drift",
    "cause": "cause",
    "party": "party",
    "leads_needed": "leads-needed",
    "leads_capacity": "leads-carried",
    "minutes_per_lead": "hours-per-lead",
    "hours_needed": "utilisation",
    "hours_available": "utilisation",
    "utilisation": "utilisation",
}


def chart_grid(chart: Chart, edition: Edition) -> Grid:
    """The table behind a chart."""
    heads = [
        Head(column.label, TERMS.get(column.key, ""), column.kind not in {"text", "month"})
        for column in chart.columns
    ]
    kinds = [column.kind for column in chart.columns]
    rows = [
        [cell(value, kind, edition.words) for value, kind in zip(row, kinds, strict=True)] for row in chart.rows
    ]
    return grid(chart.title, heads, rows)


def cell(value: str | int | float | None, kind: str, words: Words) -> str | Markup:
    """A value of a chart's column in the site's language."""
    if value is None:
        return NOTHING
    if isinstance(value, str):
        return words.month(value) if kind == "month" and _is_month(value) else crm(value)
    return _NUMBERS[kind](words, value)


def _is_month(value: str) -> bool:
    return len(value) == 7 and value[:4].isdigit() and value[4] == "-" and value[5:].isdigit()


_NUMBERS: Mapping[str, Callable[[Words, float], str]] = {
    "text": lambda words, value: words.number(value, 2),
    "number": lambda words, value: words.number(value, 1),
    "count": lambda words, value: words.number(value),
    "share": lambda words, value: words.share(value, 1),
    "points": lambda words, value: words("{n} pp", n=words.number(100 * value, 1)),
    "money": lambda words, value: words.money(value),
    "days": lambda words, value: words.days(value),
    "minutes": lambda words, value: words.minutes(value),
    "month": lambda words, value: words.number(value),
}
