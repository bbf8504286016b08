"""Frames as bytes and back, as they are kept in a private memory."""

from __future__ import annotations

import io

import polars as pl


def to_bytes(frame: pl.DataFrame) -> bytes:
    buffer = io.BytesIO()
    frame.write_ipc(buffer, compression="lz4")
    return buffer.getvalue()


def from_bytes(raw: bytes) -> pl.DataFrame | None:
    """None for what no frame was turned into."""
    try:
        return pl.read_ipc(io.BytesIO(raw))
    except (pl.exceptions.PolarsError, OSError, ValueError):
        return None


def renumbered(rows: pl.DataFrame, by: int) -> pl.DataFrame:
    """The numbers of files so many higher."""
    if "file" not in rows.columns or not by:
        return rows
    return rows.with_columns((pl.col("file").cast(pl.Int32) + by).cast(pl.UInt16))


def lazily(raw: bytes, by: int) -> pl.LazyFrame:
    """What was turned into these bytes, `renumbered`; they are unpacked each time it is collected."""

    def unpacked() -> pl.DataFrame:
        return renumbered(pl.read_ipc(io.BytesIO(raw)), by)

    return pl.defer(unpacked, schema=pl.read_ipc_schema(io.BytesIO(raw)))
