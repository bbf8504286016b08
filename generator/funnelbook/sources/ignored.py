"""Rows that a reader knows to be no facts: they are set aside before the others are read, and counted."""

from __future__ import annotations

import polars as pl
from msgspec.structs import replace

from funnelbook.model.reading import REFUSED, Bucket
from funnelbook.sources.reader import RawFile


def without(raw: RawFile, rows: pl.Expr, problem: str, bucket: Bucket = "ignored", column: str = "") -> RawFile:
    """`raw` less the rows of its frame for which `rows` is true; those are among its refused ones."""
    found = raw.frame.filter(rows.fill_null(value=False)).select("row").collect()["row"]
    if found.is_empty():
        return raw
    lines = refusals(raw.number, found, bucket, (problem, column))
    kept = raw.frame.filter(~rows.fill_null(value=False))
    return replace(raw, frame=kept, refused=pl.concat([raw.refused, lines]))


def refusals(number: int, rows: pl.Series, bucket: Bucket, what: tuple[str, str]) -> pl.DataFrame:
    """`REFUSED` lines of whole rows; `what` is the problem and the canonical column."""
    told = {"file": number, "bucket": bucket, "problem": what[0], "column": what[1], "primary": True}
    lines = rows.alias("row").to_frame().with_columns(**{name: pl.lit(value) for name, value in told.items()})
    return lines.select(pl.col(name).cast(kind) for name, kind in REFUSED.items())
