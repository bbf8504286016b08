"""`order`: today's order of stages and the cheapest one (metrics.md, section 3).

Rows: pipeline, rank; of pipelines that have prices, movable stages and a pass above 0 at every stage, and whose
`after` can be met; it binds movable and other stages alike. The four costs are the pipeline's, in the site's
currency. Assumes that a stage's pass share does not depend on what came before.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import polars as pl

from funnelbook.errors import ProjectError
from funnelbook.metrics.absence import Absent
from funnelbook.metrics.costs import is_priced
from funnelbook.metrics.order_search import MOST_MOVABLE, Line, best_order
from funnelbook.metrics.reference import Chances, chances_of
from funnelbook.metrics.ways import Ways
from funnelbook.model.pipeline import Pipeline, fold

NAME = "order"
SCHEMA: Mapping[str, pl.DataType] = MappingProxyType(
    {
        "pipeline": pl.String(),
        "rank": pl.Int64(),
        "stage_now": pl.String(),
        "stage_best": pl.String(),
        **dict.fromkeys(
            ("cost_per_lead_now", "cost_per_lead_best", "cost_per_sale_now", "cost_per_sale_best"), pl.Float64()
        ),
    }
)


def table(ways: Ways) -> pl.DataFrame:
    """Raises Absent when no pipeline has both prices and movable stages.

    Raises ProjectError when a pipeline has more movable stages than the search can look at.
    """
    candidates = [
        number
        for number, pipeline in enumerate(ways.pipelines)
        if is_priced(pipeline, ways.project) and any(stage.movable for stage in pipeline.stages)
    ]
    if not candidates:
        movable = any(stage.movable for pipeline in ways.pipelines for stage in pipeline.stages)
        raise Absent("no-costs" if movable else "no-movable-stages")
    chances = chances_of(ways)
    rows = [row for number in candidates for row in _rows(ways, number, chances[number])]
    return pl.DataFrame(rows, schema=SCHEMA)


def _rows(ways: Ways, number: int, chances: Chances) -> list[dict[str, Any]]:
    pipeline = ways.pipelines[number]
    _check(pipeline)
    passes = tuple(share for share in chances.passes if share)
    if len(passes) < pipeline.k:
        return []
    line = Line(
        ways.costs.of_stages[number], passes, tuple(stage.movable for stage in pipeline.stages), _after(pipeline)
    )
    best = best_order(line)
    if best is None:
        return []
    chance = chances.win_chance(1)
    assert chance, "every pass is above 0"
    now, then = line.cost(range(pipeline.k)), line.cost(best)
    costs = {
        "cost_per_lead_now": now,
        "cost_per_lead_best": then,
        "cost_per_sale_now": now / chance,
        "cost_per_sale_best": then / chance,
    }
    names = [stage.name for stage in pipeline.stages]
    return [
        {"pipeline": pipeline.name, "rank": rank + 1, "stage_now": names[rank], "stage_best": names[stage]} | costs
        for rank, stage in enumerate(best)
    ]


def _check(pipeline: Pipeline) -> None:
    movable = sum(stage.movable for stage in pipeline.stages)
    if movable > MOST_MOVABLE:
        message = f"pipeline {pipeline.name}: {movable} stages are movable, at most {MOST_MOVABLE} can be"
        raise ProjectError.one(
            "too-many-movable", message, "take `movable` from the stages that stay in their place"
        )


def _after(pipeline: Pipeline) -> dict[int, frozenset[int]]:
    """Stage -> the stages it must come after; the project file has no other names in `after`."""
    numbers = {
        fold(name): number for number, stage in enumerate(pipeline.stages) for name in (stage.name, *stage.aliases)
    }
    return {
        number: frozenset(numbers[fold(name)] for name in stage.after if fold(name) in numbers)
        for number, stage in enumerate(pipeline.stages)
    }
