"""`tasks`: the three tasks of a funnel: lose early, spend late, let the buyer invest first (metrics.md, section 3).

Rows: pipeline, month; every month from the pipeline's first creation to as_of. Positions are x = (i - 1) / (k - 1):
what is made of them is null for a pipeline of one stage. Unlike the others, spent_lateness leaves acquisition out:
it has no position. Without prices and spend only losses and the buyer's effort are known.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import polars as pl

from funnelbook.metrics.absence import Absent
from funnelbook.metrics.intervals import share
from funnelbook.metrics.spent import ACQUISITION, spent_of
from funnelbook.metrics.ways import Ways

NAME = "tasks"
_MEASURES = ("loss_earliness", "cost_lateness", "spent_lateness", "buyer_earliness", "wasted")
SCHEMA: Mapping[str, pl.DataType] = MappingProxyType(
    {"month": pl.String(), "pipeline": pl.String(), **dict.fromkeys(_MEASURES, pl.Float64())}
)
_ROW = ("pipeline", "month")


def table(ways: Ways) -> pl.DataFrame:
    return (
        ways.months()
        .join(_declared(ways), on="pipeline", how="left")
        .join(_losses(ways), on=_ROW, how="left")
        .join(_spent(ways), on=_ROW, how="left")
        .sort(_ROW)
        .with_columns(ways.calendar.label("month"))
    )


def _declared(ways: Ways) -> pl.DataFrame:
    """How the pipelines are designed: `cost_lateness`, `buyer_earliness`. A stage without effort asks for none."""
    rows = []
    for number, pipeline in enumerate(ways.pipelines):
        efforts = tuple(stage.buyer_effort or 0.0 for stage in pipeline.stages)
        effort = lateness(efforts)
        rows.append((number, lateness(ways.costs.of_stages[number]), None if effort is None else 1 - effort))
    schema = {"pipeline": pl.UInt8, "cost_lateness": pl.Float64, "buyer_earliness": pl.Float64}
    return pl.DataFrame(rows, schema=schema, orient="row")


def lateness(weights: tuple[float, ...]) -> float | None:
    """Mean x weighted by `weights`, one a stage; None when k = 1 or the weights are 0."""
    total = sum(weights)
    if len(weights) == 1 or total == 0:
        return None
    return sum(weight * before for before, weight in enumerate(weights)) / (len(weights) - 1) / total


def _losses(ways: Ways) -> pl.DataFrame:
    lost = ways.deals.filter(pl.col("status") == "lost", pl.col("furthest").is_not_null(), pl.col("k") > 1)
    before = (pl.col("furthest").cast(pl.Int64) - 1).sum()
    earliness = 1 - before / (pl.len() * (pl.col("k").first().cast(pl.Int64) - 1))
    return lost.group_by("pipeline", month="closing").agg(loss_earliness=earliness)


def _spent(ways: Ways) -> pl.DataFrame:
    try:
        spent = spent_of(ways)
    except Absent:
        return pl.DataFrame(
            schema={"pipeline": pl.UInt8, "month": pl.UInt16, "spent_lateness": pl.Float64, "wasted": pl.Float64}
        )
    stages = pl.Series([pipeline.k for pipeline in ways.pipelines], dtype=pl.Int64)
    rows = spent.filter(pl.col("dimension") == 0).with_columns(
        spent=pl.col("spent_on_won") + pl.col("spent_on_lost"),
        before=pl.when(pl.col("position") != ACQUISITION).then(pl.col("position").cast(pl.Int64) - 1),
    )
    worked = pl.col("spent").filter(pl.col("before").is_not_null()).sum()
    sums = rows.group_by("pipeline", month="closing", maintain_order=True).agg(
        worked=worked,
        late=(pl.col("spent") * pl.col("before")).sum(),
        spent=pl.col("spent").sum(),
        lost=pl.col("spent_on_lost").sum(),
    )
    steps = pl.lit(stages).gather(pl.col("pipeline")) - 1
    return sums.select(
        *_ROW,
        spent_lateness=share(pl.col("late"), pl.col("worked") * steps),
        wasted=share(pl.col("lost"), pl.col("spent")),
    )
