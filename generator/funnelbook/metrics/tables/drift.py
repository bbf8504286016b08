"""`drift`: open deals that nobody has touched for too long (metrics.md, section 3).

Rows: pipeline, position where they stand, owner; only where there are such deals. A touch is an entry at a stage,
an activity of any kind, or the creation. `value` sums the deals that have one, null when none has; oldest_days is
the longest time since a last touch.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import polars as pl

from funnelbook.metrics.calendar import MICROSECONDS_A_DAY
from funnelbook.metrics.costs import amount
from funnelbook.metrics.quantiles import quantile
from funnelbook.metrics.reference import microseconds
from funnelbook.metrics.stages import positions
from funnelbook.metrics.ways import Ways

NAME = "drift"
#: Without a limit in the project file a deal may rest for this long at any stage.
LEAST_DAYS = 14
SCHEMA: Mapping[str, pl.DataType] = MappingProxyType(
    {
        **dict.fromkeys(("pipeline", "stage", "owner"), pl.String()),
        "deals": pl.Int64(),
        "value": pl.Float64(),
        "oldest_days": pl.Float64(),
    }
)


def table(ways: Ways) -> pl.DataFrame:
    owners = pl.lit(pl.Series(ways.members["owner"], dtype=pl.String))
    return (
        drifting(ways)
        .group_by("pipeline", "position", "stage", "owner")
        .agg(
            deals=pl.len(),
            value=pl.when(pl.col("value").count() > 0).then(amount(pl.col("value")).sum()),
            oldest_days=pl.col("rest").max() / MICROSECONDS_A_DAY,
        )
        .sort("pipeline", "position", "owner")
        .with_columns(owner=owners.gather(pl.col("owner")))
    )


def drifting(ways: Ways) -> pl.DataFrame:
    """The rows of `untouched` whose rest is longer than the `limits` of their stage, with its name."""
    found = untouched(ways).join(limits(ways), on=["pipeline", "position"])
    return found.filter(pl.col("rest") > pl.col("limit_days") * MICROSECONDS_A_DAY)


def untouched(ways: Ways) -> pl.DataFrame:
    """Per open deal: `deal`, `pipeline`, `position` where it stands, `owner`, `value`, `rest` (microseconds
    untouched).
    """
    still_open = ways.deals.filter(pl.col("status") == "open")
    mine = pl.col("deal").is_in(still_open["deal"].implode())
    touches = pl.concat(
        [
            still_open.select("deal", at="created"),
            ways.moves.filter(mine, pl.col("at").is_not_null()).select("deal", "at"),
            ways.dataset.activities.filter(mine).select("deal", pl.col("at").to_physical()),
        ]
    )
    last = touches.group_by("deal").agg(pl.col("at").max())
    rest = microseconds(ways.dataset.as_of) - pl.col("at")
    return still_open.join(last, on="deal").select(
        "deal", "pipeline", "owner", "value", position="standing", rest=rest
    )


def limits(ways: Ways) -> pl.DataFrame:
    """`pipeline`, `position`, `stage`, `limit_days`: drift_days, else p90 over all cohorts, at least 14."""
    stages = positions(ways.pipelines).select("pipeline", "position", "stage")
    if ways.project.metrics.drift_days is not None:
        return stages.with_columns(limit_days=pl.lit(ways.project.metrics.drift_days, pl.Float64))
    stays = ways.stays.select("position", "stay", pipeline=ways.deals["pipeline"].gather(ways.stays["deal"]))
    p90 = stays.group_by("pipeline", "position").agg(p90=quantile("stay", 0.9, MICROSECONDS_A_DAY))
    limit = pl.max_horizontal("p90", pl.lit(float(LEAST_DAYS)))
    return stages.join(p90, on=["pipeline", "position"], how="left").with_columns(limit_days=limit)
