"""The records of a delimited text, each of them accounted for.

One regular expression checks every line. Lines that pass are records of the right width, and Polars reads them at
its own speed; only the others (text over several lines, stray quotes, ragged and blank rows) are looked at one by
one.
"""

from __future__ import annotations

import csv
import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import polars as pl

from funnelbook.errors import SourceError
from funnelbook.sources.files.bytes import wrong
from funnelbook.sources.files.refusals import Refusal

#: Characters in one field. A longer one means a quote that was never closed, or no export at all.
MAX_FIELD = 131_072
#: How csv says that a record has no end; of its other complaints one row is to blame.
_ENDLESS = ("unexpected end", "field larger")
#: Control bytes that no export holds: one of them stands for "no delimiter" when lines are read whole.
_ABSENT = ("\x1f", "\x1e", "\x1d", "\x1c", "\x01", "\x02", "\x03", "\x04")


@dataclass(frozen=True, slots=True)
class Form:
    """What a record looks like, and where the first one is: its row, its offset, and the lines before it.

    `heading` is the header's line as it stands, for finding it again among the rows.
    """

    delimiter: str
    header: tuple[str, ...]
    heading: str
    first_row: int
    start: int = 0
    skipped: int = 0

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


@dataclass(slots=True)
class _Odd:
    """The records that are not one plain line, by the number of their first line."""

    whole: dict[int, list[str]] = field(default_factory=dict)
    refused: dict[int, str] = field(default_factory=dict)
    continued: list[int] = field(default_factory=list)
    lone: dict[int, str] = field(default_factory=dict)

    @property
    def lines(self) -> pl.Series:
        return pl.Series([*self.whole, *self.refused, *self.continued], dtype=pl.UInt32)


def read_records(path: Path, data: bytes, form: Form) -> Records:
    """All records of `data` after the header; what is read of them later is only the columns somebody asks for.

    Raises `SourceError`: a quote never closed, a field too long.
    """
    lines = _lines(path, data, form)
    odd = _odd(path, lines, form, _fits(data, form))
    refused = tuple((_row_of(line, odd, form), problem) for line, problem in odd.refused.items())
    rows = lines.height - len(odd.continued) - len(refused)
    frame = _numbered(lines, odd, form).lazy() if len(odd.lines) else _scan(data, form, rows)
    return Records(frame, rows, refused, {_row_of(line, odd, form): text for line, text in odd.lone.items()})


def _lines(path: Path, data: bytes, form: Form) -> pl.DataFrame:
    """One row a physical line after the header, `text` null when it is empty."""
    sign = next((sign for sign in _ABSENT if sign.encode() not in data), None)
    if sign is None:
        raise wrong(path, "control-bytes", "the file is full of control bytes", "export it again as text")
    schema = {"text": pl.String()}
    if form.start >= len(data):
        return pl.DataFrame(schema=schema)
    return pl.read_csv(
        data, has_header=False, separator=sign, quote_char=None, schema=schema, skip_lines=form.skipped
    )


def _fits(data: bytes, form: Form) -> pl.Expr:
    """Whether a line is by itself a record of the right width, and not the header again."""
    text = pl.col("text")
    usual = (text.str.len_bytes() <= MAX_FIELD) & (text != form.heading)
    if b'"' not in data and (b"\r" not in data or data.count(b"\r") == data.count(b"\r\n")):
        return usual & (text.str.count_matches(form.delimiter, literal=True) == form.width - 1)
    sign = re.escape(form.delimiter)
    cell = rf'(?:"(?:[^"]|"")*"|[^"\r{sign}]*)'
    return usual & text.str.contains(rf"^{cell}(?:{sign}{cell}){{{form.width - 1}}}\r?$")


def _odd(path: Path, lines: pl.DataFrame, form: Form, fits: pl.Expr) -> _Odd:
    strange = lines.lazy().select((~fits.fill_null(value=False)).arg_true()).collect(engine="streaming")
    odd = _Odd()
    texts = lines["text"].to_list() if strange.height else []
    after = -1
    for start in strange.to_series():
        if start > after:
            after = _take(path, texts, start, odd, form)
    return odd


def _take(path: Path, texts: list[str | None], start: int, odd: _Odd, form: Form) -> int:
    """Read the record that starts at line `start` into `odd`; the number of its last line."""
    last = start - 1

    def following() -> Iterator[str]:
        nonlocal last
        for last in range(start, len(texts)):
            yield f"{texts[last] or ''}\n"

    try:
        record = next(csv.reader(following(), delimiter=form.delimiter, strict=True))
    except csv.Error as error:
        if last > start or str(error).startswith(_ENDLESS):
            raise _unclosed(path, _row_of(start, odd, form), error) from None
        odd.refused[start] = "malformed"
        return last
    odd.continued.extend(range(start + 1, last + 1))
    if not record or (form.width > 1 and len(record) == 1 and not record[0].strip()):
        odd.refused[start] = "blank-row"
    elif len(record) != form.width:
        odd.refused[start] = "ragged-row"
        filled = [cell.strip() for cell in record if cell.strip()]
        odd.lone |= {start: filled[0]} if len(filled) == 1 else {}
    elif tuple(record) == form.header:
        odd.refused[start] = "repeated-header"
    else:
        odd.whole[start] = record
    return last


def _unclosed(path: Path, row: int, error: csv.Error) -> SourceError:
    if "field larger" in str(error):
        return too_long(path, row)
    hint = "close it or double it, or export the file again"
    return wrong(path, "unclosed-quote", "a quote opened in this row is never closed", hint, row=row)


def too_long(path: Path, row: int) -> SourceError:
    message = f"a field of this row is longer than {MAX_FIELD} characters"
    return wrong(path, "field-too-long", message, "look for a quote that is never closed", row=row)


def _scan(data: bytes, form: Form, rows: int) -> pl.LazyFrame:
    if not rows:
        return pl.LazyFrame(schema={"row": pl.UInt32(), **form.schema})
    return pl.scan_csv(
        data,
        has_header=False,
        separator=form.delimiter,
        schema=form.schema,
        skip_lines=form.skipped,
        row_index_name="row",
        row_index_offset=form.first_row,
    )


def _numbered(lines: pl.DataFrame, odd: _Odd, form: Form) -> pl.DataFrame:
    """The whole records, those of one plain line and the others, in the file's order."""
    plain = lines.with_row_index("line").filter(~pl.col("line").is_in(odd.lines.implode()))
    data = "\n".join(plain["text"].to_list()).encode()
    frame = _scan(data, replace(form, skipped=0), plain.height).drop("row").collect().with_columns(plain["line"])
    if odd.whole:
        frame = pl.concat([frame, _whole(odd, form)]).sort("line")
    return frame.select(_row(odd, form), pl.exclude("line"))


def _whole(odd: _Odd, form: Form) -> pl.DataFrame:
    lines = pl.Series("line", list(odd.whole), dtype=pl.UInt32)
    return pl.DataFrame(list(odd.whole.values()), schema=form.schema, orient="row").with_columns(lines)


def _row_of(line: int, odd: _Odd, form: Form) -> int:
    """`continued` is in rising order, so what stands before `line` is found by bisection."""
    return form.first_row + line - bisect_left(odd.continued, line)


def _row(odd: _Odd, form: Form) -> pl.Expr:
    line = pl.col("line")
    if odd.continued:
        continued = pl.lit(pl.Series(odd.continued, dtype=pl.UInt32))
        line = line - continued.search_sorted(line)
    return (line + form.first_row).cast(pl.UInt32).alias("row")
