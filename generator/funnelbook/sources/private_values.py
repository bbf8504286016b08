"""What is private in the exports, as marks (`funnelbook.sources.marks`).

A raw export gives the phones, addresses and names of its personal columns, and the phones and addresses that stand
in any other column that is private. Of a snapshot there are the hashes of its contacts; what else its file told is
marked while it is imported, and kept in the private folder beside the key, without which it says nothing.
"""

from __future__ import annotations

import io
import os
from array import array
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path

import polars as pl
from msgspec import Struct, field

from funnelbook import unfinished
from funnelbook.memory import Memory, digest
from funnelbook.model.dataset import Dataset
from funnelbook.model.dimensions import WRITTEN, published_texts
from funnelbook.project import Project, SourceMapping
from funnelbook.sources.files.bytes import sniff
from funnelbook.sources.folders import Folder, folders, matching
from funnelbook.sources.kept import table_path
from funnelbook.sources.kept_marks import MARKS, KeptMarks, united
from funnelbook.sources.marks import DIGITS, Marks, mark_of, path_of_imported
from funnelbook.sources.personal_columns import holds_names, personal_columns
from funnelbook.sources.personal_items import keys_of_document, may_tell
from funnelbook.sources.persons import Persons
from funnelbook.sources.reader import JsonFile, RawFile, plain
from funnelbook.sources.rejected import opened
from funnelbook.sources.telling import address_keys, keys_of_whole, name_keys, numbers_in, phone_keys, told_in

#: Cells of free text worth looking into for phones and addresses.
_NUMBERED = r"@|\+\s?\d|\(\d{3,5}\)|\b\d{3}[ -]\d{2,3}[ -]\d{2}[ -]?\d{2}\b"


class _Keys(Struct):
    """Keys of personal columns are `sure`; those found in other private columns are `likely`."""

    sure: set[str] = field(default_factory=set)
    likely: set[str] = field(default_factory=set)

    def __bool__(self) -> bool:
        return bool(self.sure or self.likely)

    def marked(self, persons: Persons) -> pl.DataFrame:
        rows = [(mark_of(persons, key), True) for key in self.sure]
        rows += [(mark_of(persons, key), False) for key in self.likely - self.sure]
        return pl.DataFrame(rows, schema=MARKS, orient="row")


def marks_of(project: Project, dataset: Dataset, memory: Memory | None = None) -> Marks:
    """The marks of the project's exports, less what `dataset` publishes and what the project says may be published.

    What is published as an owner's name is no secret when a customer has it too. `memory`: where it is kept what
    each file tells.
    """
    persons, found = Persons.of(project), folders(project.exports)
    kept = KeptMarks(memory or Memory(None), persons)
    told = [_of_file(project, folder, path, kept) for folder in found for path in folder.paths]
    kept.keep()
    deals = [table_path(path, "deals") for folder in found for path in folder.snapshots]
    tables = {sniff(path).digest: partial(_contacts, path) for path in deals if path.is_file()}
    if not tables and all(each.is_empty() for each in told):
        return Marks()  # a project without customers' data needs no key
    imported = path_of_imported(project, persons)
    told += [pl.read_parquet(imported)] if imported.is_file() else []
    marks = united([kept.of_tables(tables), *told])
    return Marks(_less_published(marks, project, dataset, persons), persons)


def keep_marks(project: Project, paths: Sequence[Path]) -> None:
    """Marks what is private in files of which only snapshots will be kept, beside what was marked before."""
    keys = _Keys()
    for path in paths:
        _gather(project, path, _mappings(project, Folder(None, tuple(paths)), path), keys)
    if not keys:
        return
    persons = Persons.of(project)
    path = path_of_imported(project, persons)
    before = pl.read_parquet(path) if path.is_file() else pl.DataFrame(schema=MARKS)
    marks = united([before, keys.marked(persons)])
    buffer = io.BytesIO()
    marks.write_parquet(buffer, compression="zstd")
    handle, fresh = unfinished.begin(path.parent)
    with os.fdopen(handle, "wb") as file:
        file.write(buffer.getvalue())
    fresh.replace(path)


def _contacts(path: Path) -> pl.DataFrame:
    contact = pl.col("contact_id").str.head(DIGITS).str.to_integer(base=16, strict=False).cast(pl.Int64)
    found = pl.scan_parquet(path, glob=False).select(mark=contact, sure=True).drop_nulls().unique()
    return found.collect(engine="streaming")


