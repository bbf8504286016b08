"""Cells as text, whatever the file's types: markers of "nothing" are null, moments of an API are dates."""

from __future__ import annotations

from collections.abc import Collection

import polars as pl

_EPOCH = r"^[0-9]{12,13}$"
_ISO = "%Y-%m-%dT%H:%M:%S%.6f"


def said(column: pl.Expr, dtype: pl.DataType, nothing: Collection[str] = ()) -> pl.Expr:
    """Text trimmed, without the apostrophe that keeps spreadsheets from computing it; null where it is empty or one
    of `nothing` (folded). Other types pass as they are.
    """
    if dtype != pl.String:
        return column
    text = column.str.strip_chars().str.strip_prefix("'").str.strip_chars()
    silent = text.str.to_lowercase().is_in(["", *sorted(nothing)])
    return pl.when(~silent).then(text)


def words(column: pl.Expr, dtype: pl.DataType, nothing: Collection[str] = ()) -> pl.Expr:
    """As `said`, with whole numbers of a typed file written without a point."""
    if dtype == pl.String:
        return said(column, dtype, nothing)
    if dtype.is_float():
        whole = column.cast(pl.Int64, strict=False)
        return pl.when(whole == column).then(whole.cast(pl.String)).otherwise(column.cast(pl.String))
    return column.cast(pl.String)


def moment(column: pl.Expr, dtype: pl.DataType, nothing: Collection[str] = ()) -> pl.Expr:
    """A moment as text that `cells.dates` reads: milliseconds since 1970 become ISO 8601 in UTC."""
    if dtype == pl.Date:
        return column.dt.strftime("%Y-%m-%d")
    if isinstance(dtype, pl.Datetime):
        if dtype.time_zone:
            return column.dt.convert_time_zone("UTC").dt.strftime(f"{_ISO}Z")
        return column.dt.strftime(_ISO)
    text = words(column, dtype, nothing)
    milliseconds = pl.when(text.str.contains(_EPOCH)).then(text).cast(pl.Int64, strict=False)
    told = pl.from_epoch(milliseconds, time_unit="ms").dt.strftime(f"{_ISO}Z")
    return pl.coalesce(told, text)
