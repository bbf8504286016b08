"""Delimited text (RFC 4180) read so that every record is accounted for.

Here: encoding, delimiter, header; `records` reads what follows the header.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

from msgspec import Struct

from funnelbook.errors import SourceError
from funnelbook.sources.files.bytes import Sniffed, wrong
from funnelbook.sources.files.encoding import to_utf8
from funnelbook.sources.files.escapes import doubled
from funnelbook.sources.files.heading import LOOKED_AT, Knows, above, heading, trimmed
from funnelbook.sources.files.mending import MAX_FIELD, Form, too_long
from funnelbook.sources.files.records import Records, read_records
from funnelbook.sources.files.refusals import Refusal, refusals
from funnelbook.sources.reader import RawFile

_DELIMITERS = (",", ";", "\t", "|")
_SIGNS = {"\t": "tabs"}
_SNIFFED = 1 << 16
#: Records that are split by each sign that may be the delimiter.
_COMPARED = 50
_ESCAPED = "quotes escaped by backslashes"
#: Text in quotes, which stays as it is, or a carriage return that ends a line by itself.
_LONE = re.compile(rb'("(?:[^"]|"")*")|\r(?!\n)')


class Dialect(Struct, frozen=True):
    """What a mapping says of a text; None = find out."""

    delimiter: str | None = None
    encoding: str | None = None


class _Header(Struct, frozen=True):
    """The header's cells as they stand, its row, the offset where it ends, and what stands above it."""

    delimiter: str
    cells: tuple[str, ...]
    row: int
    end: int
    above: tuple[Refusal, ...] = ()


def open_delimited(
    path: Path, number: int, sniffed: Sniffed, dialect: Dialect, knows: Knows | None = None
) -> RawFile:
    """A text with a header line. Row numbers count records; the first record of the file is row 1.

    Quotes inside of quotes are doubled; where that leaves rows unread and a backslash before them does not, they
    are taken for escaped by it.
    """
    data, notes = to_utf8(path, sniffed.data, dialect.encoding, sniffed.marked)
    data = _one_line_end(path, data)
    header, records, escaped = _best(path, data, dialect.delimiter, knows)
    return RawFile(
        number=number,
        path=path,
        label="",
        digest=sniffed.digest,
        header=trimmed(header.cells),
        frame=records.frame,
        rows=records.rows + len(records.refused) + len(header.above),
        refused=refusals(number, (*header.above, *records.refused)),
        notes=(*notes, *escaped),
        form=_form(header.delimiter, _encoding(sniffed, notes)),
        lone=records.lone,
    )


def _form(sign: str, encoding: str) -> str:
    return f"text with {_SIGNS.get(sign, sign)} between cells, {encoding}"


def _encoding(sniffed: Sniffed, notes: tuple[str, ...]) -> str:
    if notes:
        return notes[0]
    return "UTF-8 with a BOM" if sniffed.marked else "UTF-8"


def _best(
    path: Path, data: bytes, delimiter: str | None, knows: Knows | None
) -> tuple[_Header, Records, tuple[str, ...]]:
    if _seems_escaped(path, data, delimiter, knows):
        rewritten = _rewritten(path, data, delimiter, knows)
        if rewritten is not None and not rewritten[1].faults:
            return *rewritten, (_ESCAPED,)
    try:
        header, records = _read(path, data, delimiter, knows)
    except SourceError as error:
        rewritten = _rewritten(path, data, delimiter, knows)
        if rewritten is None:
            raise error from None
        return *rewritten, (_ESCAPED,)
    rewritten = _rewritten(path, data, delimiter, knows) if records.faults else None
    if rewritten is None or rewritten[1].faults >= records.faults:
        return header, records, ()
    return *rewritten, (_ESCAPED,)


def _read(path: Path, data: bytes, delimiter: str | None, knows: Knows | None) -> tuple[_Header, Records]:
    header = _header(path, data, [delimiter] if delimiter else _delimiters(data), knows)
    lines = data[: header.end].decode().removesuffix("\n").removesuffix("\r").split("\n")
    form = Form(header.delimiter, header.cells, lines[-1], header.row + 1, header.end)
    return header, read_records(path, data, form)


