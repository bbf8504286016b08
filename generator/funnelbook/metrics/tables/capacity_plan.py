"""`capacity_plan`: the leads and sellers that the plan needs (metrics.md, section 3).

Rows: pipeline, month; the months of the plan and the one of as_of, each as a whole; pipelines that have deals. Each
pipeline is set against all hours of the team's sellers. hours_per_lead expects the reference's passes. Of several
stages with most of the hours the first is the bottleneck.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any

import polars as pl

from funnelbook.metrics.absence import Absent
from funnelbook.metrics.reference import Chances, chances_of
from funnelbook.metrics.tables.capacity import declares_minutes
from funnelbook.metrics.tables.work import hours_of_stages
from funnelbook.metrics.targets import Targets, targets_of
from funnelbook.metrics.ways import Ways
from funnelbook.metrics.working_time import SellersMonth, planned_months
from funnelbook.model.pipeline import Pipeline

NAME = "capacity_plan"
SCHEMA: Mapping[str, pl.DataType] = MappingProxyType(
    {
        "month": pl.String(),
        "pipeline": pl.String(),
        **dict.fromkeys(
            ("hours_per_lead", "hours_available", "leads_capacity", "plan_sales", "leads_needed", "sellers_needed"),
            pl.Float64(),
        ),
        "bottleneck": pl.String(),
    }
)


def table(ways: Ways) -> pl.DataFrame:
    """Raises Absent when there is no team, or no stage declares minutes."""
    months = planned_months(ways)
    if not declares_minutes(ways):
        raise Absent("no-minutes")
    try:
        targets = targets_of(ways)
    except Absent:
        targets = Targets({})
    chances, used = chances_of(ways), ways.deals["pipeline"].unique().sort()
    rows = [row for number in used for row in _rows(ways.pipelines[number], chances[number], months, targets)]
    return pl.DataFrame(rows, schema=SCHEMA)


def _rows(
    pipeline: Pipeline, chances: Chances, months: Sequence[SellersMonth], targets: Targets
) -> Iterator[dict[str, Any]]:
    work = hours_of_stages(pipeline.stages, chances)
    per_lead = math.fsum(work) if work else None
    bottleneck = pipeline.stages[work.index(max(work))].name if per_lead else None
    for month in months:
        plan = targets.target("sales", month.label, pipeline.name, None)
        leads = quotient(plan, chances.win_chance(1))
        yield {
            "month": month.label,
            "pipeline": pipeline.name,
            "hours_per_lead": per_lead,
            "hours_available": month.hours,
            "leads_capacity": quotient(month.hours, per_lead),
            "plan_sales": plan,
            "leads_needed": leads,
            "sellers_needed": quotient(leads, quotient(month.of_seller, per_lead)),
            "bottleneck": bottleneck,
        }


def quotient(part: float | None, whole: float | None) -> float | None:
    """None when either is unknown or the whole is 0."""
    return None if part is None or not whole else part / whole
