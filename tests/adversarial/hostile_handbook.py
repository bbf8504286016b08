"""Small handbooks whose exports mean harm, and the command run on them as a user would."""

from __future__ import annotations

import base64
import csv
import html
import io
import json
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from unittest.mock import patch
from urllib.parse import unquote

import pytest

import drawn
from funnelbook.cli import main

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


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def text(self) -> str:
        return self.out + self.err


def run(*arguments: object, env: Mapping[str, str] | None = None, umask: int = -1) -> Ended:
    """`funnelbook …` in a process of its own. No mistake of a user's ends in a traceback."""
    command = [sys.executable, "-m", "funnelbook", *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=env, umask=umask)
    assert "Traceback" not in done.stderr, done.stderr
    assert done.returncode != 70, done.stderr
    return Ended(done.returncode, done.stdout, done.stderr)


def run_here(*arguments: object) -> Ended:
    """The same in this process, which is quicker."""
    out, err = io.StringIO(), io.StringIO()
    with (
        patch.object(sys, "argv", ["funnelbook", *map(str, arguments)]),
        redirect_stdout(out),
        redirect_stderr(err),
        pytest.raises(SystemExit) as ended,
    ):
        main()
    assert isinstance(ended.value.code, int)
    assert ended.value.code != 70, err.getvalue()
    return Ended(ended.value.code, out.getvalue(), err.getvalue())


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
