"""One target of the plan: what was planned, sold and expected, in money where money was planned, else in sales."""

from __future__ import annotations

from markupsafe import Markup
from msgspec import Struct

from funnelbook.language import NOTHING, Words
from funnelbook.model.results import Row
from funnelbook.pages.edition import Edition
from funnelbook.pages.numbers import ALL
from funnelbook.pages.text import mark, sentence, span, strong


class Target(Struct, frozen=True):
    """In the site's currency, or in sales when not `money`. `plan` None: nothing was planned.

    The forecast, with its 95 % interval from `low` to `high`, is None but in the month under way.
    """

    month: str
    plan: float | None
    fact: float
    forecast: float | None
    low: float | None
    high: float | None
    money: bool

    def write(self, words: Words, value: float | None) -> str:
        if value is None:
            return NOTHING
        return words.money(value) if self.money else words.plural("{n} sale", "{n} sales", round(value, 1))

    def interval(self, words: Words) -> str:
        """The forecast's interval."""
        if self.low is None or self.high is None:
            return NOTHING
        if self.money:
            return words.money_range(self.low, self.high)
        return span(words.number(self.low, 1), words.number(self.high, 1))

    def reached(self, words: Words) -> str:
        """The share of the plan that was sold."""
        return words.share(self.fact / self.plan) if self.plan else NOTHING


def target_of(edition: Edition, pipeline: str, month: str, owner: str = ALL) -> Target | None:
    """The target of a pipeline (or `all`) and owner (or `all`); None where nothing was planned, sold or expected,
    or the month has not begun.

    All of one month are in money when any plan of the month is.
    """
    rows = edition.numbers.table("plan", pipeline=pipeline, month=month)
    row = next((each for each in rows if each["owner"] == owner), None)
    if row is None or row["sales"] is None:
        return None
    if any(each["plan_revenue"] is not None for each in rows):
        return _target(row, "revenue", "forecast", money=True)
    return _target(row, "sales", "forecast_sales", money=False)


def _target(row: Row, fact: str, forecast: str, *, money: bool) -> Target:
    expected = (row[forecast], row[f"{forecast}_low"], row[f"{forecast}_high"])
    return Target(row["month"], row[f"plan_{fact}"], float(row[fact]), *expected, money=money)


def forecast_words(words: Words, target: Target) -> Markup:
    """What the month will come to with the deals open now, and whether a plan is within reach of them."""
    if target.forecast is None or target.low is None or target.high is None:
        return sentence(words, "too few deals are known to forecast the rest")
    said = _within_reach(target.plan, target.low, target.high) if target.plan else _UNPLANNED
    return sentence(
        words,
        said,
        forecast=strong(target.write(words, target.forecast)),
        range=target.interval(words),
    )


_UNPLANNED = mark("the open deals will bring it to {forecast} ({range})")


def _within_reach(plan: float, low: float, high: float) -> str:
    if plan > high:
        return mark("the open deals will bring it to {forecast} ({range}): the plan is out of their reach")
    if plan <= low:
        return mark("the open deals will bring it to {forecast} ({range}): the plan is safe")
    return mark("the open deals will bring it to {forecast} ({range}): the plan is possible but not safe")
