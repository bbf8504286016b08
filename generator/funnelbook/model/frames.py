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
