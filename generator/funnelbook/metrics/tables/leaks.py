"""`leaks`: what a stage let through in a month against the year before, in money (metrics.md, section 3).

Rows: pipeline, month, position; where a deal was decided: left forward, or was lost. `decided_year` is over the 12
calendar months before. A month that is not below the year has no leak, whatever the rest is worth: its money is 0.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

import polars as pl

from funnelbook.metrics.decisions import decisions_of
from funnelbook.metrics.reference import Chances, chances_of
from funnelbook.metrics.ways import Ways
from funnelbook.model.differences import newcombe, wilson

NAME = "leaks"
SCHEMA: Mapping[str, pl.DataType] = MappingProxyType(
    {
        **dict.fromkeys(("month", "pipeline", "stage"), pl.String()),
        **dict.fromkeys(
            ("decided_month", "decided_year", "difference", "difference_low", "difference_high", "money"),
            pl.Float64(),
        ),
        "noise": pl.Boolean(),
    }
)
_YEAR = 12


class Decided(NamedTuple):
    """Deals that went on from a stage, and deals that were lost there."""

    forward: int
    lost: int

    @property
    def all(self) -> int:
        return self.forward + self.lost


def table(ways: Ways) -> pl.DataFrame:
    decisions, chances = decisions_of(ways), chances_of(ways)
    rows = [
        row
        for number in range(len(ways.pipelines))
        for row in _rows(ways, number, decisions.filter(pl.col("pipeline") == number), chances[number])
    ]
    return pl.DataFrame(rows, schema=SCHEMA)


def _rows(ways: Ways, number: int, decisions: pl.DataFrame, chances: Chances) -> Iterator[dict[str, Any]]:
    pipeline = ways.pipelines[number]
    counts = decisions.select("position", "month", "left_forward", "left_lost").rows()
    months = {(position, month): Decided(forward, lost) for position, month, forward, lost in counts}
    for position, month in sorted(months, key=lambda key: (key[1], key[0])):
        before = [months.get((position, month - back), Decided(0, 0)) for back in range(1, _YEAR + 1)]
        year = Decided(sum(each.forward for each in before), sum(each.lost for each in before))
        chance, stage = chances.win_chance(position + 1), pipeline.stages[position - 1].name
        sale = None if chance is None or chances.sale is None else chance * chances.sale
        head = {"month": ways.calendar.labels[month], "pipeline": pipeline.name, "stage": stage}
        yield head | _measures(months[position, month], year, sale)


def _measures(now: Decided, year: Decided, sale: float | None) -> dict[str, Any]:
    """sale: what a deal that comes to the next stage is worth on average; None when the reference cannot tell."""
    in_month, in_year = wilson(now.forward, now.all), wilson(year.forward, year.all)
    assert in_month is not None, "only months with decisions have a row"
    if in_year is None:
        return {"decided_month": in_month.value}
    difference = newcombe(in_month, in_year)
    lost = max(0.0, -difference.value) * now.all
    return {
        "decided_month": in_month.value,
        "decided_year": in_year.value,
        "difference": difference.value,
        "difference_low": difference.low,
        "difference_high": difference.high,
        "money": 0.0 if lost == 0 else None if sale is None else lost * sale,
        "noise": difference.noise,
    }
