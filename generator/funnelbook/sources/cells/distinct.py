"""Work on a column of text done once for each text that differs, where they are few."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl

#: Looked at first, to tell whether it is worth to look for equal texts.
_SAMPLE = 10_000
#: The most of them that may differ for that to be.
_MOST = 0.8


def by_distinct(texts: pl.Expr, read: Callable[[pl.Series], pl.Series], dtype: pl.DataType) -> pl.Expr:
    """`read`, which makes of every text by itself a value of `dtype`, and of null null."""
    return texts.map_batches(lambda cells: distinctly(cells, read), return_dtype=dtype, is_elementwise=True)


def distinctly(texts: pl.Series, read: Callable[[pl.Series], pl.Series]) -> pl.Series:
    """As `by_distinct`, of a column."""
    if texts.head(_SAMPLE).n_unique() > _MOST * min(texts.len(), _SAMPLE):
        return read(texts)
    distinct = texts.unique().drop_nulls()
    found = read(distinct)
    return texts.replace_strict(distinct, found, default=None, return_dtype=found.dtype)
