"""Rows that a file itself disqualifies, before anybody reads their cells."""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

from funnelbook.model.reading import REFUSED

#: Row and problem. A blank row is ignored and counted; every other problem rejects the row.
Refusal = tuple[int, str]


def refusals(number: int, found: Iterable[Refusal]) -> pl.DataFrame:
    """The frame `REFUSED` of one file's `found`, by row."""
    rows = [
        (number, row, "ignored" if problem == "blank-row" else "rejected", problem, "", True)
        for row, problem in sorted(found)
    ]
    return pl.DataFrame(rows, schema=dict(REFUSED), orient="row")
