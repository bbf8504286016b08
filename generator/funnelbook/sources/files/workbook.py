"""What a workbook says of itself: which sheet is the first visible one, its epoch, its faulty cells."""

from __future__ import annotations

import posixpath
import re
import xml.etree.ElementTree as ElementTree
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from funnelbook.sources.files.archive import Archive
from funnelbook.sources.files.bytes import wrong

_EPOCH_1900 = date(1899, 12, 30)
_EPOCH_1904 = date(1904, 1, 1)
_ID = re.compile(r"\{[^}]*relationships\}id$")
_CELL = re.compile(rb"<(?:\w+:)?c\b([^>]*?)(?:/>|>(.*?)</(?:\w+:)?c>)", re.DOTALL)
_REFERENCE = re.compile(rb'\br="([A-Z]{1,3})(\d+)"')
_VALUE = re.compile(rb"<(?:\w+:)?(?:v>[^<]|is\b)")
_HIDDEN_ROW = re.compile(rb'<(?:\w+:)?row\b[^>]*\bhidden="(?:1|true)"')
_MERGED = re.compile(rb'<(?:\w+:)?mergeCell\b[^>]*\bref="([A-Z]+)(\d+):([A-Z]+)(\d+)"')


@dataclass(frozen=True, slots=True)
class Sheet:
    """The first visible sheet. `position` counts all sheets from 0; `merged` lists the rows with cells merged
    sideways.
    """

    position: int
    serial_day_zero: date
    hidden_sheets: int
    hidden_rows: int
    merged: frozenset[int]
    faults: dict[int, dict[int, str]]


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
    content = archive.read(name)
    return Sheet(
        position=visible[0],
        serial_day_zero=_EPOCH_1904 if old else _EPOCH_1900,
        hidden_sheets=len(sheets) - len(visible),
        hidden_rows=len(_HIDDEN_ROW.findall(content)),
        merged=frozenset(int(top) for left, top, right, _ in _MERGED.findall(content) if left != right),
        faults=_faults(content),
    )


def _faults(content: bytes) -> dict[int, dict[int, str]]:
    """Column -> row -> problem, for cells that hold an Excel error or a formula nobody has computed."""
    found: dict[int, dict[int, str]] = {}
    if b't="e"' not in content and not re.search(rb"<(?:\w+:)?f[ />]", content):
        return found
    for attributes, inside in _CELL.findall(content):
        problem = _problem(attributes, inside)
        where = _REFERENCE.search(attributes) if problem else None
        if where:
            found.setdefault(_index(where[1]), {})[int(where[2])] = problem
    return found


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
