"""What tests of the sources say of a file that was read."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl

from funnelbook.model.reading import Reading
from funnelbook.sources.reader import RawFile

Opened = Callable[[bytes], RawFile]
ReadFiles = Callable[..., Reading]


def cells(file: RawFile) -> list[tuple[object, ...]]:
    return file.frame.collect().rows()


def refused(frame: pl.DataFrame) -> list[tuple[object, ...]]:
    return frame.select("row", "bucket", "problem").rows()
