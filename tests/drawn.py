"""Charts drawn once for all tests: to draw takes most of the first build of a small handbook.

A folder of pytest's own cache keeps what the handbooks of tests drew, apart for each project file and exports; the
script is one for all.
A handbook that is laid finds it in its private cache, as if it had been built before and its site deleted. Only
charts and the script that brings them to life are lent; they are named by all that they are made from.
"""

from __future__ import annotations

import shutil
import tempfile
from functools import cache
from pathlib import Path

from funnelbook import charts
from funnelbook.memory import Memory, digest
from funnelbook.publish.unchanged import program

#: How a remembered chart and the charts' script begin, after the seal.
_CHART = b"\x84\xa3svg"
_SCRIPT = b'(function(){"use strict"'
_SEAL = 32

_kept: Path | None = None
_lent: dict[Path, Path] = {}


def keep_in(folder: Path) -> None:
    """From now on; what another program drew is removed."""
    global _kept  # noqa: PLW0603 -- a session's own
    _kept = folder / charts.program()
    for other in folder.iterdir():
        if other != _kept:
            shutil.rmtree(other, ignore_errors=True)


def lend(project: Path) -> Path:
    """Gives a laid handbook what one like it drew; and keeps what this one will draw. Returns the handbook.

    One that was laid with a private folder of its own, or with what stands in its place, gets nothing.
    """
    if _kept is not None and not (project / ".funnelbook").exists():
        _lent[project] = drawn = _kept / _likeness(project)
        for each in filter(Path.is_dir, (drawn, _kept / "script")):
            shutil.copytree(each, _cache_of(project), dirs_exist_ok=True)
            (project / ".funnelbook").chmod(0o700)
    return project


def take_back(project: Path) -> Path:
    """For a handbook that is to be built for the first time. Returns it."""
    shutil.rmtree(project / ".funnelbook", ignore_errors=True)
    return project


def collect() -> None:
    """Keeps what was drawn in the handbooks that were laid since the last time."""
    for project, drawn in _lent.items():
        cache_folder = _cache_of(project)
        for path in cache_folder.glob("??/*"):
            name = path.relative_to(cache_folder)
            if not any((kept / name).exists() for kept in (drawn, drawn.parent / "script")):
                _keep(path.read_bytes(), name, drawn)
    _lent.clear()


def _keep(content: bytes, name: Path, drawn: Path) -> None:
    if not content[_SEAL:].startswith((_CHART, _SCRIPT)):
        return
    target = (drawn.parent / "script" if content[_SEAL:].startswith(_SCRIPT) else drawn) / name
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=_kept, delete=False) as fresh:  # other processes keep too
        fresh.write(content)
    Path(fresh.name).replace(target)


def _likeness(project: Path) -> str:
    files = [project / "funnelbook.toml", *sorted((project / "content" / "exports").rglob("*"))]
    return digest(*(path.read_bytes() for path in files if path.is_file()))


def _cache_of(project: Path) -> Path:
    return project / ".funnelbook" / "cache" / _name()


@cache
def _name() -> str:
    """Of the folder of what this program remembers."""
    with tempfile.TemporaryDirectory() as folder:
        Memory(Path(folder), program()).put("00" * 32, b"")
        return next(Path(folder).iterdir()).name
