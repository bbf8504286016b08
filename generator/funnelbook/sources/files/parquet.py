"""Parquet: scanned lazily, so that only the columns somebody asks for are ever read."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from funnelbook.sources.files.bytes import Sniffed, wrong
from funnelbook.sources.reader import RawFile

_ROW = "\0row"  # no column of a file can be called so by accident


def open_parquet(path: Path, number: int, sniffed: Sniffed) -> RawFile:
    """A Parquet file. Its first row is row 2, as if the names stood in row 1."""
    try:
        scanned = pl.scan_parquet(path, row_index_name=_ROW, row_index_offset=2, glob=False)
        names = [name for name in scanned.collect_schema().names() if name != _ROW]
        rows = pl.scan_parquet(path, glob=False).select(pl.len()).collect().item()
    except (pl.exceptions.PolarsError, OSError):
        raise wrong(path, "malformed", "cannot be read as Parquet", "export it again") from None
    frame = scanned.select(
        pl.col(_ROW).alias("row"), *(pl.col(name).alias(f"c{i}") for i, name in enumerate(names))
    )
    return RawFile(number, path, "", sniffed.digest, tuple(names), frame, rows, form="Parquet")
