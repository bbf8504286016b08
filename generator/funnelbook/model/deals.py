"""Which rows of the deals become deals: metrics.md, section 1."""

from __future__ import annotations

from datetime import UTC, datetime

import polars as pl

from funnelbook.model.pipeline import LOST_CODE, WON_CODE
from funnelbook.model.tables import STATUSES

STATUS = pl.Enum(STATUSES)


def in_file_order(rows: pl.DataFrame) -> pl.DataFrame:
    """By file, then by row; sources usually hand rows over like that."""
    place = rows.select(pl.col("file").cast(pl.UInt64) * 2**32 + pl.col("row")).to_series()
    return rows if place.is_sorted() else rows.sort("file", "row", maintain_order=True)


def told_status(status: pl.Expr, code: pl.Expr) -> pl.Expr:
    """`status` where it is given, else what the stage's name tells: won, lost, or open."""
    by_stage = (
        pl.when(code == WON_CODE)
        .then(pl.lit("won", STATUS))
        .when(code == LOST_CODE)
        .then(pl.lit("lost", STATUS))
        .otherwise(pl.lit("open", STATUS))
    )
    return pl.coalesce(status, by_stage)


def late(as_of: datetime) -> pl.Expr:
    """Rows later than as_of: of deals that were created, or closed, after it."""
    moments = pl.max_horizontal("created_at", "closed_at")
    return moments > as_of.astimezone(UTC)


def superseded(deals: pl.DataFrame) -> pl.DataFrame:
    """`last` marks the last row of a deal_id, which wins; `earlier_export` a row that a later export of a series
    supersedes, the other rows being duplicates. `by_file`, `by_row`: where the one stands that wins."""
    key = deals["key"]
    # Keys follow first appearance: while they only grow, none has come twice.
    grows = (key > key.shift(1)).fill_null(value=True)
    last = grows if grows.all() else key.is_last_distinct()
    series = pl.col("snapshot").ne_missing(pl.col("snapshot_last")) & pl.col("snapshot").is_not_null()
    if last.all():
        return pl.DataFrame(
            {"last": last, "earlier_export": ~last, "by_file": deals["file"], "by_row": deals["row"]}
        )
    winners = deals.filter(last).select("key", snapshot_last="snapshot", by_file="file", by_row="row")
    snapshots = deals.select("key", "snapshot").join(winners, on="key", how="left", maintain_order="left")
    return snapshots.select(
        last.alias("last"), (series & ~pl.lit(last)).alias("earlier_export"), "by_file", "by_row"
    )
