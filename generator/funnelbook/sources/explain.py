"""What every file was taken for and why, without importing anything."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import polars as pl
from msgspec import Struct, field
from msgspec.structs import replace

from funnelbook.errors import Finding
from funnelbook.project import Project
from funnelbook.sources.folders import Folder
from funnelbook.sources.reader import JsonFile, Part, RawFile, Read, Taken
from funnelbook.sources.reading import examine
from funnelbook.sources.recognise import told


class ExplainedColumn(Struct, frozen=True):
    """What one canonical column was taken from.

    headers: names in the file, the one that is read first standing first; none for a constant.
    filled: rows of the file with something in these columns; None where no cell is read.
    read: how many of them gave a value. The others were rejected for this column, or say in words that there is
        none (`не закрыта`).
    """

    target: str
    headers: tuple[str, ...]
    rule: str
    written: str
    filled: int | None = None
    read: int = 0
    rejected: int = 0


class Explanation(Struct, frozen=True):
    """One file. `why` it was taken for `reader`, how it is written, what its columns are, what of it is not read.

    rows = accepted + refused; `refused` counts rejected, ignored and blank rows. holds: kind of item -> how many,
    in a JSON document. unread: headers that nothing reads, so that their cells stay on this machine.
    """

    path: Path
    reader: str
    why: str
    form: str
    rows: int
    refused: int
    columns: tuple[ExplainedColumn, ...] = ()
    unread: tuple[str, ...] = ()
    holds: dict[str, int] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


def explain(project: Project, paths: Sequence[Path]) -> tuple[list[Explanation], list[Finding]]:
    """The files read together as one export, and the mistakes in those that could not be read."""
    reads, findings = examine(project, Folder(None, tuple(sorted(paths))))
    return [_explained(each) for each in reads if each.reader], findings


def _explained(read: Read) -> Explanation:
    file, part = read.file, read.part
    refused = part.refused["row"].n_unique()
    if isinstance(file, JsonFile):
        why = "its items have the keys of these kinds"
        return Explanation(
            file.path, read.reader, why, "JSON", part.rows or 0, refused, holds=dict(part.holds), notes=part.notes
        )
    used = {index for taken in part.taken for index in taken.columns}
    return Explanation(
        path=file.path,
        reader=read.reader,
        why=_why(file, read.reader),
        form=file.form,
        rows=file.rows,
        refused=refused,
        columns=tuple(_columns(file, part)),
        unread=tuple(name for index, name in enumerate(file.header) if index not in used and name),
        notes=part.notes,
    )


def _why(file: RawFile, reader: str) -> str:
    if reader == "joined":
        return "a [[sources]] mapping of funnelbook.toml joins it"
    if reader.startswith("mapped "):
        return "a [[sources]] mapping of funnelbook.toml names it"
    return told(file, reader)


def _columns(file: RawFile, part: Part) -> Iterator[ExplainedColumn]:
    for taken in part.taken:
        headers = tuple(file.header[index] for index in taken.columns)
        plain = ExplainedColumn(taken.target, headers, taken.rule, taken.written)
        yield plain if taken.follows or not headers else _counted(plain, file, part, taken)


def _counted(column: ExplainedColumn, file: RawFile, part: Part, taken: Taken) -> ExplainedColumn:
    """With its counts. In a row that is rejected for another column, this value was read."""
    table, name = taken.target.split(".", 1)
    cells = (pl.col(f"c{index}").cast(pl.String).str.strip_chars() for index in taken.columns)
    filled = file.frame.filter(pl.any_horizontal(cell.fill_null("") != "" for cell in cells)).select("row")
    wrong = part.refused.filter(pl.col("column") == name, pl.col("problem") != "missing-value")["row"].implode()
    known = [part.refused.filter(~pl.col("row").is_in(wrong)).select("row").lazy()]
    if table in part.tables:
        known.append(part.tables[table].filter(pl.col(name).is_not_null()).select("row"))
    return replace(
        column,
        filled=_count(filled),
        read=_count(filled.join(pl.concat(known).unique(), on="row", how="semi")),
        rejected=_count(filled.filter(pl.col("row").is_in(wrong))),
    )


def _count(rows: pl.LazyFrame) -> int:
    return int(rows.select(pl.len()).collect(engine="streaming").item())
