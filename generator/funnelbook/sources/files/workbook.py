"""What a workbook says of itself: which sheet is the first visible one, its epoch, its faulty cells."""

from __future__ import annotations

import posixpath
import re
import xml.etree.ElementTree as ElementTree
from datetime import date
from pathlib import Path

from msgspec import Struct

from funnelbook.sources.files.archive import Archive
from funnelbook.sources.files.bytes import wrong

_EPOCH_1900 = date(1899, 12, 30)
_EPOCH_1904 = date(1904, 1, 1)
_ID = re.compile(r"\{[^}]*relationships\}id$")
_CELL = re.compile(rb"<(?:\w+:)?c\b([^>]*?)(?:/>|>(.*?)</(?:\w+:)?c>)", re.DOTALL)
_REFERENCE = re.compile(rb'\br="([A-Z]{1,3})(\d+)"')
_VALUE = re.compile(rb"<(?:\w+:)?(?:v>[^<]|is\b)")
#: Bytes of a sheet, 200 MB, that are read in some seconds and in a gigabyte, however many rows they hold.
_SMALL = 200_000_000
_ROW = re.compile(rb"<row")
_HIDDEN_ROW = re.compile(rb'<(?:\w+:)?row\b[^>]*\bhidden="(?:1|true)"')
#: No cell has a fault where none of these stands: an error, a formula without and with a prefix.
_FAULTY = (b'"e"', b"<f", b":f")
_CELLS = b"sheetData"
_MERGED = re.compile(rb'<(?:\w+:)?mergeCell\b[^>]*\bref="([A-Z]+)(\d+):([A-Z]+)(\d+)"')


class Sheet(Struct, frozen=True):
    """The first visible sheet. `position` counts all sheets from 0; `part` is what it is called in the archive."""

    position: int
    part: str
    archive: Archive
    serial_day_zero: date
    hidden_sheets: int

    @property
    def content(self) -> bytes | bytearray:
        """Its XML."""
        return self.archive.read(self.part)

    @property
    def rows_at_least(self) -> int:
        """Without the header. Rows whose element bears a prefix are not seen, and none in a sheet that is read
        sooner than its rows would matter.
        """
        content = self.content
        if len(content) <= _SMALL:
            return 0
        behind = max(content.rfind(_CELLS), 0)
        return len(_ROW.findall(content, 0, behind)) - 1  # in half the time of `count`

    @property
    def hidden_rows(self) -> int:
        content = self.content
        return len(_HIDDEN_ROW.findall(content, content.find(_CELLS))) if _among_cells(content, b"hidden=") else 0

    @property
    def merged(self) -> frozenset[int]:
        """The rows with cells merged sideways, which are told behind the cells."""
        content = self.content
        first = content.find(b"mergeCell", max(content.rfind(_CELLS), 0))
        found = _MERGED.findall(content, content.rfind(b"<", 0, first)) if first >= 0 else []
        return frozenset(int(top) for left, top, right, _ in found if left != right)

    @property
    def faults(self) -> dict[int, dict[int, str]]:
        """Column -> row -> problem, for cells that hold an Excel error or a formula nobody has computed."""
        found: dict[int, dict[int, str]] = {}
        content = self.content
        if not any(_among_cells(content, sign) for sign in _FAULTY):
            return found
        for attributes, inside in _CELL.findall(content):
            problem = _problem(attributes, inside)
            where = _REFERENCE.search(attributes) if problem else None
            if where:
                found.setdefault(_index(where[1]), {})[int(where[2])] = problem
        return found


def first_visible(path: Path, archive: Archive) -> Sheet:
    """Raises `SourceError` when there is no workbook, or no visible sheet in it."""
    if "xl/workbook.xml" not in archive.parts:
        raise wrong(
            path, "wrong-container", "a ZIP archive that holds no XLSX workbook", "export it as CSV or XLSX"
        )
    try:
        # An archive with a DOCTYPE is refused before its parts are read, so no entity can be declared in them.
        workbook = ElementTree.fromstring(archive.read("xl/workbook.xml"))  # noqa: S314
        links = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))  # noqa: S314
    except (ElementTree.ParseError, KeyError):
        raise wrong(path, "wrong-container", "a damaged workbook", "export it again") from None
    sheets = [element for element in workbook.iter() if element.tag.endswith("}sheet")]
    visible = [i for i, sheet in enumerate(sheets) if sheet.get("state", "visible") == "visible"]
    if not visible:
        raise wrong(path, "no-visible-sheet", "every sheet of the workbook is hidden", "show the one with the data")
    link = next((value for key, value in sheets[visible[0]].attrib.items() if _ID.search(key)), "")
    target = next((each.get("Target", "") for each in links if each.get("Id") == link), "")
    name = target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join("xl", target))
    if name not in archive.parts:
        raise wrong(path, "wrong-container", "a damaged workbook: its first sheet is missing", "export it again")
    settings = next((element for element in workbook.iter() if element.tag.endswith("}workbookPr")), None)
    old = settings is not None and settings.get("date1904") in ("1", "true")
    return Sheet(
        position=visible[0],
        part=name,
        archive=archive,
        serial_day_zero=_EPOCH_1904 if old else _EPOCH_1900,
        hidden_sheets=len(sheets) - len(visible),
    )


def _among_cells(content: bytes | bytearray, sign: bytes) -> bool:
    """Whether the sign stands among the cells. A letter is looked for first: few sheets have it there, and a single
    byte is found many times sooner than several.
    """
    begin, end = (find(_CELLS) for find in (content.find, content.rfind))
    letter = content.find(sign.lstrip(b'"<:')[:1], begin + len(_CELLS), end)
    return 0 <= begin < end and letter >= 0 and content.find(sign, letter - 1, end) >= 0


def _problem(attributes: bytes, inside: bytes) -> str:
    if b't="e"' in attributes:
        return "excel-error"
    formula = re.search(rb"<(?:\w+:)?f[ />]", inside)
    return "formula-without-value" if formula and not _VALUE.search(inside) else ""


def _index(letters: bytes) -> int:
    index = 0
    for letter in letters:
        index = index * 26 + letter - 64
    return index - 1
