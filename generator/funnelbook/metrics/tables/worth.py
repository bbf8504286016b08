"""`worth`: what is left to win and to spend at a stage (metrics.md, section 3).

Rows: pipeline, position; pipelines that have deals. `pass` and `win_chance` are shares of the reference; money is
in the site's currency a deal that stands at the stage. A pass without cases makes null what depends on it, also a
product with a 0 in it; a pipeline none of whose stages has a price has chances only.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

import polars as pl

from funnelbook.metrics.absence import Absent
from funnelbook.metrics.costs import is_priced
from funnelbook.metrics.reference import Chances, chances_of
from funnelbook.metrics.ways import Ways

NAME = "worth"
SCHEMA: Mapping[str, pl.DataType] = MappingProxyType(
    {
        "pipeline": pl.String(),
        "position": pl.Int64(),
        "stage": pl.String(),
        **dict.fromkeys(("pass", "win_chance", "remaining_cost", "least_margin", "expected"), pl.Float64()),
    }
)


def table(ways: Ways) -> pl.DataFrame:
    """Raises Absent when no stage has a price."""
    if not any(is_priced(pipeline, ways.project) for pipeline in ways.pipelines):
        raise Absent("no-costs")
    chances, used = chances_of(ways), ways.deals["pipeline"].unique().sort()
    rows = [row for number in used for row in _rows(ways, number, chances[number])]
    return pl.DataFrame(rows, schema=SCHEMA)


def _rows(ways: Ways, number: int, chances: Chances) -> Iterator[dict[str, Any]]:
    pipeline = ways.pipelines[number]
    margin = None if chances.sale is None else chances.sale * pipeline.margin
    costs = remaining_costs(ways.costs.of_stages[number], chances.passes)
    if not is_priced(pipeline, ways.project):
        costs = [None] * pipeline.k
    for position, (stage, cost) in enumerate(zip(pipeline.stages, costs, strict=True), 1):
        chance = chances.win_chance(position)
        expected = None
        if chance is not None and cost is not None and margin is not None:
            expected = chance * margin - cost
        yield {
            "pipeline": pipeline.name,
            "position": position,
            "stage": stage.name,
            "pass": chances.passes[position - 1],
            "win_chance": chance,
            "remaining_cost": cost,
            "least_margin": cost / chance if cost is not None and chance else None,
            "expected": expected,
        }


def remaining_costs(costs: tuple[float, ...], passes: tuple[float | None, ...]) -> list[float | None]:
    """R_i of every position, from the last one back: R_i = c_i + p_i R_(i+1); R_k = c_k needs no pass."""
    found: list[float | None] = [costs[-1]]
    for cost, share in zip(costs[-2::-1], passes[-2::-1], strict=True):
        later = found[-1]
        found.append(None if share is None or later is None else cost + share * later)
    return found[::-1]
