"""The reference: deals closed in the twelve months before as_of, and their chances (metrics.md, section 3)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import accumulate, pairwise
from zoneinfo import ZoneInfo

import polars as pl

from funnelbook.metrics.costs import MONEY
from funnelbook.metrics.ways import Ways


@dataclass(frozen=True, slots=True)
class Chances:
    """What the reference says of one pipeline; None = no case shows it.

    passes[i - 1] = p_i = advanced / (advanced + lost) at position i; `sale`, the mean value of the won deals that
    have one, in the site's currency.
    """

    passes: tuple[float | None, ...]
    sale: float | None

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


def years_before(as_of: datetime, zone: ZoneInfo, years: int) -> datetime:
    """The same local time so many years earlier, in UTC; 29 February becomes 28."""
    local = as_of.astimezone(zone)
    day = 28 if (local.month, local.day) == (2, 29) else local.day
    return local.replace(year=local.year - years, day=day).astimezone(UTC)


def in_reference(ways: Ways) -> pl.Expr:
    """Whether a row of `ways.deals` was closed in (the same local time 12 months earlier, as_of]."""
    since = years_before(ways.dataset.as_of, ways.project.site.timezone, 1)
    return pl.col("closed") > microseconds(since)


def microseconds(moment: datetime) -> int:
    """An instant as `Ways` has it."""
    return int(pl.Series([moment], dtype=pl.Datetime("us", "UTC")).to_physical()[0])


def chances_of(ways: Ways) -> tuple[Chances, ...]:
    """The chances of every pipeline, in their order; deals of unknown way were lost at position 1."""
    closed = ways.deals.filter(in_reference(ways))
    furthest = closed.group_by("pipeline", position=pl.col("furthest").fill_null(1)).len()
    counts = {(pipeline, position): deals for pipeline, position, deals in furthest.rows()}
    sales = closed.filter(pl.col("status") == "won", pl.col("value").is_not_null()).group_by("pipeline")
    means = {
        pipeline: float(total) / deals
        for pipeline, total, deals in sales.agg(pl.col("value").cast(MONEY).sum(), deals=pl.len()).rows()
    }
    found = []
    for number, pipeline in enumerate(ways.pipelines):
        at = [counts.get((number, position), 0) for position in range(pipeline.won_position, 0, -1)]
        reached = list(accumulate(at))[::-1]
        passes = tuple(onward / here if here else None for here, onward in pairwise(reached))
        found.append(Chances(passes, means.get(number)))
    return tuple(found)
