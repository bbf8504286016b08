"""The records of a delimited text, each of them accounted for.

The text is taken in blocks of whole lines. Counting delimiters finds the lines that are records of the right
width, a regular expression those among the lines with quotes; Polars reads them at its own speed. Only the others
(text over several lines, stray quotes, ragged and blank rows) are looked at one by one: a record is written anew
with plain quotes, in its place, and what is none is left out and told.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from pathlib import Path

import polars as pl

from funnelbook.errors import SourceError
from funnelbook.sources.files.bytes import wrong
from funnelbook.sources.files.refusals import Refusal

#: Characters in one field. A longer one means a quote that was never closed, or no export at all.
MAX_FIELD = 131_072
#: Bytes that are looked at together: enough for Polars to be quick, little beside a large file.
_BLOCK = 32 << 20
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
    """Some records: `text` holds those that are whole. `refused` are the others: which of the block's records each
    is, counted from 0, and what is wrong with it; `lone` the only texts of some. `end` is the offset of what
    follows in the file.
    """

    text: bytes
    records: int
    end: int
    refused: tuple[tuple[int, str], ...] = ()
    lone: Mapping[int, str] = field(default_factory=dict)

    @property
    def whole(self) -> int:
        return self.records - len(self.refused)


def read_records(path: Path, data: bytes, form: Form) -> Records:
    """All records of `data` after the header; what is read of them later is only the columns somebody asks for.

    Raises `SourceError`: a quote never closed, a field too long.
    """
    frames, refused, lone = list[pl.LazyFrame](), list[Refusal](), dict[int, str]()
    rows, first = 0, form.first_row
    for block in _blocks(path, data, form):
        if block.whole:
            frames.append(_scan(block, form, first))
        refused += [(first + ordinal, problem) for ordinal, problem in block.refused]
        lone |= {first + ordinal: text for ordinal, text in block.lone.items()}
        rows += block.whole
        first += block.records
    empty = pl.LazyFrame(schema={"row": pl.UInt32(), **form.schema})
    return Records(pl.concat(frames) if frames else empty, rows, tuple(refused), lone)


def _blocks(path: Path, data: bytes, form: Form) -> Iterator[_Block]:
    sign = next((sign for sign in _ABSENT if sign.encode() not in data), None)
    if sign is None:
        raise wrong(path, "control-bytes", "the file is full of control bytes", "export it again as text")
    position, row = form.start, form.first_row
    while position < len(data):
        end = data.rfind(b"\n", position, position + _BLOCK) + 1 or data.find(b"\n", position) + 1 or len(data)
        if position + _BLOCK >= len(data):
            end = len(data)
        text = data[position:end]
        strange, lines = _strange(text, sign, form)
        block = _Block(text, lines, end)
        if strange:
            block = _Mending(path, data, form, row).block(position, end, strange, lines)
        yield block
        position = block.end
        row += block.records


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
    """Reads the strange lines of a block one by one. `row` is that of the block's first record."""

    path: Path
    data: bytes
    form: Form
    row: int

    def block(self, start: int, end: int, strange: Sequence[int], lines: int) -> _Block:
        """The block from `start` to `end`, which grows when its last record goes on beyond it."""
        begins = list(accumulate((len(line) + 1 for line in self.data[start:end].split(b"\n")), initial=start))
        kept, refused, lone = list[bytes](), list[tuple[int, str]](), dict[int, str]()
        copied, after, continued = start, start, 0
        for line in strange:
            begin = begins[line]
            if begin < after:
                continue
            ordinal = line - continued
            after, record = self._record(begin, self.row + ordinal)
            kept.append(self.data[copied:begin])
            copied = after
            if problem := _problem(record, self.form):
                refused.append((ordinal, problem))
                filled = [cell.strip() for cell in record or () if cell.strip()]
                lone |= {ordinal: filled[0]} if len(filled) == 1 else {}
            else:
                kept.append(_written(record or (), self.form.delimiter))
            continued += self.data.count(b"\n", begin, min(after, end) - 1)
        kept.append(self.data[copied:end])
        return _Block(b"".join(kept), lines - continued, max(end, after), tuple(refused), lone)

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


def _scan(block: _Block, form: Form, first: int) -> pl.LazyFrame:
    """The block's whole records under the rows of all its records, the first of which is `first`."""
    frame = pl.scan_csv(
        block.text, has_header=False, separator=form.delimiter, schema=form.schema, row_index_name="row",
        row_index_offset=first,
    )  # fmt: skip
    if not block.refused:
        return frame
    before = [first + ordinal - number for number, (ordinal, _) in enumerate(block.refused)]
    row = pl.col("row")
    left_out = pl.lit(pl.Series(before, dtype=pl.UInt32)).search_sorted(row, side="right")
    return frame.with_columns((row + left_out).cast(pl.UInt32))
