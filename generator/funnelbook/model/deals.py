"""Which rows of the deals become deals: metrics.md, section 1."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import polars as pl

from funnelbook.model.pipeline import LOST_CODE, WON_CODE
from funnelbook.model.tables import STATUSES

STATUS = pl.Enum(STATUSES)
NUMBER = pl.UInt32


@dataclass(frozen=True, slots=True)
class Identities:
    """Every deal_id of the deals' rows by number: `deal_id` (as the sources have it, text or integer), `key`."""

    frame: pl.DataFrame

    @property
    def size(self) -> int:
        return self.frame.height

    def attach(self, rows: pl.LazyFrame) -> pl.LazyFrame:
        """`rows` with `key` instead of `deal_id`; null = no deal has this id."""
        kind, ours = rows.collect_schema()["deal_id"], self.frame.lazy()
        if kind != self.frame["deal_id"].dtype:
            rows, ours = (each.with_columns(pl.col("deal_id").cast(pl.String)) for each in (rows, ours))
        return rows.join(ours, on="deal_id", how="left", maintain_order="left").drop("deal_id")


def identify(deals: pl.DataFrame) -> tuple[pl.DataFrame, Identities]:
    """`deals` with `key`, and what the keys stand for."""
    found = deals.select("deal_id").unique(maintain_order=True).with_row_index("key")
    if found.height == deals.height:
        return deals.with_columns(found["key"]), Identities(found)
    return deals.join(found, on="deal_id", how="left", maintain_order="left"), Identities(found)


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
    return moments > as_of


def superseded(deals: pl.DataFrame) -> pl.DataFrame:
    """`last` marks the last row of a deal_id, which wins; `earlier_export` a row that a later export of a series
    supersedes, the other rows being duplicates."""
    last = deals["key"].is_last_distinct()
    series = pl.col("snapshot").ne_missing(pl.col("snapshot_last")) & pl.col("snapshot").is_not_null()
    if last.all():
        return pl.DataFrame({"last": last, "earlier_export": ~last})
    winners = deals.filter(last).select("key", snapshot_last="snapshot")
    snapshots = deals.select("key", "snapshot").join(winners, on="key", how="left", maintain_order="left")
    return snapshots.select(last.alias("last"), (series & ~pl.lit(last)).alias("earlier_export"))
