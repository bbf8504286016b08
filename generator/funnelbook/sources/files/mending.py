"""Records that are odd, looked at one by one: told, left out, or written anew with plain quotes."""

from __future__ import annotations

import csv
import io
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import polars as pl
from msgspec import Struct, field

from funnelbook.errors import SourceError
from funnelbook.sources.files.bytes import wrong

#: Characters in one field. A longer one means a quote that was never closed, or no export at all.
MAX_FIELD = 131_072
_REPEATED = "repeated-header"
#: How csv says that a record has no end; of its other complaints one row is to blame.
_ENDLESS = ("unexpected end", "field larger")


class Form(Struct, frozen=True):
    """What a record looks like, and where the first one is: its row and its offset.

    `heading` is the header's line as it stands, for finding it again among the rows.
    """

    delimiter: str
    header: tuple[str, ...]
    heading: str
    first_row: int
    start: int = 0

    @property
    def width(self) -> int:
        return len(self.header)

    @property
    def schema(self) -> dict[str, pl.DataType]:
        return {f"c{i}": pl.String() for i in range(self.width)}


class Block(Struct, frozen=True):
    """Some records: `pieces` together are the text of those that are whole. `refused` are the others: which of the
    block's records each is, counted from 0, and what is wrong with it; `lone` the only texts of some. `end` is the
    offset of what follows in the file. `mended`: whether the pieces are not the file's text as it stands.
    `standing`: which of the refused stand in the pieces all the same.
    """

    pieces: Sequence[bytes | memoryview]
    records: int
    end: int
    refused: tuple[tuple[int, str], ...] = ()
    lone: Mapping[int, str] = field(default_factory=dict)
    mended: bool = False
    standing: tuple[int, ...] = ()


class Mending(Struct, frozen=True):
    """Reads the strange lines or records of a block one by one. `row` is that of the block's first record."""

    path: Path
    data: bytes
    form: Form
    row: int

    def block(self, begins: Sequence[int], end: int, strange: Sequence[int]) -> Block:
        """The block of what `begins` at these offsets, the last being that of what follows; it ends at `end`, or
        further on when its last record goes on beyond it.
        """
        view = memoryview(self.data)
        kept, refused, lone = list[bytes | memoryview](), list[tuple[int, str]](), dict[int, str]()
        copied, after, continued, standing = begins[0], begins[0], 0, list[int]()
        for line in strange:
            begin = begins[line]
            if begin < after:
                continue
            ordinal = line - continued
            after, record = self._record(begin, self.row + ordinal)
            continued += bisect_left(begins, min(after, end), line + 1) - line - 1
            problem = _problem(record, self.form)
            if problem:
                refused.append((ordinal, problem))
                filled = [cell.strip() for cell in record or () if cell.strip()]
                lone |= {ordinal: filled[0]} if len(filled) == 1 else {}
            if problem == _REPEATED and self.data.find(b'"', begin, after) < 0:
                standing.append(ordinal)
                continue
            kept.append(view[copied:begin])
            copied = after
            if not problem:
                kept.append(_written(record or (), self.form.delimiter))
        kept.append(view[copied:end])
        records = len(begins) - 1 - continued
        mended = copied > begins[0]
        return Block(kept, records, max(end, after), tuple(refused), lone, mended, tuple(standing))

    def _record(self, begin: int, row: int) -> tuple[int, list[str] | None]:
        """Where the record ends that begins there, and its cells; None when its quotes are stray."""
        position = begin
        lines = 0

        def following() -> Iterator[str]:
            nonlocal position, lines
            while position < len(self.data):
                end = self.data.find(b"\n", position) + 1 or len(self.data)
                text = self.data[position:end].decode()
                position, lines = end, lines + 1
                yield text

        try:
            record = next(csv.reader(following(), delimiter=self.form.delimiter, strict=True))
        except csv.Error as error:
            if lines > 1 or str(error).startswith(_ENDLESS):
                raise self._unclosed(row, error) from None
            return position, None
        return position, record

    def _unclosed(self, row: int, error: csv.Error) -> SourceError:
        if "field larger" in str(error):
            return too_long(self.path, row)
        hint = "close it or double it, or export the file again"
        return wrong(self.path, "unclosed-quote", "a quote opened in this row is never closed", hint, row=row)


def _problem(record: list[str] | None, form: Form) -> str:
    if record is None:
        return "malformed"
    if not record or (form.width > 1 and len(record) == 1 and not record[0].strip()):
        return "blank-row"
    if len(record) != form.width:
        return "ragged-row"
    return _REPEATED if tuple(record) == form.header else ""


def _written(record: Sequence[str], delimiter: str) -> bytes:
    """The record as every reader reads it."""
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, quoting=csv.QUOTE_ALL, lineterminator="\n").writerow(record)
    return text.getvalue().encode()


def too_long(path: Path, row: int) -> SourceError:
    message = f"a field of this row is longer than {MAX_FIELD} characters"
    return wrong(path, "field-too-long", message, "look for a quote that is never closed", row=row)
