"""The records of a delimited text, each of them accounted for.

The text is taken in blocks. Where quotes are well formed, `plain` tells the records and those that are odd:
ragged and blank rows, the header again. Where they are not, counting delimiters finds the lines that are records of
the right width, a regular expression those among the lines with quotes. What is odd is looked at one by one: a
record is written anew with plain quotes, in its place, and what is none is left out and told. Polars reads all
others at its own speed, as they stand.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate, pairwise
from pathlib import Path

import polars as pl
from msgspec import Struct

from funnelbook.errors import SourceError
from funnelbook.sources.files.bytes import wrong
from funnelbook.sources.files.mending import MAX_FIELD, Block, Form, Mending
from funnelbook.sources.files.plain import Cut, Sought, cut, seams
from funnelbook.sources.files.refusals import Refusal
from funnelbook.sources.threads import side_by_side

#: Bytes that are looked at together: enough for what looks at them to be quick, few enough for a processor's cache.
_BLOCK = 1 << 20
#: Bytes that one thread looks at, block by block, while others look at others.
_SPAN = 16 << 20
#: Control bytes that no export holds: one of them stands for "no delimiter" when lines are read whole.
_ABSENT = ("\x1f", "\x1e", "\x1d", "\x1c", "\x01", "\x02", "\x03", "\x04")


class Records(Struct, frozen=True):
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


def read_records(path: Path, data: bytes, form: Form) -> Records:
    """All records of `data` after the header; what is read of them later is only the columns somebody asks for.

    Raises `SourceError`: a quote never closed, a field too long.
    """
    pieces, refused, lone = list[bytes | memoryview](), list[Refusal](), dict[int, str]()
    row, mended, standing = form.first_row, False, set[int]()
    for block in _blocks(path, data, form):
        pieces += block.pieces
        refused += [(row + ordinal, problem) for ordinal, problem in block.refused]
        lone |= {row + ordinal: text for ordinal, text in block.lone.items()}
        standing |= {row + ordinal for ordinal in block.standing}
        row += block.records
        mended = mended or block.mended
    rows = row - form.first_row - len(refused)
    above = 0 if mended else data.count(b"\n", 0, form.start)
    frame = _none(form)
    if rows:
        gone = [row for row, _ in refused if row not in standing]
        frame = _scan(b"".join(pieces) if mended else data, above, form, gone)
        frame = frame.filter(~pl.col("row").is_in(sorted(standing))) if standing else frame
    return Records(frame, rows, tuple(refused), lone)


def _none(form: Form) -> pl.LazyFrame:
    return pl.LazyFrame(schema={"row": pl.UInt32(), **form.schema})


def _blocks(path: Path, data: bytes, form: Form) -> Iterator[Block]:
    sought = Sought(ord(form.delimiter), form.width, MAX_FIELD, form.heading.encode())
    begins = seams(data, form.start, _SPAN, MAX_FIELD)
    spans = side_by_side(lambda span: _plain(path, data, form, sought, span), pairwise((*begins, len(data))))
    position, row = form.start, form.first_row
    for begin, blocks in zip(begins, spans, strict=True):
        for block in blocks if position == begin else ():
            yield block
            position, row = block.end, row + block.records
    while position < len(data):
        found = cut(data, position, min(position + _BLOCK, len(data)), sought)
        block = _block(path, data, form, row, found) if found else _by_lines(path, data, form, (position, row))
        yield block
        position, row = block.end, row + block.records


def _plain(path: Path, data: bytes, form: Form, sought: Sought, span: tuple[int, int]) -> list[Block]:
    """The blocks of a span, up to the first whose quotes are not well formed or that is in some way beyond help."""
    position, end = span
    blocks = list[Block]()
    while position < end and (found := cut(data, position, min(position + _BLOCK, end), sought)):
        try:
            blocks.append(_block(path, data, form, form.first_row, found))
        except SourceError:  # is told when it is met again, with its row
            break
        position = blocks[-1].end
    return blocks


def _block(path: Path, data: bytes, form: Form, row: int, found: Cut) -> Block:
    if found.odd:
        return Mending(path, data, form, row).block(found.begins.tolist(), found.end, found.odd)
    return Block((memoryview(data)[found.begins[0] : found.end],), found.records, found.end)


def _by_lines(path: Path, data: bytes, form: Form, at: tuple[int, int]) -> Block:
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
        return Block((text,), lines, end)
    begins = list(accumulate((len(line) + 1 for line in text.split(b"\n")), initial=position))
    return Mending(path, data, form, row).block(begins[: lines + 1], end, strange)


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


def _scan(text: bytes, above: int, form: Form, gone: Sequence[int]) -> pl.LazyFrame:
    """The records of `text`, which stand below so many lines, under the rows of all records; these are `gone`."""
    frame = pl.scan_csv(
        text, has_header=False, skip_lines=above, separator=form.delimiter, schema=form.schema,
        row_index_name="row", row_index_offset=form.first_row,
    )  # fmt: skip
    if not gone:
        return frame
    before = [row - number for number, row in enumerate(gone)]
    row = pl.col("row")
    left_out = pl.lit(pl.Series(before, dtype=pl.UInt32)).search_sorted(row, side="right")
    return frame.with_columns((row + left_out).cast(pl.UInt32))
