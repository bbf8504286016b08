"""Tell what a file is from its header."""

from __future__ import annotations

from collections.abc import Sequence

from funnelbook.sources.reader import DumpReader, RawFile, Reader

#: Every kind of table file this program knows: one line a reader.
READERS: tuple[Reader, ...] = ()

#: Every kind of API dump: one line a reader.
DUMP_READERS: tuple[DumpReader, ...] = ()


def recognise(raw: RawFile, readers: Sequence[Reader] = READERS) -> Reader:
    """The only reader that knows this header.

    Raises `SourceError` when none does (with the nearest readers and the names they miss) or two do equally well.
    """
    raise NotImplementedError
