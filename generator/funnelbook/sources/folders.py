"""Which files of the exports folder are inputs, and which export each belongs to."""

from __future__ import annotations

import re
from datetime import date
from fnmatch import fnmatchcase
from pathlib import Path

from msgspec import Struct

from funnelbook.errors import Finding, Place, SourceError
from funnelbook.project import is_left_over

#: What an import keeps for a day: the account of a file, or one of its tables (`funnelbook.sources.kept`).
SNAPSHOT = re.compile(r"snapshot-(?P<number>\d{2,})\.(?:json|(?P<table>[a-z]+)\.parquet)")
_DATED = re.compile(r"\d{4}-\d{2}-\d{2}")
#: Notes that people write beside exports.
_NOTE = re.compile(r"README.*|.*\.md", re.IGNORECASE)


class Folder(Struct, frozen=True):
    """The files of one export, sorted by name. `day` is None for the exports folder itself.

    snapshots: accounts of what was imported for the day; `tables` lie beside them.
    """

    day: date | None
    paths: tuple[Path, ...]
    snapshots: tuple[Path, ...] = ()
    tables: tuple[Path, ...] = ()

    @property
    def files(self) -> tuple[Path, ...]:
        return (*self.paths, *self.snapshots, *self.tables)


def folders(exports: Path) -> tuple[Folder, ...]:
    """The exports folder, then its dated folders from the oldest.

    Raises `SourceError` when there is no export at all.
    """
    place, hint = Place(str(exports)), "put a CRM's export into it"
    if not exports.is_dir() or exports.is_symlink():
        raise SourceError.one("no-exports", "there is no folder of exports", hint, place=place)
    found = listed(exports)
    if not found:
        raise SourceError.one("no-exports", "the folder of exports is empty", hint, place=place)
    return found


def listed(exports: Path) -> tuple[Folder, ...]:
    """As `folders`; nothing when there is no export."""
    if not exports.is_dir() or exports.is_symlink():
        return ()
    dated = [_dated(day, inside) for inside in _inside(exports) if (day := _day(inside)) is not None]
    found = (Folder(None, _files(exports)), *dated)
    return found if any(folder.files for folder in found) else ()


def stray_folders(exports: Path) -> list[Finding]:
    """Folders that are none of an export: their name is no day."""
    hint = "name it YYYY-MM-DD by the day of the export, or move its files up"
    return [
        Finding(Place(str(inside)), "unknown-folder", "not the folder of a dated export", hint)
        for inside in _inside(exports)
        if _day(inside) is None
    ]


def _dated(day: date, folder: Path) -> Folder:
    """Raises `SourceError` for tables of a snapshot whose account is gone."""
    kept: dict[bool | None, list[Path]] = {None: [], True: [], False: []}
    for path in _files(folder):
        found = SNAPSHOT.fullmatch(path.name)
        kept[None if found is None else found["table"] is None].append(path)
    raw, snapshots, tables = (tuple(kept[kind]) for kind in (None, True, False))
    told = {path.stem for path in snapshots}
    hint = "restore the account, or remove the table and import the export anew"
    orphans = [path for path in tables if path.name.split(".")[0] not in told]
    if orphans:
        message = "a table of a snapshot without its account"
        raise SourceError(Finding(Place(str(path)), "spoiled-snapshot", message, hint) for path in orphans)
    return Folder(day, raw, snapshots, tables)


def _inside(exports: Path) -> list[Path]:
    """Folders, links to folders not among them: those are refused with the files."""
    found = (each for each in exports.iterdir() if each.is_dir() and not each.is_symlink())
    return sorted(each for each in found if not is_left_over(each.name))


def _files(folder: Path) -> tuple[Path, ...]:
    """Everything but folders and leftovers: a pipe or a link is an input too, and is refused when it is opened."""
    inside = (each for each in folder.iterdir() if each.is_symlink() or not each.is_dir())
    return tuple(sorted(each for each in inside if not is_left_over(each.name) and not _NOTE.fullmatch(each.name)))


def _day(folder: Path) -> date | None:
    try:
        return date.fromisoformat(folder.name) if _DATED.fullmatch(folder.name) else None
    except ValueError:
        return None


def matching(folder: Folder, pattern: str, exports: Path) -> tuple[Path, ...]:
    """The folder's files that a mapping means: a glob over the name, or over the path inside the exports folder."""
    return tuple(
        path
        for path in folder.paths
        if fnmatchcase(path.name, pattern)
        or (path.is_relative_to(exports) and fnmatchcase(path.relative_to(exports).as_posix(), pattern))
    )
