"""Readings by hand: rows as plain Python values become canonical tables, one file a table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl

from funnelbook.model.reading import REFUSED, Export, PipelineFact, Reading, SourceFile
from funnelbook.model.tables import TABLES

Row = Mapping[str, Any]


def day(number: float) -> datetime:
    """Midnight UTC of January 1st, 2024, plus `number` - 1 days."""
    return datetime.fromtimestamp(datetime(2024, 1, 1, tzinfo=UTC).timestamp() + (number - 1) * 86_400, UTC)


def reading(
    *, refused: Sequence[Row] = (), pipelines: Sequence[PipelineFact] = (), **tables: Sequence[Row]
) -> Reading:
    """Missing columns are null. A row may name its `file` and `row`; else rows count from 2 in the table's file."""
    frames, files = {}, []
    lost = pl.DataFrame(list(refused), schema=dict(REFUSED), orient="row")
    for number, (name, rows) in enumerate(tables.items(), 1):
        located = [{"file": number, "row": place, **row} for place, row in enumerate(rows, 2)]
        columns = {column: [row.get(column) for row in located] for column in TABLES[name].create_empty().columns}
        schema = TABLES[name].create_empty().schema
        frames[name] = pl.DataFrame(columns, schema=schema).lazy()
        for file in sorted({row["file"] for row in located} or {number}):
            own = (
                sum(row["file"] == file for row in located) + lost.filter(pl.col("file") == file, "primary").height
            )
            files.append(SourceFile(file, Path(f"{name}-{file}.csv"), f"{name} {file}", "generic", name, own, ""))
    return Reading(tuple(files), frames, lost, tuple(pipelines), exports=_exports(frames))


def _exports(frames: Mapping[str, pl.LazyFrame]) -> tuple[Export, ...]:
    """The deals export by export, oldest first, those of no series before."""
    if "deals" not in frames:
        return ()
    deals = frames["deals"].collect()
    taken = deals["snapshot"].unique().sort(nulls_last=False).to_list()
    return tuple(Export(deals.filter(pl.col("snapshot").eq_missing(moment)).lazy()) for moment in taken)
