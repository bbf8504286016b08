"""Open a file of the exports folder by its content."""

from __future__ import annotations

from pathlib import Path

from funnelbook.sources.files import delimited, html, json, parquet, xlsx
from funnelbook.sources.files.bytes import sniff, wrong
from funnelbook.sources.files.heading import Knows
from funnelbook.sources.reader import JsonFile, RawFile


def open_file(
    path: Path,
    number: int = 0,
    *,
    delimiter: str | None = None,
    encoding: str | None = None,
    knows: Knows | None = None,
    most_rows: int | None = None,
) -> RawFile | JsonFile:
    """The table or document in `path`, told by its first bytes: Parquet, XLSX, JSON, HTML, else delimited text.

    `delimiter` and `encoding` are for delimited text; None = found out. `knows` tells a header from what stands
    above it; without it the first row with text is the header. `most_rows`: None = any number.

    Raises `SourceError`: not a regular file, empty, unreadable, a container that is not what its name says, an
    archive beyond its limits, an encoding that cannot be told, an unclosed quote, too many rows.
    """
    sniffed = sniff(path)
    if sniffed.kind == "json":
        return json.open_json(path, number, sniffed)
    if sniffed.kind == "parquet":
        found = parquet.open_parquet(path, number, sniffed)
    elif sniffed.kind == "xlsx":
        book = xlsx.opened(path, sniffed)
        _refuse_more(path, book.sheet.rows_at_least, most_rows)
        found = xlsx.open_xlsx(path, number, sniffed, book, knows)
    elif sniffed.kind == "html":
        found = html.open_html(path, number, sniffed, knows)
    else:
        found = delimited.open_delimited(path, number, sniffed, delimited.Dialect(delimiter, encoding), knows)
    check_rows(found, most_rows)
    return found


def check_rows(file: RawFile, most: int | None) -> None:
    """Raises `SourceError` when the file has more rows than `most`."""
    _refuse_more(file.path, file.rows, most)


def _refuse_more(path: Path, rows: int, most: int | None) -> None:
    if most is not None and rows > most:
        hint = "split the export, or allow more: `rows` under [limits] in funnelbook.toml"
        raise wrong(path, "too-many-rows", f"{rows:,} rows, and {most:,} are the most that is read", hint)
