"""The simulation as the generic tables of metrics.md, section 1, for benchmarks and tests."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import polars as pl

from funnelbook.sources.demo.simulation import Simulation

TABLES = ("deals", "stages", "activities", "spend", "plan", "team")
_ROW_GROUP = 500_000


def write_tables(simulation: Simulation, folder: Path, style: Literal["csv", "parquet"]) -> None:
    """`deals`, `stages`, `activities`, `spend`, `plan`, `team` as `<table>.<style>`, complete and without bad rows.

    Parquet: zstd; ids Int64, moments Datetime(us, UTC), money and minutes Int64, others String. CSV: ISO 8601, UTC.
    Raises ValueError for another style.
    """
    if style not in ("csv", "parquet"):
        raise ValueError(f"tables are written as csv or parquet, not as {style}")
    for name in TABLES:
        frame: pl.DataFrame = getattr(simulation, name)
        path = folder / f"{name}.{style}"
        if style == "csv":
            frame.write_csv(path, datetime_format="%Y-%m-%dT%H:%M:%SZ")
        else:
            frame.write_parquet(path, compression="zstd", row_group_size=_ROW_GROUP)
