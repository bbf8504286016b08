"""Read every export of a project."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from fnmatch import fnmatchcase
from functools import partial
from pathlib import Path
from typing import TypeVar

import polars as pl

from funnelbook.errors import Finding, Place, SourceError
from funnelbook.model.reading import PipelineFact, Reading, SourceFile
from funnelbook.model.tables import TABLES
from funnelbook.project import Project, SourceMapping
from funnelbook.sources import snapshots
from funnelbook.sources.beginnings import with_beginnings
from funnelbook.sources.files.opening import open_file
from funnelbook.sources.folders import Folder, folders, stray_folders
from funnelbook.sources.mapping import read_mapped
from funnelbook.sources.persons import Persons
from funnelbook.sources.reader import NO_REFUSED, Context, JsonFile, Part, RawFile, Reader
from funnelbook.sources.recognise import DUMP_READERS, known, recognise

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Read:
    """One file read into one table. A file that several mappings name is read, and counted, once for each."""

    file: RawFile | JsonFile
    reader: str
    table: str
    part: Part


def read(project: Project) -> Reading:
    """All files of `content/exports` as canonical tables.

    Files directly in the folder are read as they are; folders named `YYYY-MM-DD` hold successive exports, whose
    deals carry that export's `snapshot` (`funnelbook.sources.snapshots`). A file that a `[[sources]]` mapping
    names is read by it alone, once a mapping; any other by the reader that knows its header.

    `file` numbers the files from 0, in the order of `Reading.files`: by folder, then by name.

    Raises one `SourceError` with the mistakes of all files, paths relative to the project.
    """
    mistakes = _Mistakes(project)
    found = mistakes.gather(lambda: folders(project.exports)) or ()
    mistakes.add(stray_folders(project.exports) if found else ())
    _check_mappings(project, found, mistakes)
    return _read(project, found, mistakes)


def read_folder(project: Project, folder: Folder) -> Reading:
    """The files of one folder alone, wherever they lie; errors as `read`'s."""
    return _read(project, [folder], _Mistakes(project))


def examine(project: Project, folder: Folder) -> tuple[list[Read], list[Finding]]:
    """The files of one folder as far as they can be read, and the mistakes in the others."""
    mistakes = _Mistakes(project)
    return _Folder(project, folder, mistakes, Persons(), None).read(0), mistakes.found


def _read(project: Project, found: Sequence[Folder], mistakes: _Mistakes) -> Reading:
    reads: list[Read] = []
    persons = _persons(project, found)
    after: datetime | None = None
    for folder in found:
        export = _Folder(project, folder, mistakes, persons, after)
        reads += export.read(len(reads))
        after = export.as_of
    mistakes.report()
    parts = with_beginnings([each.part for each in reads])
    return _reading(_labelled([replace(each, part=part) for each, part in zip(reads, parts, strict=True)]))


def _persons(project: Project, found: Sequence[Folder]) -> Persons:
    """Ids that are whole numbers stay as they are where nothing but typed tables is read, and those once."""
    plain = all(folder.day is None for folder in found) and all(
        path.suffix.lower() == ".parquet" for folder in found for path in folder.paths
    )
    return Persons.of(project, numbers=not plain)


class _Mistakes:
    """Collects what goes wrong, so that every file's mistakes are told at once."""

    def __init__(self, project: Project) -> None:
        self._root = project.root
        self.found: list[Finding] = []

    def gather(self, work: Callable[[], _T]) -> _T | None:
        """What `work` returns; None when it raises a `SourceError`, whose findings are kept."""
        try:
            return work()
        except SourceError as error:
            self.add(error.findings)
            return None

    def add(self, findings: Iterable[Finding]) -> None:
        self.found += [
            replace(each, place=replace(each.place, path=self._shown(each.place.path))) for each in findings
        ]

    def report(self) -> None:
        if self.found:
            raise SourceError(dict.fromkeys(self.found))

    def _shown(self, path: str) -> str:
        inside = Path(path)
        return inside.relative_to(self._root).as_posix() if inside.is_relative_to(self._root) else path


