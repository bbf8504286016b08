"""The reference: deals closed in the twelve months before as_of, and their chances (metrics.md, section 3)."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import accumulate, pairwise
from zoneinfo import ZoneInfo

import polars as pl
from msgspec import Struct

from funnelbook.metrics.costs import amount
from funnelbook.metrics.ways import Ways


class Chances(Struct, frozen=True):
    """What the reference says of one pipeline; None = no case shows it.

    passes[i - 1] = p_i = advanced / (advanced + lost) at position i, over cases[i - 1] deals; `sale`, the mean
    value of the won deals that have one, in the site's currency.
    """

    passes: tuple[float | None, ...]
    sale: float | None
    cases: tuple[int, ...] = ()

    def win_chance(self, position: int) -> float | None:
        """P_i, the product of p_j over j >= i; 1 beyond the last open stage, None when a p is."""
        return product(self.passes[position - 1 :])

    def reach(self, position: int) -> float | None:
        """Share of leads that come to the position: the product of p_j over j < i."""
        return product(self.passes[: position - 1])


def product(factors: Sequence[float | None]) -> float | None:
    """None when a factor is."""
    whole = 1.0
    for factor in factors:
        if factor is None:
            return None
        whole *= factor
    return whole


class Window(Struct, frozen=True):
    """What happened after one instant and up to another, that one included; in microseconds, as `Ways` has them."""

    after: int
    until: int

    def holds(self, column: str) -> pl.Expr:
        """Whether an instant lies in the window; null stays null."""
        return (pl.col(column) > self.after) & (pl.col(column) <= self.until)


def months_before(moment: datetime, zone: ZoneInfo, months: int) -> datetime:
    """The same local time so many months earlier, in UTC; on the last day of a month that is too short for it."""
    local = moment.astimezone(zone)
    year, zero_based = divmod(local.year * 12 + local.month - 1 - months, 12)
    day = min(local.day, monthrange(year, zero_based + 1)[1])
    return local.replace(year=year, month=zero_based + 1, day=day).astimezone(UTC)


def years_before(moment: datetime, zone: ZoneInfo, years: int) -> datetime:
    """The same local time so many years earlier, in UTC; 29 February becomes 28."""
    return months_before(moment, zone, 12 * years)


def last_months(ways: Ways, months: int) -> Window:
    """(the same local time so many months earlier, as_of]."""
    since = months_before(ways.dataset.as_of, ways.project.site.timezone, months)
    return Window(microseconds(since), microseconds(ways.dataset.as_of))


def in_reference(ways: Ways) -> pl.Expr:
    """Whether a row of `ways.deals` was closed in (the same local time 12 months earlier, as_of]."""
    return last_months(ways, 12).holds("closed")


def microseconds(moment: datetime) -> int:
    """An instant as `Ways` has it."""
    return int(pl.Series([moment], dtype=pl.Datetime("us", "UTC")).to_physical()[0])


def reached_of(ways: Ways) -> tuple[tuple[int, ...], ...]:
    """Per pipeline, how many deals of the reference came to position 1..k + 1 or beyond it.

    Deals of unknown way were lost at position 1.
    """
    closed = ways.deals.filter(in_reference(ways))
    furthest = closed.group_by("pipeline", position=pl.col("furthest").fill_null(1)).len()
    counts = {(pipeline, position): deals for pipeline, position, deals in furthest.rows()}
    found = []
    for number, pipeline in enumerate(ways.pipelines):
        at = [counts.get((number, position), 0) for position in range(pipeline.won_position, 0, -1)]
        found.append(tuple(accumulate(at))[::-1])
    return tuple(found)


def chances_of(ways: Ways) -> tuple[Chances, ...]:
    """The chances of every pipeline, in their order."""
    closed = ways.deals.filter(in_reference(ways))
    sales = closed.filter(pl.col("status") == "won", pl.col("value").is_not_null()).group_by("pipeline")
    means = {
        pipeline: float(total) / deals
        for pipeline, total, deals in sales.agg(amount(pl.col("value")).sum(), deals=pl.len()).rows()
    }
    found = []
    for number, reached in enumerate(reached_of(ways)):
        passes = tuple(onward / here if here else None for here, onward in pairwise(reached))
        found.append(Chances(passes, means.get(number), tuple(reached[:-1])))
    return tuple(found)
