"""Items of a JSON document that become rows of a table, or are refused."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import polars as pl
from msgspec import Struct, field

from funnelbook.model.reading import REFUSED, Bucket
from funnelbook.model.tables import TABLES

Item = Mapping[str, Any]
#: A kind of items, and the keys that tell one; of several the most telling stands first.
Shape = tuple[str, frozenset[str]]
#: How many items or pages tell what a document is.
LOOKED_AT = 100
#: Canonical column ("" = the row itself) and problem.
Problem = tuple[str, str]


def kind_of(value: object, shapes: Sequence[Shape]) -> str:
    """The kind whose keys `value` has, "" when it has those of none."""
    if not isinstance(value, dict):
        return ""
    return next((kind for kind, keys in shapes if keys <= value.keys()), "")


def unrolled(document: object, inside: Callable[[object], Sequence[object] | None]) -> Iterator[object]:
    """What stands in `document`, in its order: arrays in arrays are opened, however deep, and so is what `inside`
    finds further values in (None = it stands for itself).
    """
    pending = [iter([document])]
    while pending:
        each = next(pending[-1], pending)
        if each is pending:
            pending.pop()
            continue
        within = each if isinstance(each, list) else inside(each)
        if within is None:
            yield each
        else:
            pending.append(iter(within))


def is_text(item: object) -> bool:
    """Whether all text of `item` is Unicode: JSON can spell halves of a surrogate pair, which no file can hold."""
    try:
        json.dumps(item, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return False
    return True


class Refusals(Struct):
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
