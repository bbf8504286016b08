"""The first rows of a sheet as a workbook of their own, which is read at once whatever the sheet's length."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from itertools import islice

from funnelbook.sources.files.archive import SHARED_TEXTS, Archive
from funnelbook.sources.files.workbook import Sheet

_ROW_END = re.compile(rb"</(\w+:)?row>")
_TEXT_END = re.compile(rb"</(\w+:)?si>|<(\w+:)?si\s*/>")
_SHARED_CELL = re.compile(rb'<(?:\w+:)?c\b[^>]*\bt="s"[^>]*>\s*<(?:\w+:)?v>(\d+)<')
#: Not needed to read cells, and at times large.
_LEFT_OUT = ("xl/worksheets/", "xl/media/", "xl/calcChain.xml", "xl/vbaProject.bin", SHARED_TEXTS)


def first_rows(archive: Archive, sheet: Sheet, rows: int) -> bytes:
    """A workbook that has `rows` rows of `sheet` and whatever tells how to read them; the sheet is where it was."""
    cells = _cut(sheet.content, _ROW_END, rows, b"sheetData", b"worksheet")
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as book:
        for name in sorted(archive.parts):
            if not name.startswith(_LEFT_OUT):
                book.writestr(name, archive.read(name))
        book.writestr(sheet.part, cells)
        if SHARED_TEXTS in archive.parts:
            book.writestr(SHARED_TEXTS, _texts(archive.read(SHARED_TEXTS), cells))
    return buffer.getvalue()


def _texts(shared: bytes | bytearray, cells: bytes | bytearray) -> bytes | bytearray:
    """The shared texts as far as these cells need them."""
    needed = max((int(number) for number in _SHARED_CELL.findall(cells)), default=-1) + 1
    return _cut(shared, _TEXT_END, needed, b"sst") if needed else shared


def _cut(xml: bytes | bytearray, end: re.Pattern[bytes], count: int, *closed: bytes) -> bytes | bytearray:
    """The XML up to the end of so many elements, with what is still open closed; whole when it has no more."""
    found = next(islice(_ends(xml, end), count - 1, None), None)
    if found is None:
        return xml
    after, prefix = found
    return xml[:after] + b"".join(b"</" + prefix + name + b">" for name in closed)


def _ends(xml: bytes | bytearray, end: re.Pattern[bytes]) -> Iterator[tuple[int, bytes]]:
    for found in end.finditer(xml):
        yield found.end(), next((prefix for prefix in found.groups() if prefix), b"")
