"""When a deal was closed: metrics.md, section 1."""

from __future__ import annotations

import polars as pl

from funnelbook.model.pipeline import LOST_CODE, WON_CODE


def closing_times(deals: pl.DataFrame, entries: pl.DataFrame) -> pl.Series:
    """`closed_at` of each deal; null for open ones, whatever date they bear, and where nothing tells.

    deals: `status`, `closed_at`, row number = deal; entries: `deal`, `at`, `code`. A won or lost deal without a
    date is closed at its last row with that outcome, else at its last row.
    """
    closed = pl.col("status") != "open"
    told = deals.select(pl.when(closed).then("closed_at")).to_series()
    missing = deals.select(closed & pl.col("closed_at").is_null()).to_series()
    if not missing.any():
        return told
    outcome = pl.Series([None, WON_CODE, LOST_CODE], dtype=pl.UInt8).gather(deals["status"].to_physical())
    rows = entries.filter(missing.gather(entries["deal"]))
    same = pl.col("at").filter(pl.col("code") == pl.col("outcome"))
    found = (
        rows.with_columns(outcome.gather(rows["deal"]).alias("outcome"))
        .group_by("deal")
        .agg(at=pl.coalesce(same.max(), pl.col("at").max()))
    )
    return told.scatter(found["deal"], found["at"])
