"""`price_value`: how often price and value did not meet, by stage and by source (sales-system.md, S1).

Over the reference's lost deals whose cause is recorded, `with_cause` of them. Rows: pipeline, dimension (all,
stage, source), member; stages in the pipeline's order, sources by code point, unknown ones (`—`) last; only members
that have such deals. `share` = price_value / with_cause, with Wilson's interval.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import polars as pl

from funnelbook.metrics.absence import Absent
from funnelbook.metrics.intervals import share, wilson
from funnelbook.metrics.reference import in_reference
from funnelbook.metrics.slices import ALL, NOT_RECORDED
from funnelbook.metrics.stages import positions
from funnelbook.metrics.ways import Ways

NAME = "price_value"
#: The cause of a loss that nobody recorded, and the one that this table is about.
UNTOLD, PRICE = "none", "price_value"
SCHEMA: Mapping[str, pl.DataType] = MappingProxyType(
    {
        **dict.fromkeys(("pipeline", "dimension", "member"), pl.String()),
        **dict.fromkeys(("with_cause", "price_value"), pl.Int64()),
        **dict.fromkeys(("share", "share_low", "share_high"), pl.Float64()),
    }
)


def table(ways: Ways) -> pl.DataFrame:
    """Raises Absent when deals were lost and no cause of any of them is recorded."""
    lost = ways.deals.filter(in_reference(ways), pl.col("status") == "lost")
    told = lost.filter(cause() != UNTOLD)
    if lost.height and told.is_empty():
        raise Absent("no-reasons")
    parts = [
        _cut(told.with_columns(rank=pl.lit(0), member=pl.lit(ALL)), ALL),
        _cut(_by_stage(told, ways), "stage"),
        _cut(_by_source(told, ways), "source"),
    ]
    return pl.concat(parts).with_columns(**shares()).sort("pipeline", "order", "rank")


def cause() -> pl.Expr:
    return pl.col("cause").cast(pl.String)


def counts() -> tuple[pl.Expr, pl.Expr]:
    """`with_cause` and `price_value` over lost deals; deals that are not lost have no cause and do not count."""
    told = cause().is_not_null() & (cause() != UNTOLD)
    return told.sum().cast(pl.Int64).alias("with_cause"), (cause() == PRICE).sum().cast(pl.Int64).alias(PRICE)


def shares() -> dict[str, pl.Expr]:
    part, whole = pl.col(PRICE), pl.col("with_cause")
    low, high = wilson(part, whole)
    return {"share": share(part, whole), "share_low": low, "share_high": high}


def _cut(told: pl.DataFrame, dimension: str) -> pl.DataFrame:
    """`rank` orders the members, and tells stages of one name apart."""
    order = (ALL, "stage", "source").index(dimension)
    return (
        told.group_by("pipeline", pl.col("rank").cast(pl.Int64), "member")
        .agg(*counts())
        .with_columns(order=pl.lit(order), dimension=pl.lit(dimension))
    )


def _by_stage(told: pl.DataFrame, ways: Ways) -> pl.DataFrame:
    names = positions(ways.pipelines).select("pipeline", "position", member="stage")
    placed = told.with_columns(position="furthest").join(names, on=["pipeline", "position"], how="left")
    beyond = pl.lit(255)
    return placed.with_columns(pl.col("member").fill_null(NOT_RECORDED), rank=pl.col("position").fill_null(beyond))


def _by_source(told: pl.DataFrame, ways: Ways) -> pl.DataFrame:
    labels = pl.lit(pl.Series(ways.members["source"], dtype=pl.String))
    return told.with_columns(rank="source", member=labels.gather(pl.col("source")))
