"""Deals at hand over the last whole months, by owner: sums and means of the rows of `capacity`."""

from __future__ import annotations

import math
from statistics import median

from msgspec import Struct

from funnelbook.model.results import Row
from funnelbook.pages.capacity.balance import RECENT, recent, stages
from funnelbook.pages.numbers import Numbers, later

#: Months whose median cycles make the usual one.
_YEAR = 12


class Hands(Struct, frozen=True):
    """`open` deals on average over `months`; `hours` and `closed` in all of them; `cycle` in days.

    `carried` = open deals that the hours carry at the usual cycle; None when hours, minutes or cycle are not known.
    """

    owner: str
    months: int
    open: float
    closed: int
    cycle: float | None
    hours: float | None
    carried: float | None


def hands_of(numbers: Numbers) -> list[Hands]:
    """Owners with open deals, those with most of them first; nothing while no month is whole."""
    last = numbers.last_complete
    rows = numbers.table("capacity")
    if last is None or not rows:
        return []
    months = [month for month in numbers.months if later(last, 1 - RECENT) <= month <= last]
    owners = sorted({row["owner"] for row in rows})
    made = [_hands(numbers, [row for row in rows if row["owner"] == owner], months) for owner in owners]
    return sorted((each for each in made if each and each.open), key=lambda each: (-each.open, each.owner))


def _hands(numbers: Numbers, rows: list[Row], months: list[str]) -> Hands | None:
    """A month without a row is one without deals and hours."""
    own = [row for row in rows if row["month"] in months]
    if not own:
        return None
    days = sum(numbers.all_days(month) for month in months)
    held = math.fsum(row["open_average"] * numbers.all_days(row["month"]) for row in own)
    closed = sum(int(row["closed"]) for row in own)
    told = [row["hours_available"] for row in own]
    hours = None if None in told else math.fsum(told)
    return Hands(
        owner=own[0]["owner"],
        months=len(months),
        open=held / days,
        closed=closed,
        cycle=held / closed if closed else None,
        hours=hours,
        carried=_carried(numbers, hours, days),
    )


def _carried(numbers: Numbers, hours: float | None, days: int) -> float | None:
    """hours a day / hours per lead x usual cycle."""
    per_lead, cycle = mean_hours(numbers), usual_cycle(numbers)
    return None if hours is None or not per_lead or cycle is None else hours / days / per_lead * cycle


def mean_hours(numbers: Numbers) -> float | None:
    """Hours that a lead takes, pipelines mixed as in the last whole months; None when one does not tell."""
    whole, leads = 0.0, 0
    for pipeline in numbers.pipelines:
        came = sum(recent(numbers, pipeline))
        hours = [row["hours_per_lead"] for row in stages(numbers, pipeline)]
        if not came:
            continue
        if not hours or None in hours:
            return None
        whole, leads = whole + came * math.fsum(hours), leads + came
    return whole / leads if leads else None


def usual_cycle(numbers: Numbers) -> float | None:
    """The median of the medians of the last twelve whole months, of the main pipeline, in days."""
    if not numbers.pipelines:
        return None
    rows = [row for row in numbers.series(numbers.pipelines[0].name) if numbers.complete(row["month"])]
    known = [row["cycle_median_days"] for row in rows[-_YEAR:] if row["cycle_median_days"] is not None]
    return median(known) if known else None
