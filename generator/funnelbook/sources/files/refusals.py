"""Rows that a file itself disqualifies, before anybody reads their cells."""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

from funnelbook.model.reading import REFUSED

#: Row and problem.
Refusal = tuple[int, str]

#: Rows that hold no fact at all: they are ignored and counted. Every other problem rejects its row.
_EMPTY = frozenset({"blank-row", "preamble"})


def refusals(number: int, found: Iterable[Refusal]) -> pl.DataFrame:
    """The frame `REFUSED` of one file's `found`, by row."""
    rows = [
        (number, row, "ignored" if problem in _EMPTY else "rejected", problem, "", True)
        for row, problem in sorted(found)
    ]
    return pl.DataFrame(rows, schema=dict(REFUSED), orient="row")
