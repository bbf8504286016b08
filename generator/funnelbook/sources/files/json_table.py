"""A JSON document that is a table: a list of objects, or one object a line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from funnelbook.sources.files.heading import Knows
from funnelbook.sources.files.refusals import refusals
from funnelbook.sources.items import is_text
from funnelbook.sources.reader import JsonFile, RawFile

#: The first object is row 2, as if the names stood in row 1.
_FIRST_ROW = 2


def as_table(file: JsonFile, knows: Knows | None = None) -> RawFile | None:
    """The objects as rows and their keys as the header, in the order in which they first appear; None when the
    document is no list of objects, or `knows` does not know the header.

    Cells are text, as in CSV. A row is refused that is no object (malformed), holds lists or objects (bad-value) or
    what no encoding can hold (encoding).
    """
    document = file.document
    items = document if isinstance(document, list) else [document]
    objects = [item for item in items if isinstance(item, dict)]
    header = tuple(dict.fromkeys(name for item in objects for name in item))
    if not header or (knows is not None and not knows(header)):
        return None
    refused = [(row, problem) for row, item in enumerate(items, _FIRST_ROW) if (problem := _problem(item))]
    whole = _whole(items, {row for row, _ in refused})
    return RawFile(
        number=file.number,
        path=file.path,
        label="",
        digest=file.digest,
        header=tuple(name.strip() for name in header),
        frame=_frame(whole, header).lazy(),
        rows=len(items),
        refused=refusals(file.number, refused),
        notes=file.notes,
        form="JSON, a list of objects",
    )


def _problem(item: object) -> str:
    if not isinstance(item, dict):
        return "malformed"
    if any(isinstance(cell, dict | list) for cell in item.values()):
        return "bad-value"
    if not is_text(item):
        return "encoding"
    return "blank-row" if all(cell is None or cell == "" for cell in item.values()) else ""


def _whole(items: Sequence[object], refused: set[int]) -> dict[int, Mapping[str, object]]:
    return {
        row: item for row, item in enumerate(items, _FIRST_ROW) if row not in refused and isinstance(item, dict)
    }


def _frame(rows: Mapping[int, Mapping[str, object]], header: Sequence[str]) -> pl.DataFrame:
    cells = {f"c{i}": [_text(item.get(name)) for item in rows.values()] for i, name in enumerate(header)}
    schema = {"row": pl.UInt32(), **dict.fromkeys(cells, pl.String())}
    return pl.DataFrame({"row": list(rows), **cells}, schema=schema)


def _text(cell: object) -> str | None:
    if cell is None or isinstance(cell, str):
        return cell
    return str(cell).lower() if isinstance(cell, bool) else str(cell)
