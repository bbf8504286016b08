"""Small handbooks whose exports mean harm."""

from __future__ import annotations

import base64
import csv
import html
import io
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import unquote

import drawn

SITE = """[site]
title = {title}
lang = "{lang}"
timezone = "Europe/Moscow"
currency = "EUR"
"""
FIRST = datetime(2026, 1, 5, 10, tzinfo=UTC)
HEADER = (
    "deal_id",
    "created_at",
    "pipeline",
    "stage",
    "status",
    "closed_at",
    "value",
    "owner",
    "source",
)


def lay(folder: Path, files: Mapping[str, str | bytes], *, title: str = "Windows", lang: str = "en") -> Path:
    """A handbook of these files, path -> content; with a project file unless they have one.

    Its charts may be drawn already: see `drawn`.
    """
    project = SITE.format(title=json.dumps(title), lang=lang)
    for name, content in {"funnelbook.toml": project, **files}.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    return drawn.lend(folder)


def text_of(header: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """CSV as a spreadsheet writes it."""
    made = io.StringIO()
    csv.writer(made, lineterminator="\n").writerows([header, *rows])
    return made.getvalue()


def export(deals: int = 30, *, status: str = "", days: int = 40, **named: Sequence[str]) -> str:
    """A generic deals export; `named` gives a column's values, taken in turn.

    `status` is that of every deal; "" takes won, lost and open in turn.
    """
    rows = []
    for number in range(deals):
        created = FIRST + timedelta(days=number * days / deals)
        state = status or ("won", "lost", "open")[number % 3]
        closed = "" if state == "open" else str(created + timedelta(days=5))
        row: dict[str, object] = dict(
            zip(HEADER, (number, created, "main", "Asked", state, closed, 100), strict=False)
        )
        row |= {"owner": f"O{number % 3}", "source": "site", "loss_reason": ""}
        row |= {column: values[number % len(values)] for column, values in named.items()}
        row["loss_reason"] = row["loss_reason"] if state == "lost" else ""
        rows.append(row)
    return text_of(tuple(rows[0]), [tuple(row.values()) for row in rows])


def site_of(folder: Path) -> Path:
    return (folder / "site" / "latest").resolve()


def bytes_of(*folders: Path) -> Iterator[tuple[str, bytes]]:
    """Every file below the folders: its path, and its bytes."""
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            if path.is_file() and not path.is_symlink():
                yield str(path.relative_to(folder)), path.read_bytes()


def readings(content: bytes) -> Iterator[str]:
    """The text of some bytes, and what it says once entities, percent signs and escapes of JSON are undone."""
    text = content.decode("utf-8", "replace")
    yield text
    yield html.unescape(text)
    yield unquote(text)
    yield re.sub(r"\\u([0-9a-f]{4})", lambda found: chr(int(found[1], 16)), text, flags=re.IGNORECASE)


def in_base64(word: str) -> Iterator[bytes]:
    """What of `word` stands in the base64 of any text that holds it."""
    for shift in range(3):
        coded = base64.b64encode(b"x" * shift + word.encode())
        yield coded[4 if shift else 0 : -4]
