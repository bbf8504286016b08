"""The short way for typed files: when no cell needs a hand, a table is its columns under canonical names.

A Parquet file of millions of rows is usually written by a program, and in order. One pass of cheap sums over it
finds that out; then nothing stands between the file and who reads the table. Otherwise the careful way finds what
is wrong.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

import polars as pl

from funnelbook.sources.cells.dates import FIRST_YEAR, LAST_YEAR
from funnelbook.sources.reader import Context, RawFile
from funnelbook.sources.typed import Column, native

_FIRST, _LAST = datetime(FIRST_YEAR, 1, 2, tzinfo=UTC), datetime(LAST_YEAR, 12, 30, tzinfo=UTC)


def faultless(
    raw: RawFile, cells: pl.LazyFrame, columns: Sequence[Column], context: Context
) -> pl.LazyFrame | None:
    """The canonical columns of `cells` (`row` and raw cells under canonical names), or None when a cell needs care.

    Care means: an empty or padded text, a word not in its list, a number that is none, a date out of range, a
    required cell that is empty; or a type that has to be parsed.
    """
    schema = cells.collect_schema()
    if raw.faults or any(each.required and each.name not in schema for each in columns):
        return None
    doubts = []
    for each in columns:
        if each.name in schema:
            found = _doubts(each, schema[each.name])
            if found is None:
                return None
            doubts += found
    total, *doubtful = cells.select(pl.len().alias("rows"), *doubts).collect(engine="streaming").row(0)
    if total != raw.rows - raw.refused.height or any(doubtful):
        return None
    values = [
        _value(each, schema[each.name], context) if each.name in schema else pl.lit(None, dtype=each.dtype)
        for each in columns
    ]
    named = [value.alias(each.name) for each, value in zip(columns, values, strict=True)]
    return cells.select(pl.lit(raw.number, dtype=pl.UInt16).alias("file"), "row", *named)


def _doubts(each: Column, dtype: pl.DataType) -> list[pl.Expr] | None:
    """Sums that are true when a cell of the column needs care; None when its type does."""
    cell, name = pl.col(each.name), each.name
    doubts = [(cell.null_count() > 0).alias(f"{name} null")] if each.required else []
    if dtype == pl.String and each.is_text:
        padded = (cell == "") | cell.str.starts_with(" ") | cell.str.ends_with(" ")
        return [*doubts, padded.any().alias(f"{name} padded")]
    if dtype == pl.String and isinstance(each.dtype, pl.Enum):
        unknown = cell.cast(each.dtype, strict=False).is_null() & cell.is_not_null()
        return [*doubts, unknown.any().alias(f"{name} unknown")]
    if isinstance(dtype, pl.Datetime) and each.is_moment:
        naive = dtype.time_zone is None
        first, last = (moment.replace(tzinfo=None) if naive else moment for moment in (_FIRST, _LAST))
        edges = pl.Series([first, last]).cast(dtype)
        return [
            *doubts,
            (cell.min() < edges[0]).alias(f"{name} early"),
            (cell.max() > edges[1]).alias(f"{name} late"),
        ]
    if (dtype.is_integer() and (each.is_text or each.dtype.is_float())) or (
        dtype.is_float() and each.dtype.is_float()
    ):
        wrong = [(~rule).any().alias(f"{name} {i}") for i, rule in enumerate(each.rules(cell.cast(each.dtype)))]
        return [*doubts, *wrong] if not each.is_text else doubts
    return None


def _value(each: Column, dtype: pl.DataType, context: Context) -> pl.Expr:
    if each.name == "contact_id" and (dtype == pl.String or context.persons.numbers):
        return context.persons.keyed(pl.col("contact_id"))
    if dtype == each.dtype:
        return pl.col(each.name)
    if dtype == pl.String and isinstance(each.dtype, pl.Enum):
        return pl.col(each.name).cast(each.dtype)
    return native(each, dtype, context)
