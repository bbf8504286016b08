"""The account of a file that was imported: everything about it but its cells.

It lies beside the facts of its snapshot as JSON. Rows that became no fact are told by their numbers, so that the
rows of the file add up long after the file itself is gone.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import polars as pl
from msgspec import Struct

from funnelbook.errors import SourceError
from funnelbook.model.reading import REFUSED, PipelineFact
from funnelbook.model.tables import TABLES
from funnelbook.sources.files.bytes import wrong

_FORM = 1
#: What is kept of a file: canonical tables, where deals began, and which deals leads became. A snapshot that was
#: made before beginnings were kept has none: what its log told of them stands among its stages, or is not known.
BEGINNINGS = "begun"
CONVERSIONS = "conversions"
KEPT = (*TABLES, BEGINNINGS, CONVERSIONS)
_TOLD = ("bucket", "problem", "column", "primary")


class Account(Struct, frozen=True):
    """One imported file.

    name, digest: of the file that was imported. reader, table, also, rows, notes, remarks: as
        `model.reading.SourceFile`.
    timezone: in which times without an offset were read. key: of the persons, "" = there are none.
    unknown: headers that were not read. tables: those of `KEPT` that there are -> SHA-256 of the Parquet file.
    refused: `model.reading.REFUSED`, `file` 0.
    """

    name: str
    digest: str
    reader: str
    table: str
    rows: int
    timezone: str
    key: str
    refused: pl.DataFrame
    also: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    remarks: tuple[tuple[str, int], ...] = ()
    unknown: tuple[str, ...] = ()
    pipelines: tuple[PipelineFact, ...] = ()
    tables: Mapping[str, str] | None = None


def dumped(account: Account) -> bytes:
    """The account as JSON; equal accounts give equal bytes."""
    told: dict[str, Any] = {
        "form": _FORM,
        "name": account.name,
        "sha256": account.digest,
        "reader": account.reader,
        "table": account.table,
        "also": list(account.also),
        "rows": account.rows,
        "timezone": account.timezone,
        "key": account.key,
        "notes": list(account.notes),
        "remarks": dict(account.remarks),
        "unknown": list(account.unknown),
        "pipelines": [
            {"name": each.name, "stages": list(each.stages), "won": list(each.won), "lost": list(each.lost)}
            for each in account.pipelines
        ],
        "tables": dict(account.tables or {}),
        "refused": list(_ranges(account.refused)),
    }
    return (json.dumps(told, ensure_ascii=False, indent=1) + "\n").encode()


def loaded(path: Path) -> Account:
    """The account in `path`. Raises `SourceError` when it is not what `dumped` wrote."""
    try:
        told = json.loads(path.read_bytes())
        if told["form"] != _FORM:
            raise ValueError
        return _account(told)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError, pl.exceptions.PolarsError):
        raise spoiled(path, "is not as it was written") from None


def spoiled(path: Path, what: str) -> SourceError:
    hint = "restore it from a backup, or remove this snapshot and import the export anew"
    return wrong(path, "spoiled-snapshot", f"the snapshot {what}", hint)


def _account(told: Mapping[str, Any]) -> Account:
    return Account(
        name=str(told["name"]),
        digest=str(told["sha256"]),
        reader=str(told["reader"]),
        table=str(told["table"]),
        rows=int(told["rows"]),
        timezone=str(told["timezone"]),
        key=str(told["key"]),
        refused=_refused(told["refused"], int(told["rows"])),
        also=_texts(told["also"]),
        notes=_texts(told["notes"]),
        remarks=tuple((str(problem), int(rows)) for problem, rows in told["remarks"].items()),
        unknown=_texts(told["unknown"]),
        pipelines=tuple(
            PipelineFact(str(each["name"]), _texts(each["stages"]), _texts(each["won"]), _texts(each["lost"]))
            for each in told["pipelines"]
        ),
        tables={name: str(told["tables"][name]) for name in KEPT if name in told["tables"]},
    )


def _texts(values: list[object]) -> tuple[str, ...]:
    return tuple(str(each) for each in values)


def _ranges(refused: pl.DataFrame) -> Iterator[dict[str, object]]:
    """What the rows are refused for, and which: runs of successive rows as first and last."""
    for group in refused.partition_by(_TOLD, maintain_order=True):
        rows = group["row"].sort()
        start = (rows.cast(pl.Int64).diff() != 1).fill_null(value=True)
        runs = group.select(row=rows, run=start.cum_sum()).group_by("run", maintain_order=True)
        ends = runs.agg(first=pl.col("row").min(), last=pl.col("row").max())
        yield {**group.select(_TOLD).row(0, named=True), "rows": ends.select("first", "last").rows()}


def _refused(told: list[dict[str, Any]], rows: int) -> pl.DataFrame:
    if sum(last - first + 1 for each in told if each["primary"] for first, last in each["rows"]) > rows:
        raise ValueError
    lines = [_expanded(each, order) for order, each in enumerate(told)]
    found = pl.concat(lines) if lines else pl.DataFrame(schema={**REFUSED, "order": pl.UInt32()})
    return found.sort("row", "order").drop("order")


def _expanded(told: Mapping[str, Any], order: int) -> pl.DataFrame:
    runs = pl.DataFrame(told["rows"], schema={"first": pl.UInt32, "last": pl.UInt32}, orient="row")
    rows = runs.select(row=pl.int_ranges("first", pl.col("last") + 1, dtype=pl.UInt32)).explode("row")
    constants = {name: pl.lit(told[name]) for name in _TOLD}
    lines = rows.with_columns(file=pl.lit(0), order=pl.lit(order, pl.UInt32), **constants)
    return lines.select(*(pl.col(name).cast(kind) for name, kind in REFUSED.items()), "order")
