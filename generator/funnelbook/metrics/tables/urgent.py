"""`urgent`: the deals behind the counts of `drift`, `unanswered`, `unworthy`, and the open ones without a next
step.

Rows: list (unanswered, drifting, unworthy, no_next_step), pipeline, position where they stand, then the deals
that have waited longest, by their ids where as long. Made only where the project publishes ids of deals. `days`
since the last touch (drifting), since the creation otherwise.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import polars as pl

from funnelbook.metrics.absence import Absent
from funnelbook.metrics.calendar import MICROSECONDS_A_DAY
from funnelbook.metrics.reference import microseconds
from funnelbook.metrics.stages import positions
from funnelbook.metrics.tables.drift import drifting
from funnelbook.metrics.tables.unanswered import waiting
from funnelbook.metrics.tables.unworthy import not_worth_it
from funnelbook.metrics.ways import Ways

NAME = "urgent"
SCHEMA: Mapping[str, pl.DataType] = MappingProxyType(
    {
        **dict.fromkeys(("list", "pipeline", "stage", "owner", "deal_id"), pl.String()),
        "value": pl.Float64(),
        "days": pl.Float64(),
    }
)
_LISTS = ("unanswered", "drifting", "unworthy", "no_next_step")


def table(ways: Ways) -> pl.DataFrame:
    """Raises Absent where the project does not publish ids of deals."""
    if not ways.project.privacy.publish_deal_ids:
        raise Absent("ids-private")
    found = [_listed(ways, number, name) for number, name in enumerate(_LISTS)]
    stages = positions(ways.pipelines).select("pipeline", "position", "stage")
    owners = pl.lit(pl.Series(ways.members["owner"], dtype=pl.String))
    ids = pl.lit(ways.dataset.deals["deal_id"].cast(pl.String))
    return (
        pl.concat([each for each in found if each is not None])
        .join(stages, on=["pipeline", "position"], how="left")
        .with_columns(deal_id=ids.gather(pl.col("deal")))
        .sort("number", "pipeline", "position", "rest", "deal_id", descending=[False, False, False, True, False])
        .with_columns(
            list=pl.lit(pl.Series(_LISTS, dtype=pl.String)).gather(pl.col("number")),
            owner=owners.gather(pl.col("owner")),
            days=pl.col("rest") / MICROSECONDS_A_DAY,
        )
    )


def _listed(ways: Ways, number: int, name: str) -> pl.DataFrame | None:
    """The deals of one list; None when its numbers cannot be made either."""
    of_list = {"unanswered": waiting, "drifting": drifting, "unworthy": not_worth_it, "no_next_step": _idle}
    try:
        deals = of_list[name](ways)
    except Absent:
        return None
    if "rest" not in deals.columns:
        age = microseconds(ways.dataset.as_of) - ways.deals["created"].gather(deals["deal"])
        deals = deals.with_columns(rest=age)
    return deals.select("deal", "pipeline", "position", "owner", "value", "rest", number=pl.lit(number, pl.UInt8))


def _idle(ways: Ways) -> pl.DataFrame:
    step = pl.lit(ways.dataset.deals["next_task_at"].is_not_null())
    return (
        ways.deals.with_columns(step=step)
        .filter(pl.col("status") == "open", ~pl.col("step"))
        .select("deal", "pipeline", "owner", "value", position="standing")
    )
