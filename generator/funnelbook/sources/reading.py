"""Read every export of a project."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import filterfalse, islice
from pathlib import Path

import polars as pl
from msgspec import Struct, field
from msgspec.structs import replace

from funnelbook.errors import Finding, Place, SourceError
from funnelbook.memory import Memory
from funnelbook.model.reading import Export, Reading
from funnelbook.project import Project, SourceMapping
from funnelbook.sources.accounts import Account, loaded
from funnelbook.sources.beginnings import settled, with_beginnings
from funnelbook.sources.files.bytes import sniff
from funnelbook.sources.files.json_table import as_table
from funnelbook.sources.files.opening import check_rows, open_file
from funnelbook.sources.folder_seals import Rules, rules_of, seal_of
from funnelbook.sources.folders import Folder, folders, matching, stray_folders
from funnelbook.sources.kept import read_snapshot, strangers
from funnelbook.sources.kept_readings import KeptReadings
from funnelbook.sources.leads import renamed, with_leads
from funnelbook.sources.mapping import read_mapped
from funnelbook.sources.mended import Mendings, is_mending
from funnelbook.sources.mistakes import Mistakes
from funnelbook.sources.persons import Persons
from funnelbook.sources.reader import NO_REFUSED, Context, JsonFile, Part, RawFile, Read, Reader
from funnelbook.sources.recognise import DUMP_READERS, known, recognise, recognise_dump, tabled
from funnelbook.sources.whole import reading_of


def read(project: Project, memory: Memory | None = None) -> Reading:
    """All files of `content/exports` as canonical tables.

    Files directly in the folder are read as they are; folders named `YYYY-MM-DD` hold successive exports, as files
    or as snapshots of them (`funnelbook.sources.kept`). A file that a `[[sources]]` mapping names is read by it
    alone, once a mapping; any other by the reader that knows its header.

    `file` numbers the files from 0, in the order of `Reading.files`: by folder, then by name. `memory`: where it is
    kept what each folder was read as.

    Raises one `SourceError` with the mistakes of all files, paths relative to the project.
    """
    mistakes = Mistakes(project.root)
    found = mistakes.gather(lambda: folders(project.exports)) or ()
    mistakes.add(stray_folders(project.exports) if found else ())
    kept = accounts_of(found, mistakes)
    mistakes.add(strangers(kept, project))
    _check_mappings(project, found, kept, mistakes)
    # Ids that are whole numbers stay as they are where nothing but typed tables is read, and those once.
    typed = all(each.day is None for each in found) and all(
        path.suffix.lower() == ".parquet" for each in found for path in each.paths
    )
    persons = persons_of(project, kept, numbers=not typed)
    readings = KeptReadings(memory or Memory(None), repr((project, persons.numbers)), persons)
    return _read(_Desk(project, mistakes, persons, kept, readings), found)


def read_folder(project: Project, folder: Folder, kept: Mapping[Path, Account]) -> Reading:
    """The files of one folder alone, wherever they lie, fit to be compared with the snapshots that are `kept`.

    Beginnings that a log tells are in `Reading.begun`, and no entries yet: the deals may come another day.

    Errors are as `read`'s.
    """
    desk = _Desk(project, Mistakes(project.root), persons_of(project, kept), kept)
    return reading_of([each for _, own in _reads(desk, [folder]) for each in own])


def examine(project: Project, folder: Folder) -> tuple[list[Read], list[Finding]]:
    """The files of one folder as far as they can be read, and the mistakes in the others."""
    mistakes = Mistakes(project.root)
    return _Folder(_Desk(project, mistakes, Persons(), {}), folder).read(0), mistakes.found


def accounts_of(found: Iterable[Folder], mistakes: Mistakes) -> dict[Path, Account]:
    """Every account of a snapshot, by where it lies."""
    paths = [path for folder in found for path in folder.snapshots]
    read = {path: mistakes.gather(partial(loaded, path)) for path in paths}
    return {path: account for path, account in read.items() if account is not None}


def persons_of(project: Project, kept: Mapping[Path, Account], *, numbers: bool = True) -> Persons:
    """Hashes persons as the snapshots that are kept have theirs."""
    keys = {account.key for account in kept.values() if account.key}
    return Persons.of(project, needed=frozenset(keys), numbers=numbers)


class _Desk(Struct, frozen=True):
    """What all folders of a reading share."""

    project: Project
    mistakes: Mistakes
    persons: Persons
    accounts: Mapping[Path, Account]
    readings: KeptReadings = field(default_factory=lambda: KeptReadings(Memory(None), "", Persons()))


def _read(desk: _Desk, found: Sequence[Folder]) -> Reading:
    groups = _reads(desk, found)
    reads = [each for _, own in groups for each in own]
    conversions = [each.part.conversions for each in reads if each.part.conversions is not None]
    rules = rules_of(desk.project, desk.persons, conversions)
    parts = renamed(with_beginnings([each.part for each in reads]))
    reads = [replace(each, part=part) for each, part in zip(reads, parts, strict=True)]
    left = iter(reads)
    whole = [(folder, list(islice(left, len(own)))) for folder, own in groups]
    exports = tuple(each for folder, own in whole for each in _export(desk, folder, own, rules))
    return replace(reading_of(reads), exports=exports)


def _reads(desk: _Desk, found: Sequence[Folder]) -> list[tuple[Folder, list[Read]]]:
    """What each folder holds, in the order of the files' numbers."""
    groups: list[tuple[Folder, list[Read]]] = []
    first = 0
    for folder in found:
        reads = desk.readings.of(folder, first, _Folder(desk, folder).read, desk.mistakes)
        groups.append((folder, reads))
        first += len(groups[-1][1])
    desk.mistakes.report()
    return groups


