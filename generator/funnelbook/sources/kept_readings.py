"""What the files of a folder were read as, kept: a folder of which nothing changed is not read again.

The files of a folder are read knowing each other, so they are kept together. Snapshots and Parquet are not kept:
they are read where they lie, column by column, as fast as what would be kept of them.
"""

from __future__ import annotations

from collections.abc import Callable

import polars as pl
from msgspec import Struct
from msgspec.structs import replace

from funnelbook.errors import SourceError
from funnelbook.memory import Memory, digest
from funnelbook.model import frames
from funnelbook.model.reading import PipelineFact
from funnelbook.packing import packed_if_text, unpacked
from funnelbook.sources.files.bytes import sniff
from funnelbook.sources.folder_seals import key_of
from funnelbook.sources.folders import Folder
from funnelbook.sources.mistakes import Mistakes
from funnelbook.sources.persons import Persons
from funnelbook.sources.reader import Part, RawFile, Read

#: Of larger folders a copy would take more memory and time than it may ever save.
_MOST_BYTES = 64 << 20


class _KeptRead(Struct, frozen=True):
    """A `Read`, its frames as bytes; the numbers of files count from the folder's first."""

    name: str
    number: int
    reader: str
    table: str
    digest: str
    file_rows: int
    rows: int | None
    tables: dict[str, bytes]
    refused: bytes
    begun: bytes | None
    conversions: bytes | None
    pipelines: tuple[PipelineFact, ...]
    notes: tuple[str, ...]
    unknown: tuple[str, ...]
    also: tuple[str, ...]
    remarks: dict[str, int]


class _KeptFolder(Struct, frozen=True):
    """key: as `folder_seals.key_of`, of the one that persons were hashed with; "" = none was."""

    seal: str
    key: str
    reads: tuple[_KeptRead, ...]


class KeptReadings:
    """In `memory`, of the newest state of each folder. rules: what a reading hangs on beside its files and the key
    of `persons`.
    """

    def __init__(self, memory: Memory, rules: str, persons: Persons) -> None:
        self._memory = memory
        self._rules = rules
        self._persons = persons
        #: The key of each folder that was asked for, as `_KeptFolder` has it.
        self.keys: dict[Folder, str] = {}

    def of(self, folder: Folder, first: int, read: Callable[[int], list[Read]], mistakes: Mistakes) -> list[Read]:
        """The folder's files, numbered from `first`. What `read` reads of them with `mistakes` is not kept."""
        key = self._memory.key("folder", str(folder.day))
        seal = self._seal(folder)
        kept = unpacked(self._memory.get(key), _KeptFolder) if seal else None
        if kept and kept.seal == seal and kept.key in ("", key_of(self._persons)):
            self.keys[folder] = kept.key
            return [_restored(each, folder, first) for each in kept.reads]
        known = len(mistakes.found)
        found = read(first)
        self.keys[folder] = with_key = key_of(self._persons) if self._persons.have_hashed else ""
        if not seal or len(mistakes.found) > known:
            return found
        reads = [_collected(each) for each in found]
        value = packed_if_text(_KeptFolder(seal, with_key, tuple(_stored(each, first) for each in reads)))
        if value is not None:
            self._memory.put(key, value)
        return reads

    def _seal(self, folder: Folder) -> str:
        """ "" for a folder that is not kept."""
        if self._memory.folder is None or folder.snapshots or not folder.paths:
            return ""
        try:
            if sum(path.stat().st_size for path in folder.paths) > _MOST_BYTES:
                return ""
            sniffed = [(path.name, sniff(path)) for path in folder.paths]
        except (OSError, SourceError):  # told where the file is read
            return ""
        if any(each.kind == "parquet" for _, each in sniffed):
            return ""
        return digest(self._rules, *(part for name, each in sniffed for part in (name, each.digest)))


def _collected(read: Read) -> Read:
    tables = {name: frame.collect(engine="streaming").lazy() for name, frame in read.part.tables.items()}
    return replace(read, part=replace(read.part, tables=tables))


def _stored(read: Read, first: int) -> _KeptRead:
    part, file = read.part, read.file
    tables = {name: _bytes(frame.collect(), -first) for name, frame in part.tables.items()}
    return _KeptRead(
        name=file.path.name,
        number=file.number - first,
        reader=read.reader,
        table=read.table,
        digest=file.digest,
        file_rows=file.rows if isinstance(file, RawFile) else 0,
        rows=part.rows,
        tables=tables,
        refused=_bytes(part.refused, -first),
        begun=None if part.begun is None else frames.to_bytes(part.begun),
        conversions=None if part.conversions is None else frames.to_bytes(part.conversions),
        pipelines=part.pipelines,
        notes=part.notes,
        unknown=part.unknown,
        also=part.also,
        remarks=dict(part.remarks),
    )


def _restored(kept: _KeptRead, folder: Folder, first: int) -> Read:
    """Tables are unpacked when they are read."""
    path = next(path for path in folder.paths if path.name == kept.name)
    refused = _frame(kept.refused, first)
    nothing = pl.LazyFrame(schema={"row": pl.UInt32})
    raw = RawFile(kept.number + first, path, "", kept.digest, (), nothing, kept.file_rows, refused)
    tables = {name: frames.lazily(frame, first) for name, frame in kept.tables.items()}
    part = Part(
        tables,
        refused,
        pipelines=kept.pipelines,
        notes=kept.notes,
        unknown=kept.unknown,
        rows=kept.rows,
        also=kept.also,
        begun=None if kept.begun is None else _frame(kept.begun, 0),
        conversions=None if kept.conversions is None else _frame(kept.conversions, 0),
        remarks=kept.remarks,
    )
    return Read(raw, kept.reader, kept.table, part)


def _bytes(frame: pl.DataFrame, first: int) -> bytes:
    return frames.to_bytes(frames.renumbered(frame, first))


def _frame(raw: bytes, first: int) -> pl.DataFrame:
    return frames.lazily(raw, first).collect()