def _less_published(found: pl.DataFrame, project: Project, dataset: Dataset, persons: Persons) -> array[int]:
    """Less the values that are published whole; of what was found in passing, also less what stands in them."""
    texts = [*published_texts(dataset), *_people(project), *(each.value for each in project.privacy.exceptions)]
    whole = {key for text in texts for key in keys_of_whole(text)}
    inside = {key for text in texts for told in told_in(text) for key in told.keys}
    wholly, passing = ([mark_of(persons, key) for key in keys] for keys in (whole, whole | inside))
    left = found.filter(
        ~pl.col("mark").is_in(pl.Series(wholly, dtype=pl.Int64).implode()),
        pl.col("sure") | ~pl.col("mark").is_in(pl.Series(passing, dtype=pl.Int64).implode()),
    )
    return array("q", left["mark"].to_list())


def _people(project: Project) -> Iterator[str]:
    for person in project.people:
        yield person.name
        yield from (alias.name for alias in person.aliases)


def _of_file(project: Project, folder: Folder, path: Path, kept: KeptMarks) -> pl.DataFrame:
    """What the file tells. Files that cannot be read have stopped the build before."""
    mappings = _mappings(project, folder, path)
    made_from = digest(sniff(path).digest, repr(mappings), *sorted(_passed(project, mappings)))

    def search() -> pl.DataFrame:
        keys = _Keys()
        _gather(project, path, mappings, keys)
        return keys.marked(kept.persons)

    return kept.of_file(path.relative_to(project.exports).as_posix(), made_from, search)


def _mappings(project: Project, folder: Folder, path: Path) -> list[SourceMapping]:
    return [each for each in project.sources if path in matching(folder, each.file, project.exports)]


def _gather(project: Project, path: Path, mappings: Sequence[SourceMapping], keys: _Keys) -> None:
    """The keys of a file."""
    if path.suffix.lower() == ".json" and not mappings and not may_tell(path.read_bytes()):
        return
    file = opened(project, path)
    if isinstance(file, JsonFile):
        keys.sure.update(keys_of_document(file.document))
    else:
        _gather_table(file, _passed(project, mappings), keys)


def _passed(project: Project, mappings: Iterable[SourceMapping]) -> set[str]:
    """The headers of columns that a mapping publishes, or of which the project says that they may be."""
    published = {*WRITTEN, "pipeline", "stage", "status", "segment", "temperature", "person", "role", "currency"}
    mapped = (each.columns.get(name) for each in mappings for name in published)
    excepted = (each.column for each in project.privacy.exceptions)
    return {plain(name) for name in (*mapped, *excepted) if name}


def _gather_table(raw: RawFile, passed: set[str], keys: _Keys) -> None:
    columns = list(personal_columns(raw, passed))
    if not columns:
        return
    wanted = [pl.col(f"c{index}").cast(pl.String).str.strip_chars().replace("", None) for index, _ in columns]
    frame = raw.frame.select(wanted).collect(engine="streaming")
    for index, what in columns:
        cells = frame[f"c{index}"].drop_nulls()
        if what == "phones":
            keys.sure.update(key for cell in cells.unique() for key in phone_keys(cell))
        elif what == "addresses":
            keys.sure.update(key for cell in cells.unique() for key in address_keys(cell))
        elif what == "names":
            keys.sure.update(key for cell in cells.unique() for key in name_keys(cell))
        elif what == "text":
            keys.likely.update(_in_passing(cells))
    keys.sure.update(_full_names(frame, columns))


def _full_names(frame: pl.DataFrame, columns: Sequence[tuple[int, str]]) -> Iterator[str]:
    """A first and a last name that stand in columns of their own."""
    parts = [[f"c{index}" for index, what in columns if what == kind][:1] for kind in ("first", "last")]
    names = [name for part in parts for name in part]
    if names:
        cells = frame.select(pl.concat_str(names, separator=" ", ignore_nulls=True)).to_series()
        yield from (key for cell in cells.drop_nulls().unique() for key in name_keys(cell))


def _in_passing(cells: pl.Series) -> Iterator[str]:
    """Phones that are written as phones, and addresses; names where the whole column is of names."""
    distinct = cells.unique()
    for cell in distinct.filter(distinct.str.contains(_NUMBERED)):
        for told in numbers_in(cell):
            if told.kind == "e-mail" or any(not sign.isdigit() for sign in told.written):
                yield told.keys[0]
    if holds_names(distinct, cells.len()):
        yield from (key for cell in distinct for key in name_keys(cell))
