"""Snapshots on the disk: the facts of an imported file as Parquet, and its account beside them.

`content/exports/2026-11-02/snapshot-01.json` is the account of the first file that was imported for that day,
`snapshot-01.deals.parquet` its deals. Only canonical columns are kept, contacts as keyed hashes, and everything is
readable by its owner only. A snapshot reads as the file did from which it was made.
"""

from __future__ import annotations

import io
import os
from collections.abc import Mapping, Sequence
from pathlib import Path

import polars as pl
from msgspec import Struct
from msgspec.structs import replace

from funnelbook import unfinished
from funnelbook.errors import Finding, Place
from funnelbook.model.reading import PipelineFact, Reading, SourceFile
from funnelbook.model.tables import TABLES
from funnelbook.project import Project
from funnelbook.sources.accounts import BEGINNINGS, CONVERSIONS, Account, dumped, spoiled
from funnelbook.sources.beginnings import BEGUN
from funnelbook.sources.files.bytes import sniff
from funnelbook.sources.folders import SNAPSHOT
from funnelbook.sources.persons import Persons
from funnelbook.sources.reader import LINKS, Part, RawFile, Read

_OURS = ("file", "snapshot")
#: Months of deals are alike: a higher level costs time and saves little.
_LEVEL = 6


class Snapshot(Struct, frozen=True):
    """What will be kept of one file: its account, still without hashes, and its facts by canonical table."""

    account: Account
    tables: Mapping[str, pl.LazyFrame]


def snapshot_of(file: SourceFile, reading: Reading, project: Project, told: Sequence[PipelineFact]) -> Snapshot:
    """What of the file is kept, and the pipelines that the CRM told of: they go with one file of an import."""
    own = pl.col("file") == file.number
    tables = {name: frame.filter(own) for name, frame in reading.tables.items()}
    present = {name: frame for name, frame in tables.items() if not frame.limit(1).collect().is_empty()}
    if file.number in reading.begun:
        present[BEGINNINGS] = reading.begun[file.number].lazy()
    if file.number in reading.conversions:
        present[CONVERSIONS] = reading.conversions[file.number].lazy()
    account = Account(
        name=file.path.name,
        digest=file.digest,
        reader=file.reader,
        table=file.table,
        rows=file.rows,
        timezone=project.site.timezone.key,
        key=Persons.of(project).fingerprint if _has_persons(present) else "",
        refused=reading.refused.filter(own),
        also=file.also,
        notes=file.notes,
        remarks=file.remarks,
        unknown=reading.unknown_columns.get(file.number, ()),
        pipelines=tuple(told),
    )
    return Snapshot(account, present)


def _has_persons(tables: Mapping[str, pl.LazyFrame]) -> bool:
    person = pl.col("contact_id").is_not_null().any()
    return "deals" in tables and bool(tables["deals"].select(person).collect().item())


def next_numbers(folder: Path, count: int) -> tuple[Path, ...]:
    """The accounts of the next snapshots in the folder of a day."""
    taken = [int(found["number"]) for path in _listed(folder) if (found := SNAPSHOT.fullmatch(path.name))]
    first = max(taken, default=0) + 1
    return tuple(folder / f"snapshot-{number:02}.json" for number in range(first, first + count))


def _listed(folder: Path) -> Sequence[Path]:
    return sorted(folder.iterdir()) if folder.is_dir() else ()


def write_snapshots(coming: Mapping[Path, Snapshot]) -> None:
    """Writes every snapshot to the path of its account, which appears last: without it there is no snapshot."""
    for folder in sorted({path.parent for path in coming}):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for path, snapshot in coming.items():
        contents = {name: _parquet(name, frame) for name, frame in snapshot.tables.items()}
        partial = {table_path(path, name): _written(path.parent, content) for name, content in contents.items()}
        hashes = {name: sniff(partial[table_path(path, name)]).digest for name in contents}
        account = _written(path.parent, dumped(replace(snapshot.account, tables=hashes)))
        for target, fresh in (*partial.items(), (path, account)):
            fresh.rename(target)


def table_path(account: Path, table: str) -> Path:
    """Where the facts of a snapshot lie."""
    return account.with_name(f"{account.stem}.{table}.parquet")


def _parquet(table: str, frame: pl.LazyFrame) -> bytes:
    buffer = io.BytesIO()
    kinds = _kinds(table)
    words = [name for name, kind in kinds.items() if isinstance(kind, pl.Enum)]
    columns = [name for name in kinds if name not in _OURS]
    frame.select(columns).with_columns(pl.col(words).cast(pl.String)).collect().write_parquet(
        buffer, compression="zstd", compression_level=_LEVEL
    )
    return buffer.getvalue()


def _kinds(table: str) -> pl.Schema:
    others = {BEGINNINGS: BEGUN, CONVERSIONS: LINKS}
    return others[table] if table in others else TABLES[table].create_empty().schema


def _written(folder: Path, content: bytes) -> Path:
    """A file of a passing name, for its owner alone."""
    handle, path = unfinished.begin(folder)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    return path


def read_snapshot(path: Path, account: Account, number: int) -> Read:
    """The snapshot as it would read from the file it was made of, under its number in the reading.

    Raises `SourceError` when one of its tables is gone or is not as it was written.
    """
    refused = account.refused.with_columns(file=pl.lit(number, dtype=pl.UInt16))
    tables = {name: _scanned(path, name, digest, number) for name, digest in (account.tables or {}).items()}
    nothing = pl.LazyFrame(schema={"row": pl.UInt32})
    begun, conversions = (tables.pop(name, None) for name in (BEGINNINGS, CONVERSIONS))
    raw = RawFile(number, path.with_name(account.name), "", account.digest, (), nothing, account.rows, refused)
    part = Part(
        tables,
        refused,
        pipelines=account.pipelines,
        notes=account.notes,
        unknown=account.unknown,
        rows=account.rows,
        also=account.also,
        remarks=dict(account.remarks),
        begun=None if begun is None else begun.collect(),
        conversions=None if conversions is None else conversions.collect(),
    )
    return Read(raw, account.reader, account.table, part)


def _scanned(path: Path, table: str, digest: str, number: int) -> pl.LazyFrame:
    target = table_path(path, table)
    if not target.exists() or sniff(target).digest != digest:
        raise spoiled(target, "is gone" if not target.exists() else "is not as it was written")
    ours = {"file": pl.lit(number), "snapshot": pl.lit(None)}
    columns = (ours.get(name, pl.col(name)).cast(kind).alias(name) for name, kind in _kinds(table).items())
    return pl.scan_parquet(target, glob=False).select(columns)


def strangers(found: Mapping[Path, Account], project: Project) -> list[Finding]:
    """Snapshots that were made under another time zone than the project has now: their days would be wrong."""
    now = project.site.timezone.key
    hint = "set [site] timezone back, or remove this snapshot and import the export anew"
    return [
        Finding(
            Place(str(path)), "other-timezone", f"its times were read as of {account.timezone}, not of {now}", hint
        )
        for path, account in found.items()
        if account.timezone != now
    ]
