"""`work`: what a lead takes of our time and money, stage by stage; `capacity_plan` and `worth` have the sums.

Rows: pipeline, position; pipelines that have deals; and, where the project has spend, position 0,
`acquisition`. `minutes` and `cost` are ours, per deal that stands at the stage, as declared, null where nothing
tells them; the cost of acquisition is its mean over the reference's deals. `pass` is decided over the
reference; `reach`, the product of the passes before, is the share of leads that come to the stage.
hours_per_lead = minutes / 60 x reach and cost_per_lead = cost x reach are expected of a lead. As in
`capacity_plan`, a stage without minutes takes none where another one of its pipeline has some; and a stage
without a cost costs nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any

import polars as pl

from funnelbook.metrics.costs import is_priced
from funnelbook.metrics.reference import Chances, chances_of, in_reference
from funnelbook.metrics.ways import Ways
from funnelbook.project import StageConfig

NAME = "work"
SCHEMA: Mapping[str, pl.DataType] = MappingProxyType(
    {
        "pipeline": pl.String(),
        "position": pl.Int64(),
        "stage": pl.String(),
        **dict.fromkeys(("minutes", "cost", "pass"), pl.Float64()),
        "cases": pl.Int64(),
        **dict.fromkeys(("reach", "hours_per_lead", "cost_per_lead"), pl.Float64()),
    }
)
#: The row of what it costs to get a lead, as in `cost`.
ACQUISITION = "acquisition"


def table(ways: Ways) -> pl.DataFrame:
    chances, used = chances_of(ways), ways.deals["pipeline"].unique().sort()
    attracted = _acquisition(ways)
    rows = [row for number in used for row in _rows(ways, number, chances[number], attracted.get(number))]
    return pl.DataFrame(rows, schema=SCHEMA)


def hours_of_stages(stages: Sequence[StageConfig], chances: Chances) -> list[float]:
    """Hours that a lead is expected to take at each stage; empty when minutes or a pass before it are not known."""
    if all(stage.minutes is None for stage in stages):
        return []
    work = []
    for position, stage in enumerate(stages, 1):
        reach = chances.reach(position)
        if reach is None:
            return []
        work.append((stage.minutes or 0.0) / 60 * reach)
    return work


def _rows(ways: Ways, number: int, chances: Chances, attracted: float | None) -> Iterator[dict[str, Any]]:
    pipeline = ways.pipelines[number]
    if attracted is not None:
        yield {
            "pipeline": pipeline.name,
            "position": 0,
            "stage": ACQUISITION,
            "cost": attracted,
            "reach": 1.0,
            "cost_per_lead": attracted,
        }
    hours = hours_of_stages(pipeline.stages, chances)
    priced = is_priced(pipeline, ways.project)
    for position, stage in enumerate(pipeline.stages, 1):
        reach, cost = chances.reach(position), ways.costs.of_stages[number][position - 1] if priced else None
        yield {
            "pipeline": pipeline.name,
            "position": position,
            "stage": stage.name,
            "minutes": stage.minutes,
            "cost": cost,
            "pass": chances.passes[position - 1],
            "cases": chances.cases[position - 1],
            "reach": reach,
            "hours_per_lead": hours[position - 1] if hours else None,
            "cost_per_lead": None if cost is None or reach is None else cost * reach,
        }


def _acquisition(ways: Ways) -> dict[int, float]:
    """Pipeline -> the mean acquisition of the reference's deals; nothing when the project has no spend."""
    if ways.dataset.spend.is_empty():
        return {}
    deals = ways.deals.select("pipeline", "closed", spent=ways.costs.acquisition).filter(in_reference(ways))
    counted = deals.group_by("pipeline").agg(pl.col("spent").sum(), deals=pl.len())
    return {pipeline: float(spent) / deals for pipeline, spent, deals in counted.rows()}
