"""Open a file of the exports folder by its content."""

from __future__ import annotations

from pathlib import Path

from funnelbook.sources.files import delimited, html, json, parquet, xlsx
from funnelbook.sources.files.bytes import sniff
from funnelbook.sources.files.heading import Knows
from funnelbook.sources.reader import JsonFile, RawFile


def open_file(
    path: Path,
    number: int = 0,
    *,
    delimiter: str | None = None,
    encoding: str | None = None,
    knows: Knows | None = None,
) -> RawFile | JsonFile:
    """The table or document in `path`, told by its first bytes: Parquet, XLSX, JSON, HTML, else delimited text.

    `delimiter` and `encoding` are for delimited text; None = found out. `knows` tells a header from what stands
    above it; without it the first row with text is the header.

    Raises `SourceError`: not a regular file, empty, unreadable, a container that is not what its name says, an
    archive beyond its limits, an encoding that cannot be told, an unclosed quote.
    """
    sniffed = sniff(path)
    if sniffed.kind == "json":
        return json.open_json(path, number, sniffed)
    if sniffed.kind == "parquet":
        return parquet.open_parquet(path, number, sniffed)
    if sniffed.kind == "xlsx":
        return xlsx.open_xlsx(path, number, sniffed, knows)
    if sniffed.kind == "html":
        return html.open_html(path, number, sniffed, knows)
    return delimited.open_delimited(path, number, sniffed, delimited.Dialect(delimiter, encoding), knows)
