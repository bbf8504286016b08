"""Work on a column of text done once for each text that differs, where they are few."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import polars as pl

#: Looked at first, to tell whether it is worth to look for equal texts.
_SAMPLE = 10_000
#: The most of them that may differ for that to save time, where reading a text takes long; and for that to save
#: memory, where it does not: equal texts are kept once.
_MOST, _FEW = 0.8, 0.05
#: So many texts take little memory, however alike they are.
_SHORT = 30_000


def by_distinct(
    texts: pl.Expr,
    read: Callable[[pl.Series], pl.Series],
    dtype: pl.DataType,
    *,
    cheap: bool = False,
    held: bool = False,
) -> pl.Expr:
    """`read`, which makes of every text by itself a value of `dtype`, and of null null.

    cheap: `read` takes no longer than to look for equal texts.
    held: the column, or the batch of it, is in memory. Then it is read as a whole: were it divided further, each
        part would be sampled by itself, and in Python the threads would wait for one another.
    """
    work = partial(distinctly, read=read, cheap=cheap)
    return texts.map_batches(work, return_dtype=dtype, is_elementwise=not held)


def distinctly(texts: pl.Series, read: Callable[[pl.Series], pl.Series], *, cheap: bool = False) -> pl.Series:
    """As `by_distinct`, of a column."""
    sample = texts.head(_SAMPLE)
    most = _FEW if cheap else _MOST
    if (cheap and texts.len() <= _SHORT) or sample.n_unique() > most * sample.len():
        return read(texts)
    distinct = texts.unique().drop_nulls()
    if distinct.len() > most * texts.len():
        return read(texts)
    numbered = texts.cast(pl.Enum(distinct))
    return read(distinct).gather(numbered.to_physical()).alias(texts.name)