def _seems_escaped(path: Path, data: bytes, delimiter: str | None, knows: Knows | None) -> bool:
    """Whether rows of the file's beginning are lost as they stand: to read all of them so would take long."""
    end = data.rfind(b"\n", 0, _SNIFFED) + 1
    if b'\\"' not in data[:end]:
        return False
    try:
        return _read(path, data[:end], delimiter, knows)[1].faults > 0
    except SourceError:
        return False


def _rewritten(
    path: Path, data: bytes, delimiter: str | None, knows: Knows | None
) -> tuple[_Header, Records] | None:
    """The reading in which a backslash escapes a quote; None when there is none, or it cannot be read so either."""
    if b"\\" not in data or b'\\"' not in data:  # the first is found to be missing ten times as fast
        return None
    signs = [delimiter] if delimiter else _delimiters(data)
    try:
        return _read(path, doubled(data, signs[0]), delimiter, knows)
    except SourceError:
        return None


def _one_line_end(path: Path, data: bytes) -> bytes:
    if (offset := data.find(b"\0")) >= 0:
        raise wrong(path, "nul-byte", f"a NUL byte at offset {offset}", "export it again as UTF-8")
    data = data.removesuffix(b"\x1a")
    if b"\n" not in data:
        return data.replace(b"\r", b"\n")
    if b"\r" not in data or data.count(b"\r") == data.count(b"\r\n"):
        return data
    return _LONE.sub(lambda found: found[1] or b"\n", data)


def _delimiters(data: bytes) -> list[str]:
    """The signs by how evenly they split the first records, and into how many fields; the best first."""
    head = data[:_SNIFFED].decode(errors="ignore").splitlines(keepends=True)

    def evenness(sign: str) -> tuple[float, int]:
        try:
            records = list(islice(filter(None, csv.reader(head, delimiter=sign)), _COMPARED))
        except csv.Error:
            return (0.0, 0)
        width = len(records[0]) if records else 0
        even = sum(len(record) == width for record in records[: max(1, len(records) - 1)])
        return (even / max(1, len(records) - 1), width) if width > 1 else (0.0, 0)

    return sorted(_DELIMITERS, key=evenness, reverse=True)


def _header(path: Path, data: bytes, signs: Sequence[str], knows: Knows | None) -> _Header:
    """The first record that is a header which somebody knows; without one, the first that is not blank."""
    for sign in signs if knows else ():
        top = list(islice(_top(path, data, sign), LOOKED_AT))
        names = [trimmed(record) for _, record in top]
        index = heading(names, knows)
        if knows and index is not None and knows(names[index]):
            return _Header(sign, tuple(top[index][1]), index + 1, top[index][0], above(names[:index]))
    return _first(path, data, signs[0])


def _first(path: Path, data: bytes, delimiter: str) -> _Header:
    position, row = 0, 0
    while position < len(data):
        row += 1
        position, record = _record(path, data, position, delimiter)
        if any(cell.strip() for cell in record):
            return _Header(delimiter, tuple(record), row, position)
    raise wrong(path, "empty-file", "the file has no header", "export it again, or remove it")


def _top(path: Path, data: bytes, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Records from the start of the file, and where each ends; a line whose quotes do not match is one cell."""
    position = 0
    while position < len(data):
        try:
            end, record = _record(path, data, position, delimiter)
        except SourceError:
            end = data.find(b"\n", position) + 1 or len(data)
            record = [data[position:end].decode(errors="replace")]
        position = end
        yield end, record


def _record(path: Path, data: bytes, position: int, delimiter: str) -> tuple[int, list[str]]:
    ends = [position]

    def lines() -> Iterator[str]:
        while ends[-1] < len(data) and ends[-1] - position <= 16 * MAX_FIELD:
            end = data.find(b"\n", ends[-1], ends[-1] + 16 * MAX_FIELD) + 1
            ends.append(end or min(len(data), ends[-1] + 16 * MAX_FIELD))
            yield data[ends[-2] : ends[-1]].decode(errors="replace")

    try:
        record = next(csv.reader(lines(), delimiter=delimiter, strict=True))
    except csv.Error as error:
        if "field larger" in str(error):
            raise too_long(path, 1) from None
        raise wrong(path, "malformed-header", "the quotes of the header do not match", "export it again") from None
    return ends[-1], record