def _export(desk: _Desk, folder: Folder, reads: Sequence[Read], rules: Rules) -> Iterator[Export]:
    """The deals of a folder, if there are any."""
    deals = [each.part.tables["deals"] for each in reads if "deals" in each.part.tables]
    if deals:
        seal = seal_of(folder, reads, desk.accounts, rules, desk.readings.keys[folder])
        yield Export(pl.concat(deals), folder.day, reads[0].file.number, seal)


class _Folder:
    """Reads one folder: opens its files, tells what each is, then reads them knowing each other."""

    def __init__(self, desk: _Desk, folder: Folder) -> None:
        self._project = desk.project
        self._folder = folder
        self._mistakes = desk.mistakes
        self._persons = desk.persons
        self._accounts = desk.accounts
        self._opened: dict[tuple[Path, str | None, str | None], RawFile | JsonFile | None] = {}
        self._mendings = Mendings()

    def read(self, first: int) -> list[Read]:
        """Every file's parts, numbered from `first`."""
        mapped, joined = self._mapped()
        self._mendings = self._mended()
        plain = [path for path in self._facts() if path not in mapped and path not in joined]
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
                reads += self._serving("joined", path, first + len(reads))
            elif is_mending(path):
                reads += self._serving("mended rows", path, first + len(reads))
        reads = self._with_dumps(reads, documents, context)
        for path in self._folder.snapshots:
            reads += self._read_snapshot(path, first + len(reads))
        parts = with_leads(settled([each.part for each in reads]), self._project.pipelines)
        return [replace(each, part=part) for each, part in zip(reads, parts, strict=True)]

    def _facts(self) -> list[Path]:
        return [path for path in self._folder.paths if not is_mending(path)]

    def _mended(self) -> Mendings:
        """The mended rows that lie in the folder, all of them beside their exports."""
        files = [file for path in self._folder.paths if is_mending(path) and (file := self._open(path)) is not None]
        found = Mendings(tuple(file for file in files if isinstance(file, RawFile)))
        if files:
            digests = [sniff(path).digest for path in self._facts() if path.is_file()]
            self._mistakes.gather(lambda: found.check(digests))
        return found

    def _mapped(self) -> tuple[dict[Path, list[SourceMapping]], set[Path]]:
        """The mappings of each file, and the files that mappings join."""
        mapped: dict[Path, list[SourceMapping]] = {}
        joined: set[Path] = set()
        for mapping in self._project.sources:
            for path in filterfalse(is_mending, matching(self._folder, mapping.file, self._project.exports)):
                mapped.setdefault(path, []).append(mapping)
            for join in mapping.joins:
                joined.update(matching(self._folder, join.file, self._project.exports))
        return mapped, joined

    def _open(
        self, path: Path, delimiter: str | None = None, encoding: str | None = None
    ) -> RawFile | JsonFile | None:
        key = (path, delimiter, encoding)
        if key not in self._opened:
            self._opened[key] = self._mistakes.gather(lambda: self._fresh(*key))
        return self._opened[key]

    def _fresh(self, path: Path, delimiter: str | None, encoding: str | None) -> RawFile | JsonFile:
        most = self._project.limits.rows
        file = tabled(open_file(path, delimiter=delimiter, encoding=encoding, knows=known, most_rows=most))
        if isinstance(file, RawFile):
            check_rows(file, most)
            return self._mendings.applied(file)
        return file

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
        table = file if isinstance(file, RawFile) else as_table(file)
        if table is None:
            message = "the JSON document is no list of objects, so it has no columns to map"
            self._mistakes.add([Finding(file.place(), "not-a-table", message, "remove the mapping")])
            return []
        raw = numbered(table, number)
        part = self._mistakes.gather(lambda: read_mapped(mapping, raw, context, self._join))
        return [Read(raw, f"mapped {mapping.table}", mapping.table, part)] if part else []

    def _join(self, name: str) -> RawFile:
        for path in matching(self._folder, name, self._project.exports):
            file = self._open(path)
            if isinstance(file, RawFile):
                return file
        raise SourceError.one("missing-file", f"there is no table {name} to join", "look at [[sources.joins]]")

    def _serving(self, what: str, path: Path, number: int) -> list[Read]:
        """A file that only serves others: its rows are counted, and none of them is a fact of its own."""
        file = self._open(path)
        if not isinstance(file, RawFile):
            return []
        raw = numbered(file, number)
        return [Read(raw, what, "", Part({}, raw.refused, notes=raw.notes))]

    def _read_snapshot(self, path: Path, number: int) -> list[Read]:
        account = self._accounts.get(path)
        found = self._mistakes.gather(lambda: read_snapshot(path, account, number)) if account else None
        return [found] if found else []

    def _with_dumps(self, reads: list[Read], documents: Sequence[JsonFile], context: Context) -> list[Read]:
        parts: dict[int, tuple[str, str, Part]] = {}
        claimed = [(file, self._mistakes.gather(partial(recognise_dump, file))) for file in documents]
        for reader in DUMP_READERS:
            mine = [file for file, found in claimed if found is reader]
            read = self._mistakes.gather(partial(reader.read, mine, context)) if mine else None
            parts |= {number: (reader.name, table, part) for number, (table, part) in (read or {}).items()}
        return [Read(each.file, *parts[each.file.number]) if each.file.number in parts else each for each in reads]


def numbered(raw: RawFile, number: int) -> RawFile:
    """The file under its number in the reading."""
    return replace(raw, number=number, refused=raw.refused.with_columns(file=pl.lit(number, dtype=pl.UInt16)))


def _check_mappings(
    project: Project, found: Sequence[Folder], kept: Mapping[Path, Account], mistakes: Mistakes
) -> None:
    """What a mapping names is there, or was when it was imported."""
    imported = Folder(None, tuple(path.with_name(account.name) for path, account in kept.items()))
    for mapping in project.sources:
        for name in (mapping.file, *(join.file for join in mapping.joins)):
            if not any(matching(folder, name, project.exports) for folder in (*found, imported)):
                hint = "look at [[sources]] of funnelbook.toml"
                place = Place(str(project.exports))
                mistakes.add([Finding(place, "missing-file", f"no file is called {name}", hint)])
