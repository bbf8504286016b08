"""Rejected rows that somebody has mended: they lie beside their export and stand in for its rows.

`deals.rejected.csv` has the columns of the export and one more, `rejected`, which says of which file and row each
line is. The export itself stays as it came: it is evidence. Its rows are read as if the mended cells stood in it,
so that what its columns tell of dates and numbers holds for them too.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import polars as pl
from msgspec import Struct
from msgspec.structs import replace

from funnelbook.errors import Finding, SourceError
from funnelbook.sources.reader import RawFile, plain

SUFFIX = ".rejected.csv"
COLUMN = "rejected"
_OF = re.compile(r"row (\d+) of ([0-9a-f]{12})\b")
_DIGITS = 12
_KIND = "write the cell as the others of its column are written"


def is_mending(path: Path) -> bool:
    return path.name.lower().endswith(SUFFIX)


def listed(raw: RawFile, rows: Mapping[int, str]) -> bytes:
    """The rows of `raw` as a file to be mended: `rows` are row -> why it was rejected. "" when it holds no cells of
    them: they were no whole rows.
    """
    wanted = raw.frame.filter(pl.col("row").is_in(list(rows))).with_columns(pl.all().cast(pl.String)).collect()
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([*raw.header, COLUMN])
    for number, *cells in wanted.iter_rows():
        told = f"row {number} of {raw.digest[:_DIGITS]}: {rows[int(number)]}"
        writer.writerow([*("" if cell is None else cell for cell in cells[: len(raw.header)]), told])
    return text.getvalue().encode() if wanted.height else b""


def kept_edits(fresh: bytes, edited: bytes) -> bytes:
    """`fresh` with the lines of `edited` that are of the same rows: somebody may be at work there."""
    (head, *lines), old = _lines(fresh), _lines(edited)
    if not old or old[0] != head:
        return fresh
    known = {_key(line): line for line in old[1:] if len(line) == len(head)}
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([head, *(known.get(_key(line), line) for line in lines)])
    return text.getvalue().encode()


def _lines(content: bytes) -> list[list[str]]:
    try:
        return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    except (UnicodeDecodeError, csv.Error):
        return []


def _key(line: Sequence[str]) -> str:
    found = _OF.match(line[-1].strip()) if line else None
    return found[0] if found else ""


class Mendings(Struct, frozen=True):
    """Every mended row of a folder."""

    files: tuple[RawFile, ...] = ()

    def applied(self, raw: RawFile) -> RawFile:
        """`raw` with its mended rows. Raises `SourceError` where a mended row cannot stand in for the old one."""
        for each in self.files:
            raw = _applied(raw, each)
        return raw

    def check(self, digests: Iterable[str]) -> None:
        """Raises `SourceError` for files that mend nothing of what has these digests."""
        known = {digest[:_DIGITS] for digest in digests}
        hint = "lay it beside the export as it was, or import the two together"
        stray = [each for each in self.files if not _of(each)["digest"].is_in(known).all() or _of(each).is_empty()]
        if stray:
            message = "the export that its rows are of is not beside it"
            raise SourceError(Finding(each.place(), "mended-nothing", message, hint) for each in stray)


def _of(mended: RawFile) -> pl.DataFrame:
    """`own` row of the file, `digest` and `row` of the export."""
    index = next((i for i, name in enumerate(mended.header) if plain(name) == COLUMN), None)
    if index is None:
        return pl.DataFrame(schema={"own": pl.UInt32, "digest": pl.String, "row": pl.UInt32})
    told = pl.col(f"c{index}")
    return mended.frame.select(
        own="row",
        digest=told.str.extract(_OF.pattern, 2).fill_null(""),
        row=told.str.extract(_OF.pattern, 1).cast(pl.UInt32, strict=False),
    ).collect()


def _applied(raw: RawFile, mended: RawFile) -> RawFile:
    of = _of(mended).filter(pl.col("digest") == raw.digest[:_DIGITS]).unique("row", keep="last")
    if of.is_empty():
        return raw
    names = [name for name in mended.header if plain(name) != COLUMN]
    if names != list(raw.header):
        message = "its columns are not those of the export"
        hint = f"keep every column as it was, and {COLUMN} last"
        raise SourceError([Finding(mended.place(), "mended-columns", message, hint)])
    told = mended.frame.rename({"row": "own"}).join(of.lazy().select("own", "row"), on="own").collect()
    schema = {name: kind for name, kind in raw.frame.collect_schema().items() if name in told.columns}
    fresh = told.select(_as(kind, name) for name, kind in schema.items())
    _check_kinds(mended, told, fresh)
    others = raw.frame.join(of.lazy().select("row"), on="row", how="anti").select(list(schema))
    whole = pl.concat([others, fresh.lazy()]).sort("row").collect()
    rows = set(of["row"])
    left = {i: {row: fault for row, fault in each.items() if row not in rows} for i, each in raw.faults.items()}
    return replace(raw, frame=whole.lazy(), faults=left, notes=(*raw.notes, f"mended rows: {of.height}"))


def _as(kind: pl.DataType, name: str) -> pl.Expr:
    """A column of text as the kind that the export has it in."""
    cell = pl.col(name)
    if kind.is_temporal():
        return cell.str.to_datetime(strict=False).cast(kind)
    return cell.cast(kind, strict=False)


def _check_kinds(mended: RawFile, told: pl.DataFrame, fresh: pl.DataFrame) -> None:
    """Raises `SourceError` for cells that the export's column cannot hold."""
    lost = [
        Finding(mended.place(int(row)), "mended-cell", f"column {number + 1} holds {fresh.schema[name]}", _KIND)
        for number, name in enumerate(name for name in fresh.columns if name != "row")
        for row in told.filter(told[name].is_not_null() & fresh[name].is_null())["own"]
    ]
    if lost:
        raise SourceError(lost)
