"""The records of a delimited text, each of them accounted for.

The text is taken in blocks. Where quotes are well formed, `plain` tells the records and those that are odd:
ragged and blank rows, the header again. Where they are not, counting delimiters finds the lines that are records of
the right width, a regular expression those among the lines with quotes. What is odd is looked at one by one: a
record is written anew with plain quotes, in its place, and what is none is left out and told. Polars reads all
others at its own speed, as they stand.
"""

from __future__ import annotations

import csv
import io
import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from pathlib import Path

import polars as pl

from funnelbook.errors import SourceError
from funnelbook.sources.files.bytes import wrong
from funnelbook.sources.files.plain import Sought, cut
from funnelbook.sources.files.refusals import Refusal

#: Characters in one field. A longer one means a quote that was never closed, or no export at all.
MAX_FIELD = 131_072
#: Bytes that are looked at together: enough for what looks at them to be quick, few enough for a processor's cache.
_BLOCK = 1 << 20
#: How csv says that a record has no end; of its other complaints one row is to blame.
_ENDLESS = ("unexpected end", "field larger")
#: Control bytes that no export holds: one of them stands for "no delimiter" when lines are read whole.
_ABSENT = ("\x1f", "\x1e", "\x1d", "\x1c", "\x01", "\x02", "\x03", "\x04")


@dataclass(frozen=True, slots=True)
class Form:
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


@dataclass(frozen=True, slots=True)
class Records:
    """`frame`: `row` and `c0` … as strings, `rows` of them. `refused`: what is no record of the right form.

    lone: row -> the only text of a refused row.
    """

    frame: pl.LazyFrame
    rows: int
    refused: tuple[Refusal, ...]
    lone: Mapping[int, str]

    @property
    def faults(self) -> int:
        """How many rows are rejected."""
        return sum(problem != "blank-row" for _, problem in self.refused)


@dataclass(frozen=True, slots=True)
class _Block:
    """Some records: `pieces` together are the text of those that are whole. `refused` are the others: which of the
    block's records each is, counted from 0, and what is wrong with it; `lone` the only texts of some. `end` is the
    offset of what follows in the file. `mended`: whether the pieces are not the file's text as it stands.
    """

    pieces: Sequence[bytes | memoryview]
    records: int
    end: int
    refused: tuple[tuple[int, str], ...] = ()
    lone: Mapping[int, str] = field(default_factory=dict)
    mended: bool = False


def read_records(path: Path, data: bytes, form: Form) -> Records:
    """All records of `data` after the header; what is read of them later is only the columns somebody asks for.

    Raises `SourceError`: a quote never closed, a field too long.
    """
    pieces, refused, lone = list[bytes | memoryview](), list[Refusal](), dict[int, str]()
    row, mended = form.first_row, False
    for block in _blocks(path, data, form):
        pieces += block.pieces
        refused += [(row + ordinal, problem) for ordinal, problem in block.refused]
        lone |= {row + ordinal: text for ordinal, text in block.lone.items()}
        row += block.records
        mended = mended or block.mended
    rows = row - form.first_row - len(refused)
    above = 0 if mended else data.count(b"\n", 0, form.start)
    frame = _scan(b"".join(pieces) if mended else data, above, form, refused) if rows else _none(form)
    return Records(frame, rows, tuple(refused), lone)


def _none(form: Form) -> pl.LazyFrame:
    return pl.LazyFrame(schema={"row": pl.UInt32(), **form.schema})


def _blocks(path: Path, data: bytes, form: Form) -> Iterator[_Block]:
    heading = form.heading.encode()
    sought = Sought(ord(form.delimiter), form.width, MAX_FIELD, heading)
    view = memoryview(data)
    position, row = form.start, form.first_row
    while position < len(data):
        found = cut(data, position, min(position + _BLOCK, len(data)), sought)
        if found is None:
            block = _by_lines(path, data, form, (position, row))
        elif found.odd:
            block = _Mending(path, data, form, row).block(found.begins.tolist(), found.end, found.odd)
        else:
            block = _Block((view[position : found.end],), found.records, found.end)
        yield block
        position = block.end
        row += block.records


