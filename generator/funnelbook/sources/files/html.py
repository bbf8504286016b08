"""A table of an HTML page: what some CRMs call an Excel export.

The parser is Python's own. It resolves no entity but those of HTML, fetches nothing and runs nothing; scripts and
styles are not text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from itertools import islice
from pathlib import Path

import polars as pl
from msgspec import Struct, field

from funnelbook.sources.files.bytes import Sniffed, wrong
from funnelbook.sources.files.encoding import to_utf8
from funnelbook.sources.files.heading import LOOKED_AT, Knows, above, heading, trimmed
from funnelbook.sources.files.refusals import Refusal, refusals
from funnelbook.sources.reader import RawFile

#: Parsed HTML takes several times the memory of its text.
MAX_BYTES = 256 << 20
#: Tables within tables; no export has more than two.
MAX_DEPTH = 16
#: Columns of the widest spreadsheet, and how far a cell may span.
MAX_COLUMNS = 16_384
MAX_SPAN = 65_535
#: Cells that stand in further rows because they span them, all rows together.
MAX_SPANNED = 1_000_000
#: A tag that never ends is looked for again and again.
MAX_TAG = 64 << 10

_CHARSET = re.compile(rb"""<meta[^>]{0,200}\bcharset=["']?([\w-]{2,40})""", re.IGNORECASE)
_UNSEEN = frozenset({"script", "style", "template", "title", "noscript"})
_BREAKS = frozenset({"br", "p", "div", "li", "tr", "td", "th"})


def open_html(path: Path, number: int, sniffed: Sniffed, knows: Knows | None = None) -> RawFile:
    """The first table of the page with a header that `knows`, else the one with most rows. Its first row is row 1.

    Text in a table within a cell belongs to the cell too, as a browser shows it. A cell that spans columns leaves
    the further ones empty; one that spans rows stands in each.

    Raises `SourceError`: `wrong-container` when the page has no table, `html-limits`, `merged-header`.
    """
    if len(sniffed.data) > MAX_BYTES:
        raise wrong(path, "file-too-large", f"larger than {MAX_BYTES >> 20} MiB", "export it as CSV")
    told = _CHARSET.search(sniffed.data[:4096])
    encoding = told[1].decode() if told and told[1].lower() not in (b"utf-8", b"utf-16") else None
    data, notes = to_utf8(path, sniffed.data, encoding)
    tables = _tables(path, data.decode())
    table = _chosen(path, tables, knows)
    rows = list(_rows(path, table))
    index = heading(map(trimmed, rows), knows)
    header = trimmed(rows[index]) if index is not None else ()
    if index is None or not header:
        raise wrong(path, "empty-file", "the table of the page is empty", "export it again, or remove it")
    if any(cell.across > 1 for cell in table.rows[index]):
        message = "cells of the header are merged, so columns have no names of their own"
        raise wrong(path, "merged-header", message, "unmerge them", row=index + 1)
    return _file(path, number, sniffed, (header, index, rows, (*notes, *_left(tables))))


def _file(
    path: Path, number: int, sniffed: Sniffed, table: tuple[tuple[str, ...], int, list[list[str]], tuple[str, ...]]
) -> RawFile:
    header, index, rows, notes = table
    top = above([trimmed(row) for row in rows[:index]])
    whole, refused, lone = _sorted(header, index, rows)
    schema = {"row": pl.UInt32(), **{f"c{i}": pl.String() for i in range(len(header))}}
    return RawFile(
        number=number,
        path=path,
        label="",
        digest=sniffed.digest,
        header=header,
        frame=pl.DataFrame(whole, schema=schema, orient="row").lazy(),
        rows=len(whole) + len(refused) + len(top),
        refused=refusals(number, (*top, *refused)),
        notes=notes,
        form="a table of an HTML page",
        lone=lone,
    )


def _sorted(
    header: tuple[str, ...], index: int, rows: list[list[str]]
) -> tuple[list[tuple[int | str | None, ...]], list[Refusal], dict[int, str]]:
    """Rows as wide as the header, the others by their problem, and the text of those with only one."""
    whole: list[tuple[int | str | None, ...]] = []
    refused: list[Refusal] = []
    lone: dict[int, str] = {}
    for row, cells in enumerate(rows[index + 1 :], index + 2):
        filled = [cell for cell in cells if cell]
        if not filled:
            refused.append((row, "blank-row"))
        elif len(cells) != len(header):
            refused.append((row, "ragged-row"))
            lone |= {row: filled[0]} if len(filled) == 1 else {}
        elif tuple(cells) == header:
            refused.append((row, "repeated-header"))
        else:
            whole.append((row, *(cell or None for cell in cells)))
    return whole, refused, lone


class _Cell(Struct):
    texts: list[str] = field(default_factory=list)
    across: int = 1
    down: int = 1

    @property
    def text(self) -> str:
        return " ".join("".join(self.texts).split())


