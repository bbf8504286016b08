"""What each export of a series brought, with the account of its rows."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from funnelbook.model.reading import SourceFile
from funnelbook.model.series import EXPORTS, Account

_ACCOUNT = ("rows", "rejected", "left_out")
#: `EXPORTS` and: the rows of the export's files of deals, how many of them were rejected, and how many left out for
#: another reason (ignored, or repeated within the export), so that rows = deals + rejected + left_out; a deal whose
#: row was rejected in the end is none of `deals`. entries: those into stages that only this
#: export tells, which happened before it, nobody knows when (`Dataset.bounds`).
TOLD = pl.Schema({**EXPORTS, **dict.fromkeys((*_ACCOUNT, "entries"), pl.Int64())})
#: A row rejected for this told the series of its deal before.
_UNDATED = "no-closing-date"


def told_exports(series: Account, account: pl.DataFrame, bounds: pl.DataFrame) -> pl.DataFrame:
    """As `TOLD`, oldest first. account: `account_of`. bounds: `Dataset.bounds`."""
    followed = series.exports
    if followed.is_empty():
        return TOLD.to_frame()
    between = bounds.filter(pl.col("earliest") < pl.col("at")).group_by(taken="at").agg(entries=pl.len())
    return (
        followed.join(_of_exports(series.files, account), on="taken", how="left", maintain_order="left")
        .join(between, on="taken", how="left", maintain_order="left")
        .with_columns(pl.col("rows", "rejected", "undated", "entries").fill_null(0).cast(pl.Int64))
        .with_columns(deals=pl.col("deals") - pl.col("undated"))
        .with_columns(left_out=pl.col("rows") - pl.col("rejected") - pl.col("deals"))
        .select(TOLD.names())
        .cast(TOLD)
    )


def account_of(files: Sequence[SourceFile], quality: pl.DataFrame, refused: pl.DataFrame) -> pl.DataFrame:
    """`file`, `rows`, `rejected`, and `undated`, those rejected ones that are known by another row."""
    totals = quality.filter(pl.col("problem") == "all")
    undated = (
        refused.filter(pl.col("primary"), pl.col("problem") == _UNDATED).group_by("file").agg(undated=pl.len())
    )
    numbers = pl.Series("file", [file.number for file in files], dtype=pl.UInt16)
    return totals.select(numbers, "rows", "rejected").join(undated, on="file", how="left")


def _of_exports(files: pl.DataFrame, account: pl.DataFrame) -> pl.DataFrame:
    """The account by `taken`: an export may be several files."""
    return files.join(account, on="file").group_by("taken").agg(pl.col("rows", "rejected", "undated").sum())
