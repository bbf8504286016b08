"""Hours that the team has: metrics.md, section 3, `capacity` and `capacity_plan`."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Collection, Iterable, Sequence
from datetime import date, timedelta

import polars as pl
from msgspec import Struct

from funnelbook.metrics.absence import Absent
from funnelbook.metrics.targets import targets_of
from funnelbook.metrics.ways import Ways

_WORKING_DAYS_A_WEEK = 5
SELLER = "seller"


class Stint(Struct, frozen=True):
    """A row of the team: who worked in which role from when to when, both inclusive; None = open-ended."""

    person: str
    role: str
    first: date | None
    last: date | None
    hours_per_week: float | None

    def hours(self, working: Sequence[date]) -> float | None:
        """On those of the days that it covers; None when hours_per_week is not told but some are covered."""
        covered = sum(
            (self.first is None or self.first <= day) and (self.last is None or day <= self.last) for day in working
        )
        if not covered:
            return 0.0
        return None if self.hours_per_week is None else self.hours_per_week / _WORKING_DAYS_A_WEEK * covered


def stints_of(ways: Ways) -> list[Stint]:
    """Raises Absent when there is no team."""
    team = ways.dataset.team
    if team.is_empty():
        raise Absent("no-team")
    columns = team.select("person", pl.col("role").cast(pl.String), "from", "to", "hours_per_week")
    return [Stint(*row) for row in columns.rows()]


def hours_of(stints: Iterable[Stint], working: Sequence[date]) -> float | None:
    """All of them together, with what several rows of a person overlap; None when one does not tell."""
    total = 0.0
    for stint in stints:
        hours = stint.hours(working)
        if hours is None:
            return None
        total += hours
    return total


def working_days(month: str, holidays: Collection[date], until: date | None = None) -> list[date]:
    """Monday to Friday of the month `YYYY-MM` less `holidays`, up to and including `until`."""
    first = date(int(month[:4]), int(month[5:]), 1)
    days = (first + timedelta(days=number) for number in range(monthrange(first.year, first.month)[1]))
    return [
        day
        for day in days
        if day.weekday() < _WORKING_DAYS_A_WEEK and day not in holidays and (until is None or day <= until)
    ]


class SellersMonth(Struct, frozen=True):
    """A whole month of the team's sellers: how many have hours in it, the hours of all and of a mean one.

    None = not told, or nobody works. A person whose hours are not told counts as one who works.
    """

    label: str
    sellers: int
    hours: float | None
    of_seller: float | None

    @classmethod
    def of(cls, label: str, sellers: Sequence[Stint], holidays: Collection[date]) -> SellersMonth:
        working = working_days(label, holidays)
        hours = hours_of(sellers, working)
        present = len({stint.person for stint in sellers if stint.hours(working) != 0})
        return cls(label, present, hours, None if hours is None or not present else hours / present)


def planned_months(ways: Ways) -> list[SellersMonth]:
    """The months of the plan and the one of as_of, each as a whole. Raises Absent when there is no team."""
    sellers = [stint for stint in stints_of(ways) if stint.role == SELLER]
    try:
        planned = targets_of(ways).months
    except Absent:
        planned = []
    months = sorted({*planned, ways.calendar.labels[-1]})
    return [SellersMonth.of(month, sellers, ways.project.metrics.holidays) for month in months]
