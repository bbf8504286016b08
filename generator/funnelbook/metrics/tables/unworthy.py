"""`unworthy`: open deals that are not worth pursuing (metrics.md, section 3, `worth`).

Rows: pipeline, position where they stand, owner; only where there are such deals: value x margin is below
least_margin of the stage. A deal without a value cannot be judged and is left out, as is one at a stage whose
least_margin is not known. `value` sums the deals.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import polars as pl

from funnelbook.metrics.costs import amount
from funnelbook.metrics.tables import worth
from funnelbook.metrics.ways import Ways

NAME = "unworthy"
SCHEMA: Mapping[str, pl.DataType] = MappingProxyType(
    {
        **dict.fromkeys(("pipeline", "stage", "owner"), pl.String()),
        "deals": pl.Int64(),
        "value": pl.Float64(),
        "least_value": pl.Float64(),
    }
)


def table(ways: Ways) -> pl.DataFrame:
    """`least_value` is the value from which a deal is worth it there. Raises Absent when no stage has a price."""
    owners = pl.lit(pl.Series(ways.members["owner"], dtype=pl.String))
    return (
        not_worth_it(ways)
        .group_by("pipeline", "position", "stage", "owner")
        .agg(deals=pl.len(), value=amount(pl.col("value")).sum(), least_value=pl.col("least_value").first())
        .sort("pipeline", "position", "owner")
        .with_columns(owner=owners.gather(pl.col("owner")))
    )


def not_worth_it(ways: Ways) -> pl.DataFrame:
    """Per such deal: `deal`, `pipeline`, `owner`, `value`, `position` where it stands, `stage`, `least_value`.

    Raises Absent when no stage has a price.
    """
    least = worth.table(ways)
    numbers = {pipeline.name: number for number, pipeline in enumerate(ways.pipelines)}
    margins = pl.lit(pl.Series([pipeline.margin for pipeline in ways.pipelines], dtype=pl.Float64))
    number = pl.col("pipeline").replace_strict(numbers, return_dtype=pl.UInt8)
    limits = least.select("stage", "least_margin", pl.col("position").cast(pl.UInt8), pipeline=number)
    still_open = ways.deals.filter(pl.col("status") == "open", pl.col("value").is_not_null())
    at_stage = still_open.select("deal", "pipeline", "owner", "value", position="standing")
    margin = margins.gather(pl.col("pipeline"))
    return (
        at_stage.join(limits, on=["pipeline", "position"])
        .filter(pl.col("value") * margin < pl.col("least_margin"))
        .with_columns(least_value=pl.col("least_margin") / margin)
        .drop("least_margin")
    )