class _Folder:
    """Reads one folder: opens its files, tells what each is, then reads them knowing each other."""

    def __init__(
        self, project: Project, folder: Folder, mistakes: _Mistakes, persons: Persons, after: datetime | None
    ) -> None:
        self._project = project
        self._folder = folder
        self._mistakes = mistakes
        self._persons = persons
        self._after = after
        self.as_of = after
        self._opened: dict[tuple[Path, str | None, str | None], RawFile | JsonFile | None] = {}

    def read(self, first: int) -> list[Read]:
        """Every file's parts, numbered from `first`."""
        mapped, joined = self._mapped()
        plain = [path for path in self._folder.paths if path not in mapped and path not in joined]
        opened = [file for path in plain if (file := self._open(path)) is not None]
        readers = {file.path: self._recognise(file) for file in opened if isinstance(file, RawFile)}
        context = self._context(opened, readers)
        reads: list[Read] = []
        documents: list[JsonFile] = []
        for path in self._folder.paths:
            for mapping in mapped.get(path, ()):
                reads += self._read_mapped(path, mapping, context, first + len(reads))
            file = self._opened.get((path, None, None)) if path in plain else None
            if isinstance(file, JsonFile):
                documents.append(replace(file, number=first + len(reads)))
                reads.append(Read(documents[-1], "", "", Part({}, NO_REFUSED)))
            elif file is not None and (reader := readers[path]) is not None:
                reads += self._read_known(numbered(file, first + len(reads)), reader, context)
            elif path in joined and path not in mapped:
                reads += self._joined(path, first + len(reads))
        reads = self._with_dumps(reads, documents, context)
        return self._stamped(reads, context)

    def _mapped(self) -> tuple[dict[Path, list[SourceMapping]], set[Path]]:
        """The mappings of each file, and the files that mappings join."""
        mapped: dict[Path, list[SourceMapping]] = {}
        joined: set[Path] = set()
        for mapping in self._project.sources:
            for path in matching(self._folder, mapping.file, self._project.exports):
                mapped.setdefault(path, []).append(mapping)
            for join in mapping.joins:
                joined.update(matching(self._folder, join.file, self._project.exports))
        return mapped, joined

    def _open(
        self, path: Path, delimiter: str | None = None, encoding: str | None = None
    ) -> RawFile | JsonFile | None:
        key = (path, delimiter, encoding)
        if key not in self._opened:
            self._opened[key] = self._mistakes.gather(
                lambda: open_file(path, delimiter=delimiter, encoding=encoding, knows=known)
            )
        return self._opened[key]

    def _recognise(self, file: RawFile) -> Reader | None:
        return self._mistakes.gather(lambda: recognise(file))

    def _context(self, opened: Iterable[RawFile | JsonFile], readers: Mapping[Path, Reader | None]) -> Context:
        others: dict[str, tuple[RawFile, ...]] = {}
        for file in opened:
            reader = readers.get(file.path)
            if isinstance(file, RawFile) and reader is not None:
                others[reader.name] = (*others.get(reader.name, ()), file)
        site = self._project.site
        return Context(site.timezone, site.currency, self._folder.day, others, self._persons)

    def _read_known(self, file: RawFile, reader: Reader, context: Context) -> list[Read]:
        part = self._mistakes.gather(lambda: reader.read(file, context))
        return [Read(file, reader.name, reader.table, part)] if part else []

    def _read_mapped(self, path: Path, mapping: SourceMapping, context: Context, number: int) -> list[Read]:
        file = self._open(path, mapping.delimiter, mapping.encoding)
        if file is None:
            return []
        if isinstance(file, JsonFile):
            message = "a JSON document has no columns to map"
            self._mistakes.add([Finding(file.place(), "not-a-table", message, "remove the mapping")])
            return []
        raw = numbered(file, number)
        part = self._mistakes.gather(lambda: read_mapped(mapping, raw, context, self._join))
        return [Read(raw, f"mapped {mapping.table}", mapping.table, part)] if part else []

    def _join(self, name: str) -> RawFile:
        for path in matching(self._folder, name, self._project.exports):
            file = self._open(path)
            if isinstance(file, RawFile):
                return file
        raise SourceError.one("missing-file", f"there is no table {name} to join", "look at [[sources.joins]]")

    def _joined(self, path: Path, number: int) -> list[Read]:
        """A file that only serves joins: its rows are counted, and none of them is a fact of its own."""
        file = self._open(path)
        if not isinstance(file, RawFile):
            return []
        raw = numbered(file, number)
        return [Read(raw, "joined", "", Part({}, raw.refused, notes=raw.notes))]

    def _with_dumps(self, reads: list[Read], documents: Sequence[JsonFile], context: Context) -> list[Read]:
        parts: dict[int, tuple[str, str, Part]] = {}
        left = list(documents)
        for reader in DUMP_READERS:
            mine = [file for file in left if reader.match(file.document).sure]
            left = [file for file in left if file not in mine]
            found = self._mistakes.gather(partial(reader.read, mine, context)) if mine else None
            parts |= {number: (reader.name, table, part) for number, (table, part) in (found or {}).items()}
        for file in left:
            hint = "see the list of API dumps that are read"
            finding = Finding(file.place(), "unknown-file", "nobody knows this JSON document", hint)
            self._mistakes.add([finding])
        return [Read(each.file, *parts[each.file.number]) if each.file.number in parts else each for each in reads]

    def _stamped(self, reads: list[Read], context: Context) -> list[Read]:
        """A dated folder's deals carry when their export was taken."""
        frames = [each.part.tables["deals"] for each in reads if "deals" in each.part.tables]
        if context.day is None or not frames:
            return reads
        self.as_of = snapshots.as_of(pl.concat(frames), context.day, context.timezone, self._after)
        taken = pl.lit(self.as_of).cast(pl.Datetime("us", "UTC"))
        return [replace(each, part=_with_snapshot(each.part, taken)) for each in reads]


