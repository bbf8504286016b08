"""Delimited text (RFC 4180) read so that every record is accounted for.

Here: encoding, delimiter, header; `records` reads what follows the header.
"""

from __future__ import annotations

import codecs
import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from funnelbook.sources.files.bytes import Sniffed, wrong
from funnelbook.sources.files.encoding import to_utf8
from funnelbook.sources.files.records import MAX_FIELD, Form, read_records, too_long
from funnelbook.sources.files.refusals import refusals
from funnelbook.sources.reader import RawFile

_DELIMITERS = (",", ";", "\t", "|")
_SIGNS = {"\t": "tabs"}
_SNIFFED = 1 << 16
#: Text in quotes, which stays as it is, or a carriage return that ends a line by itself.
_LONE = re.compile(rb'("(?:[^"]|"")*")|\r(?!\n)')


@dataclass(frozen=True, slots=True)
class Dialect:
    """What a mapping says of a text; None = find out."""

    delimiter: str | None = None
    encoding: str | None = None


def open_delimited(path: Path, number: int, sniffed: Sniffed, dialect: Dialect) -> RawFile:
    """A text with a header line. Row numbers count records; the first record of the file is row 1."""
    data, notes = to_utf8(path, sniffed.data, dialect.encoding)
    data = _one_line_end(path, data)
    delimiter = dialect.delimiter or _delimiter(data)
    header, row, end = _header(path, data, delimiter)
    lines = data[:end].decode().removesuffix("\n").removesuffix("\r").split("\n")
    form = Form(delimiter, tuple(header), lines[-1], row + 1, end, data.count(b"\n", 0, end))
    records = read_records(path, data, form)
    return RawFile(
        number=number,
        path=path,
        label="",
        digest=sniffed.digest,
        header=tuple(name.strip().strip("\ufeff") for name in header),
        frame=records.frame,
        rows=records.rows + len(records.refused),
        refused=refusals(number, records.refused),
        notes=notes,
        form=f"text with {_SIGNS.get(delimiter, delimiter)} between cells, {_encoding(sniffed.data, notes)}",
    )


def _encoding(data: bytes, notes: tuple[str, ...]) -> str:
    if notes:
        return notes[0]
    return "UTF-8 with a BOM" if data.startswith(codecs.BOM_UTF8) else "UTF-8"


def _one_line_end(path: Path, data: bytes) -> bytes:
    if (offset := data.find(b"\0")) >= 0:
        raise wrong(path, "nul-byte", f"a NUL byte at offset {offset}", "export it again as UTF-8")
    data = data.removesuffix(b"\x1a")
    if b"\n" not in data:
        return data.replace(b"\r", b"\n")
    if b"\r" not in data or data.count(b"\r") == data.count(b"\r\n"):
        return data
    return _LONE.sub(lambda found: found[1] or b"\n", data)


def _delimiter(data: bytes) -> str:
    """The sign that splits the first records most evenly, and into most fields."""
    head = data[:_SNIFFED].decode(errors="ignore")

    def evenness(sign: str) -> tuple[float, int]:
        try:
            records = [record for record in csv.reader(head.splitlines(keepends=True), delimiter=sign) if record][
                :50
            ]
        except csv.Error:
            return (0.0, 0)
        width = len(records[0]) if records else 0
        even = sum(len(record) == width for record in records[: max(1, len(records) - 1)])
        return (even / max(1, len(records) - 1), width) if width > 1 else (0.0, 0)

    return max(_DELIMITERS, key=evenness)


def _header(path: Path, data: bytes, delimiter: str) -> tuple[list[str], int, int]:
    """The first record that is not blank, its row, and the offset where it ends."""
    position, row = 0, 0
    while position < len(data):
        row += 1
        end, record = _record(path, data, position, delimiter)
        position = end
        if any(cell.strip() for cell in record):
            return record, row, position
    raise wrong(path, "empty-file", "the file has no header", "export it again, or remove it")


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
