"""The build that readers see already, when nothing it is made from has changed: then there is nothing to make.

Everything is looked at by its content: the project's files, git's commit, the releases, the program itself. Nothing
heavy is imported here.
"""

from __future__ import annotations

import hashlib
import json
import os
import stat
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any

from funnelbook.bundled import bundled
from funnelbook.errors import Finding, Place
from funnelbook.git import commit_state, git
from funnelbook.memory import Memory, digest
from funnelbook.project import INPUTS, Project
from funnelbook.publish import store
from funnelbook.publish.listing import Cover
from funnelbook.publish.past import read_past
from funnelbook.publish.store import Published

_PACKAGE = Path(__file__).resolve().parents[1]


@dataclass(frozen=True, slots=True)
class Summary:
    """What a build tells of itself at the end. `data`: rows of the table, one a file."""

    pages: int
    charts: int
    files: int
    data: tuple[tuple[object, ...], ...]
    warnings: tuple[Finding, ...]


def state_of(project: Project, out: Path) -> str | None:
    """A digest of all that a build into `out` depends on; None when some of it cannot be read: the build tells."""
    past = read_past(out)
    try:
        inputs = list(_tree(project.root, INPUTS))
    except OSError:
        return None
    released = repr((past.seals, past.warnings))
    return digest("state 1", program(), *inputs, *commit_state(project.root), released, str(out.resolve()))


@cache
def program() -> str:
    """A digest of this program: its sources, its theme, and which versions of what libraries it runs with."""
    theme = bundled("templates")
    sources = [path for path in sorted(_PACKAGE.rglob("*.py")) if "_bundled" not in path.parts]
    libraries = sorted({name for folder in map(Path, sys.path) for name in _installed(folder)})
    return digest(sys.version, *libraries, *map(_content, sources), *_tree(theme.parent, (theme.name,)))


def memory_of(project: Project) -> Memory:
    """What this program remembers of the project. Nothing where git tracks it: then it came with a clone, and says
    whatever somebody wrote.
    """
    tracked = git(project.root, "ls-files", "-z", "--", project.private.name)
    return Memory(None if tracked else project.private / "cache", program())


def _installed(folder: Path) -> Iterator[str]:
    try:
        yield from (name for name in os.listdir(folder) if name.endswith(".dist-info"))  # noqa: PTH208 - names alone
    except OSError:
        return


def _tree(root: Path, names: Sequence[str]) -> Iterator[str]:
    """Each path below `root` that begins with one of the names, and what it is; sorted, no link followed."""
    for name in names:
        yield from _told(root / name, name)


def _told(path: Path, name: str) -> Iterator[str]:
    try:
        mode = path.lstat().st_mode
    except FileNotFoundError:
        yield from (name, "nothing")
        return
    yield os.fsencode(name).decode(errors="backslashreplace")
    if stat.S_ISDIR(mode):
        yield "folder"
        for inside in sorted(os.listdir(path)):  # noqa: PTH208 - names alone
            yield from _told(path / inside, f"{name}/{inside}")
    elif stat.S_ISREG(mode):
        yield _content(path)
    else:
        yield f"{stat.S_IFMT(mode)}"


def _content(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def recall(project: Project, out: Path, state: str | None) -> tuple[Published, Summary] | None:
    """What was built of this state, when it lies there whole, or None; then readers see it."""
    if state is None or not (project.private / "refused.csv").is_file():
        return None
    raw = memory_of(project).get(digest("built", state))
    told = _read(raw) if raw is not None else None
    if told is None:
        return None
    identity, summary = told
    published = store.publish_again(identity, out, Cover(project.site.title, project.site.languages))
    return (published, summary) if published else None


def remember(project: Project, state: str, published: Published, summary: Summary) -> None:
    told = {"identity": published.identity, **asdict(summary)}
    memory_of(project).put(digest("built", state), json.dumps(told).encode())


def _read(raw: bytes) -> tuple[str, Summary] | None:
    try:
        told: dict[str, Any] = json.loads(raw)
        warnings = [Finding(**{**each, "place": Place(**each["place"])}) for each in told["warnings"]]
        data = tuple(tuple(row) for row in told["data"])
        summary = Summary(int(told["pages"]), int(told["charts"]), int(told["files"]), data, tuple(warnings))
        return str(told["identity"]), summary
    except (ValueError, KeyError, TypeError, RecursionError):  # garbled: as good as absent
        return None
