"""Items of a JSON document that become rows of a table, or are refused."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from funnelbook.model.reading import REFUSED, Bucket
from funnelbook.model.tables import TABLES

Item = Mapping[str, Any]
#: Canonical column ("" = the row itself) and problem.
Problem = tuple[str, str]


def is_text(item: object) -> bool:
    """Whether all text of `item` is Unicode: JSON can spell halves of a surrogate pair, which no file can hold."""
    try:
        json.dumps(item, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return False
    return True


@dataclass(slots=True)
class Refusals:
    """The rows of one file that became no fact, in the order they were met."""

    number: int
    lines: list[tuple[int, int, Bucket, str, str, bool]] = field(default_factory=list)

    def add(self, row: int, bucket: Bucket, *problems: Problem) -> None:
        """The first problem is the primary one."""
        for i, (column, problem) in enumerate(problems):
            self.lines.append((self.number, row, bucket, problem, column, i == 0))

    def frame(self) -> pl.DataFrame:
        return pl.DataFrame(self.lines, schema=dict(REFUSED), orient="row")


def table(name: str, columns: Mapping[str, Sequence[object]]) -> pl.LazyFrame:
    """The canonical table `name`; moments are microseconds since 1970 UTC, absent columns null."""
    kinds = pl.Schema({column: kind.dtype for column, kind in TABLES[name].columns().items()})
    given = [
        pl.Series(column, values, dtype=pl.Int64 if kinds[column].is_temporal() else kinds[column])
        for column, values in columns.items()
    ]
    absent = [pl.lit(None, dtype=kind).alias(column) for column, kind in kinds.items() if column not in columns]
    return pl.DataFrame(given).lazy().with_columns(*absent).cast(kinds).select(*kinds)
