"""The rejected rows with their cells, for whoever mends them: in the private folder, for its owner alone."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import polars as pl

from funnelbook import unfinished
from funnelbook.errors import FunnelbookError
from funnelbook.project import Project
from funnelbook.sources.files.json_table import as_table
from funnelbook.sources.files.opening import open_file
from funnelbook.sources.folders import Folder, matching
from funnelbook.sources.mended import SUFFIX, is_mending, kept_edits, listed
from funnelbook.sources.reader import JsonFile, RawFile
from funnelbook.sources.recognise import known, tabled

FOLDER = "rejected"
#: More of one file are no work for a hand: its mapping is wrong.
_MOST_ROWS = 10_000


def opened(project: Project, path: Path) -> RawFile | JsonFile:
    """An export as it is read: by the dialect that a mapping gives it, and as a table where it is one."""
    own = next(
        (each for each in project.sources if matching(Folder(None, (path,)), each.file, project.exports)), None
    )
    delimiter, encoding = (own.delimiter, own.encoding) if own else (None, None)
    file = tabled(open_file(path, delimiter=delimiter, encoding=encoding, knows=known))
    return (as_table(file) or file) if isinstance(file, JsonFile) and own else file


def write_rejected(project: Project, path: Path, refused: pl.DataFrame) -> None:
    """Lists the rejected rows of `path`, of which `refused` (`model.reading.REFUSED`) tells, or removes the list.

    Lines that somebody has edited stay as they are while their rows are still rejected.
    """
    target = _target(project, path)
    rows = dict(_reasons(refused))
    content = _content(project, path, rows) if rows else b""
    if not content:
        target.unlink(missing_ok=True)
        return
    if target.is_file():
        content = kept_edits(content, target.read_bytes())
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle, fresh = unfinished.begin(target.parent)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
    fresh.replace(target)


def _target(project: Project, path: Path) -> Path:
    """Beside one another as the exports are; what is imported from elsewhere by its name."""
    inside = path.relative_to(project.exports) if path.is_relative_to(project.exports) else Path(path.name)
    return project.private / FOLDER / inside.with_name(f"{path.stem}{SUFFIX}")


def _reasons(refused: pl.DataFrame) -> Iterator[tuple[int, str]]:
    rejected = refused.filter(bucket="rejected").sort("row", maintain_order=True)
    problem = pl.when(pl.col("column") == "").then("problem").otherwise(pl.format("{} in {}", "problem", "column"))
    told = rejected.group_by("row", maintain_order=True).agg(problem.str.join("; "))
    return told.head(_MOST_ROWS).iter_rows()


def _content(project: Project, path: Path, rows: dict[int, str]) -> bytes:
    """Nothing for what is no table, or can no longer be read."""
    if is_mending(path) or not path.is_file():
        return b""
    try:
        raw = opened(project, path)
    except FunnelbookError:
        return b""
    return listed(raw, rows) if isinstance(raw, RawFile) else b""