def _by_lines(path: Path, data: bytes, form: Form, at: tuple[int, int]) -> _Block:
    """The block whose first record begins at an offset and has a row, when nobody knows where its records end."""
    position, row = at
    sign = next((sign for sign in _ABSENT if sign.encode() not in data), None)
    if sign is None:
        raise wrong(path, "control-bytes", "the file is full of control bytes", "export it again as text")
    end = data.rfind(b"\n", position, position + _BLOCK) + 1 or data.find(b"\n", position) + 1 or len(data)
    if position + _BLOCK >= len(data):
        end = len(data)
    text = data[position:end]
    strange, lines = _strange(text, sign, form)
    if not strange:
        return _Block((text,), lines, end)
    begins = list(accumulate((len(line) + 1 for line in text.split(b"\n")), initial=position))
    return _Mending(path, data, form, row).block(begins[: lines + 1], end, strange)


def _strange(text: bytes, sign: str, form: Form) -> tuple[list[int], int]:
    """The lines that are no records of the right width by themselves, or the header again; and how many lines."""
    lines = pl.read_csv(text, has_header=False, separator=sign, quote_char=None, schema={"text": pl.String()})
    line = pl.col("text")
    usual = (line.str.len_bytes() <= MAX_FIELD) & (line != form.heading)
    plain = usual & (line.str.count_matches(form.delimiter, literal=True) == form.width - 1)
    if b'"' not in text:
        return _where_not(lines, plain), lines.height
    doubtful = _where_not(lines, plain & ~line.str.contains('"', literal=True))
    delimiter = re.escape(form.delimiter)
    cell = rf'(?:"(?:[^"]|"")*"|[^"\r{delimiter}]*)'
    pattern = rf"^{cell}(?:{delimiter}{cell}){{{form.width - 1}}}\r?$"
    left = _where_not(lines[doubtful], usual & line.str.contains(pattern))
    return [doubtful[number] for number in left], lines.height


def _where_not(lines: pl.DataFrame, fits: pl.Expr) -> list[int]:
    return lines.lazy().select((~fits.fill_null(value=False)).arg_true()).collect().to_series().to_list()


@dataclass(frozen=True, slots=True)
class _Mending:
    """Reads the strange lines or records of a block one by one. `row` is that of the block's first record."""

    path: Path
    data: bytes
    form: Form
    row: int

    def block(self, begins: Sequence[int], end: int, strange: Sequence[int]) -> _Block:
        """The block of what `begins` at these offsets, the last being that of what follows; it ends at `end`, or
        further on when its last record goes on beyond it.
        """
        view = memoryview(self.data)
        kept, refused, lone = list[bytes | memoryview](), list[tuple[int, str]](), dict[int, str]()
        copied, after, continued = begins[0], begins[0], 0
        for line in strange:
            begin = begins[line]
            if begin < after:
                continue
            ordinal = line - continued
            after, record = self._record(begin, self.row + ordinal)
            kept.append(view[copied:begin])
            copied = after
            if problem := _problem(record, self.form):
                refused.append((ordinal, problem))
                filled = [cell.strip() for cell in record or () if cell.strip()]
                lone |= {ordinal: filled[0]} if len(filled) == 1 else {}
            else:
                kept.append(_written(record or (), self.form.delimiter))
            continued += bisect_left(begins, min(after, end), line + 1) - line - 1
        kept.append(view[copied:end])
        records = len(begins) - 1 - continued
        return _Block(kept, records, max(end, after), tuple(refused), lone, mended=True)

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
    return "repeated-header" if tuple(record) == form.header else ""


def _written(record: Sequence[str], delimiter: str) -> bytes:
    """The record as every reader reads it."""
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, quoting=csv.QUOTE_ALL, lineterminator="\n").writerow(record)
    return text.getvalue().encode()


def too_long(path: Path, row: int) -> SourceError:
    message = f"a field of this row is longer than {MAX_FIELD} characters"
    return wrong(path, "field-too-long", message, "look for a quote that is never closed", row=row)


def _scan(text: bytes, above: int, form: Form, refused: Sequence[Refusal]) -> pl.LazyFrame:
    """The whole records of `text`, which stand below so many lines, under the rows of all its records."""
    frame = pl.scan_csv(
        text, has_header=False, skip_lines=above, separator=form.delimiter, schema=form.schema,
        row_index_name="row", row_index_offset=form.first_row,
    )  # fmt: skip
    if not refused:
        return frame
    before = [row - number for number, (row, _) in enumerate(refused)]
    row = pl.col("row")
    left_out = pl.lit(pl.Series(before, dtype=pl.UInt32)).search_sorted(row, side="right")
    return frame.with_columns((row + left_out).cast(pl.UInt32))
