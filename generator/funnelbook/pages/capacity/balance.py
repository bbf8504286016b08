"""Leads of a month set against each other: what the plan needs, what comes, what the sellers' hours carry."""

from __future__ import annotations

import math
from typing import Literal

from msgspec import Struct

from funnelbook.language import Words
from funnelbook.model.differences import Share, wilson
from funnelbook.model.pipeline import Pipeline
from funnelbook.model.results import Row
from funnelbook.pages.numbers import ALL, Numbers

#: Whole months over which the leads that come are averaged.
RECENT = 3

Verdict = Literal["short", "near", "enough"]


class Balance(Struct, frozen=True):
    """One pipeline in `month`; None = unknown, or nothing was planned.

    `plan` in sales; `needed`, `came` and `carried` in leads a month, `needed` from `low` to `high` at both ends of
    the chance's 95 % interval; `chance` to buy of a lead, over `cases` leads closed; `over` = the whole months that
    `came` is the mean of; `per_lead` in hours.
    """

    pipeline: Pipeline
    month: str
    plan: float | None
    chance: Share | None
    cases: int
    needed: float | None
    came: float | None
    over: int
    carried: float | None
    per_lead: float | None
    bottleneck: str | None

    @property
    def low(self) -> float | None:
        return None if self.plan is None or self.chance is None else self.plan / self.chance.high

    @property
    def high(self) -> float | None:
        """None also when no lead bought: then no number of leads is known to be enough."""
        return None if self.plan is None or not self.chance or not self.chance.low else self.plan / self.chance.low

    @property
    def hours(self) -> float | None:
        """What the plan takes."""
        return None if self.needed is None or not self.per_lead else self.needed * self.per_lead

    @property
    def leads(self) -> Verdict | None:
        """Whether those that come suffice; `near` = fewer than needed, within the noise of what is needed."""
        if self.came is None or self.needed is None or self.low is None:
            return None
        if self.came >= self.needed:
            return "enough"
        return "near" if self.came >= self.low else "short"


class Hours(Struct, frozen=True):
    """Of all pipelines in a month: what their plans take and what the sellers have; None = not all is told."""

    needed: float | None
    available: float | None
    sellers: int | None
    of_seller: float | None

    @property
    def sellers_needed(self) -> float | None:
        return None if self.needed is None or not self.of_seller else self.needed / self.of_seller

    @property
    def suffice(self) -> bool | None:
        return None if self.needed is None or self.available is None else self.needed <= self.available


def month_of(numbers: Numbers) -> str:
    """The month under way when it has a plan, else the next that has one, else the newest month of the data."""
    planned = sorted({row["month"] for row in numbers.table("plan") if row["plan_sales"] is not None})
    today = numbers.months[-1]
    return next((month for month in planned if month >= today and not _over(numbers, month)), today)


def _over(numbers: Numbers, month: str) -> bool:
    return month in numbers.months and numbers.complete(month)


def balance(numbers: Numbers, pipeline: Pipeline, month: str) -> Balance:
    """Of `capacity_plan` where it could be made; without a team or minutes the leads needed are plan / chance."""
    row: Row = next(iter(numbers.rows("capacity_plan", pipeline.name, month=month)), {})
    plan = row["plan_sales"] if row else _planned(numbers, pipeline, month)
    chance, cases = chance_of(numbers, pipeline)
    needed = row["leads_needed"] if row else None
    if not row and plan is not None and chance and chance.value:
        needed = plan / chance.value
    came = recent(numbers, pipeline)
    return Balance(
        pipeline=pipeline,
        month=month,
        plan=plan,
        chance=chance,
        cases=cases,
        needed=needed,
        came=sum(came) / len(came) if came else None,
        over=len(came),
        carried=row.get("leads_capacity"),
        per_lead=row.get("hours_per_lead"),
        bottleneck=row.get("bottleneck"),
    )


def _planned(numbers: Numbers, pipeline: Pipeline, month: str) -> float | None:
    rows = numbers.rows("plan", pipeline.name, month=month, owner=ALL)
    return rows[0]["plan_sales"] if rows else None


def stages(numbers: Numbers, pipeline: Pipeline) -> tuple[Row, ...]:
    """The rows of `work` without the acquisition."""
    return tuple(row for row in numbers.rows("work", pipeline.name) if row["position"])


def timed(numbers: Numbers, pipeline: Pipeline) -> bool:
    """Whether a stage is declared to take us time."""
    return any(row["minutes"] for row in stages(numbers, pipeline))


def chance_of(numbers: Numbers, pipeline: Pipeline) -> tuple[Share | None, int]:
    """The share of leads closed in the reference that bought, with its interval, and how many were closed.

    The product of the passes of all stages is won / closed: every deal of the reference is decided.
    """
    rows = stages(numbers, pipeline)
    if not rows or not rows[0]["cases"]:
        return None, 0
    last = rows[-1]
    won = round(last["cases"] * last["pass"]) if last["cases"] else 0
    return wilson(won, rows[0]["cases"]), rows[0]["cases"]


def recent(numbers: Numbers, pipeline: Pipeline) -> list[int]:
    """New leads of the last whole months."""
    rows = [row for row in numbers.series(pipeline.name) if numbers.complete(row["month"])]
    return [int(row["created"]) for row in rows[-RECENT:]]


def months_words(words: Words, months: int) -> str:
    """`over` whole months, for a sentence."""
    if months == 1:
        return words("the last whole month")
    return words.plural("the last {n} whole month", "the last {n} whole months", months)


def hours(numbers: Numbers, balances: tuple[Balance, ...], month: str) -> Hours:
    """What the plans of several pipelines take together; unknown when one that has a plan does not tell it."""
    parts = [each.hours for each in balances if each.plan is not None]
    known = [part for part in parts if part is not None]
    staff: Row = next(iter(numbers.table("staffing", month=month)), {})
    return Hours(
        math.fsum(known) if parts and len(known) == len(parts) else None,
        staff.get("hours_available"),
        staff.get("sellers"),
        staff.get("hours_of_seller"),
    )
