"""What a build tells its owner alone: which rows were not taken, and why. Never part of the site."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Iterable, Mapping
from pathlib import Path

from funnelbook import unfinished
from funnelbook.errors import Place, PublishError
from funnelbook.project import Project

_COLUMNS = ("file", "row", "bucket", "problem", "column", "counts instead")


def is_writable(folder: Path) -> bool:
    """Whether the private folder can be written into, or made; not in a project that is only for reading."""
    return os.access(folder if folder.exists() else folder.parent, os.W_OK)


def claim(folder: Path) -> None:
    """Makes the private folder, for its owner alone. Raises PublishError when something else has its name."""
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        raise PublishError.one(
            "private-folder",
            "a link or a file stands where the folder of private files belongs",
            "remove it: the folder is made anew",
            place=Place(str(folder)),
        )
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    folder.chmod(0o700)  # the cache may have made it first


def sweep(project: Project) -> None:
    """Removes what killed processes left half written, in the private folder and among the exports."""
    private, exports = project.private, project.exports
    for each in (private, *(private / "cache").glob("*"), exports, *exports.glob("????-??-??")):
        unfinished.sweep(each)


def write_refused(path: Path, names: Mapping[int, str], rows: Iterable[Mapping[str, object]]) -> None:
    """Writes the rows that became no fact as CSV, readable by the owner only. No cell's value is in it.

    `names` maps a file's number to its path in the project; `rows` are rows of `model.reading.REFUSED`, with
    `by_file` and `by_row` of the row that counts instead of a duplicate, None = none does.
    """
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(_COLUMNS)
    for row in rows:
        name = names.get(int(str(row["file"])), "")
        instead = "" if row["by_row"] is None else f"{names.get(int(str(row['by_file'])), '')}:{row['by_row']}"
        writer.writerow([name, row["row"], row["bucket"], row["problem"], row["column"], instead])
    claim(path.parent)
    handle, fresh = unfinished.begin(path.parent)  # two builds may do so at once
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text.getvalue())
    fresh.replace(path)