class _Table(Struct):
    rows: list[list[_Cell]] = field(default_factory=list)
    open: _Cell | None = None


class _LimitError(Exception):
    """The page is no export."""


class _Tables(HTMLParser):
    """Every table of a page, the outer before the inner; `standing` are those not closed yet."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[_Table] = []
        self._standing: list[_Table] = []
        self._unseen = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _UNSEEN:
            self._unseen += 1
        elif tag == "table":
            self._begin()
        elif self._standing and tag == "tr":
            self._standing[-1].open = None
            self._standing[-1].rows.append([])
        elif self._standing and tag in ("td", "th"):
            table = self._standing[-1]
            if not table.rows:
                table.rows.append([])
            spans = dict(attrs)
            table.open = _Cell(across=_span(spans.get("colspan")), down=_span(spans.get("rowspan")))
            table.rows[-1].append(table.open)
        if tag in _BREAKS:
            self._write(" ", to=self._standing[:-1] if tag in ("tr", "td", "th") else self._standing)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in _UNSEEN:
            self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        if tag in _UNSEEN:
            self._unseen = max(0, self._unseen - 1)
        elif tag == "table" and self._standing:
            self._standing.pop()
            self._write(" ", to=self._standing)
        elif self._standing and tag in ("td", "th", "tr"):
            self._standing[-1].open = None

    def handle_data(self, data: str) -> None:
        if not self._unseen:
            self._write(data, to=self._standing)

    def _begin(self) -> None:
        if len(self._standing) == MAX_DEPTH:
            raise _LimitError(f"tables lie more than {MAX_DEPTH} deep in each other")
        self.found.append(_Table())
        self._standing.append(self.found[-1])

    def _write(self, text: str, to: list[_Table]) -> None:
        for table in to:
            if table.open is not None:
                table.open.texts.append(text)


def _span(told: str | None) -> int:
    text = (told or "").strip()
    return max(1, min(int(text), MAX_SPAN)) if text.isascii() and text.isdigit() and len(text) < 9 else 1


def _tables(path: Path, text: str) -> list[_Table]:
    text = _uncommented(text)
    if any(len(part) - part.find("<") > MAX_TAG for part in text.split(">") if "<" in part):
        raise wrong(path, "html-limits", f"a tag is longer than {MAX_TAG >> 10} KiB", "export it as CSV")
    parser = _Tables()
    try:
        parser.feed(text)
        parser.close()
    except _LimitError as error:
        raise wrong(path, "html-limits", str(error), "export it as CSV") from None
    found = [table for table in parser.found if any(table.rows)]
    if not found:
        message = "holds an HTML page without a table"
        raise wrong(path, "wrong-container", message, "it may be a page of login or of an error: export it again")
    return found


def _uncommented(text: str) -> str:
    """`text` without comments; one that never ends reaches to the end. The parser would look for each anew."""
    kept, position = [], 0
    while (start := text.find("<!--", position)) >= 0:
        kept.append(text[position:start])
        end = text.find("-->", start + 4)
        position = end + 3 if end >= 0 else len(text)
    return "".join([*kept, text[position:]])


def _chosen(path: Path, tables: list[_Table], knows: Knows | None) -> _Table:
    for table in tables if knows else ():
        top = [trimmed(row) for row in islice(_rows(path, table), LOOKED_AT)]
        index = heading(top, knows)
        if knows and index is not None and knows(top[index]):
            return table
    return max(tables, key=lambda table: len(table.rows))


def _left(tables: list[_Table]) -> tuple[str, ...]:
    return (f"further tables of the page not read: {len(tables) - 1}",) if len(tables) > 1 else ()


def _rows(path: Path, table: _Table) -> Iterator[list[str]]:
    """The rows with spans laid out."""
    below: dict[int, tuple[int, str]] = {}
    spanned = 0
    for cells in table.rows:
        row: list[str] = []
        spanned += len(below)
        if spanned > MAX_SPANNED:
            raise wrong(path, "html-limits", f"cells span more than {MAX_SPANNED} further ones", "export it as CSV")
        for cell in cells:
            _fill(row, below)
            if len(row) + cell.across > MAX_COLUMNS:
                raise wrong(path, "html-limits", f"a row has more than {MAX_COLUMNS} cells", "export it as CSV")
            laid = [cell.text, *[""] * (cell.across - 1)]
            if cell.down > 1:
                below |= {len(row) + i: (cell.down - 1, text) for i, text in enumerate(laid)}
            row += laid
        _fill(row, below)
        yield row


def _fill(row: list[str], below: dict[int, tuple[int, str]]) -> None:
    """Cells from above that span into this row, from where it stands."""
    while (found := below.pop(len(row), None)) is not None:
        left, text = found
        if left > 1:
            below[len(row)] = (left - 1, text)
        row.append(text)