def _with_snapshot(part: Part, taken: pl.Expr) -> Part:
    if "deals" not in part.tables:
        return part
    return replace(part, tables={**part.tables, "deals": part.tables["deals"].with_columns(snapshot=taken)})


def numbered(raw: RawFile, number: int) -> RawFile:
    """The file under its number in the reading."""
    return replace(raw, number=number, refused=raw.refused.with_columns(file=pl.lit(number, dtype=pl.UInt16)))


def matching(folder: Folder, pattern: str, exports: Path) -> tuple[Path, ...]:
    """The folder's files that a mapping means: a glob over the name, or over the path inside the exports folder."""
    return tuple(
        path
        for path in folder.paths
        if fnmatchcase(path.name, pattern)
        or (path.is_relative_to(exports) and fnmatchcase(path.relative_to(exports).as_posix(), pattern))
    )


def _check_mappings(project: Project, found: Sequence[Folder], mistakes: _Mistakes) -> None:
    for mapping in project.sources:
        for name in (mapping.file, *(join.file for join in mapping.joins)):
            if not any(matching(folder, name, project.exports) for folder in found):
                hint = "look at [[sources]] of funnelbook.toml"
                place = Place(str(project.exports))
                mistakes.add([Finding(place, "missing-file", f"no file is called {name}", hint)])


def _labelled(reads: Sequence[Read]) -> list[Read]:
    """Published names: the reader's, and an ordinal. A file's own name may hold a customer's."""
    counts: dict[str, int] = {}
    found = []
    for each in reads:
        counts[each.reader] = counts.get(each.reader, 0) + 1
        found.append(replace(each, file=replace(each.file, label=f"{each.reader} {counts[each.reader]}")))
    return found


def _reading(reads: Sequence[Read]) -> Reading:
    tables = {
        name: pl.concat(frames)
        for name in TABLES
        if (frames := [each.part.tables[name] for each in reads if name in each.part.tables])
    }
    pipelines: dict[PipelineFact, None] = dict.fromkeys(fact for each in reads for fact in each.part.pipelines)
    refused = pl.concat([NO_REFUSED, *(each.part.refused for each in reads)])
    return Reading(
        files=tuple(_source_file(each) for each in reads),
        tables=tables,
        refused=refused.sort("file", "row", maintain_order=True),
        pipelines=tuple(pipelines),
        unknown_columns={each.file.number: each.part.unknown for each in reads if each.part.unknown},
    )


def _source_file(read: Read) -> SourceFile:
    file, part = read.file, read.part
    rows = part.rows if part.rows is not None else file.rows if isinstance(file, RawFile) else 0
    return SourceFile(
        file.number, file.path, file.label, read.reader, read.table, rows, file.digest, part.notes, part.also,
        tuple(sorted(part.remarks.items())),
    )  # fmt: skip
