"""The build that readers see already, when nothing it is made from has changed: then there is nothing to make.

Everything is looked at by its content: the project's files, git's commit, the releases, the program itself. Nothing
heavy is imported here.
"""

from __future__ import annotations

import json
import os
import stat
import sys
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from msgspec import Struct, to_builtins

from funnelbook.bundled import bundled
from funnelbook.contents import Contents
from funnelbook.errors import Finding, Place
from funnelbook.git import asked, commit_asked
from funnelbook.installed import installed
from funnelbook.memory import Memory, digest
from funnelbook.project import INPUTS, Project
from funnelbook.publish import listing, store
from funnelbook.publish.listing import Cover
from funnelbook.publish.past import looked_at
from funnelbook.publish.store import Published

_PACKAGE = Path(__file__).resolve().parents[1]
_FOLDER = "folder"


class Summary(Struct, frozen=True):
    """What a build tells of itself at the end. `data`: rows of the table, one a file."""

    pages: int
    charts: int
    files: int
    data: tuple[tuple[object, ...], ...]
    warnings: tuple[Finding, ...]


def state_of(project: Project, out: Path, contents: Contents) -> str | None:
    """A digest of all that a build into `out` depends on; None when some of it cannot be read: the build tells."""
    commit = commit_asked(project.root)
    try:
        inputs = list(_tree(project.root, INPUTS, contents))
        published = list(_published(out, contents))
    except OSError:
        return None
    finally:
        past = commit()
    contents.keep()
    return digest("state 2", program(), project.privacy.key, *past, *inputs, *published)


def _published(out: Path, contents: Contents) -> Iterator[str]:
    """Where a build goes, and what releases there tell of the past."""
    yield str(out.resolve())
    for each in listing.releases(out) if out.is_dir() else ():
        yield repr(each)
        yield from (_itself(str(path), contents) for path in looked_at(out / each.version))


@cache
def program() -> str:
    """A digest of this program: its sources, its theme, and which versions of what libraries it runs with."""
    theme, contents = bundled("templates"), Contents(Memory(None))
    sources = [_itself(path, contents) for path in sorted(_sources())]
    return digest(sys.version, *installed(), *sources, *_tree(theme.parent, (theme.name,), contents))


def memory_of(project: Project) -> Memory:
    """What this program remembers of the project. Nothing where git tracks it: then it came with a clone, and says
    whatever somebody wrote. Nothing in a link's place either: there, a build tells so.
    """
    folder = project.private
    tracked = asked(project.root, "ls-files", "-z", "--", folder.name)
    try:
        running = program()
    finally:
        foreign = tracked() or folder.is_symlink()
    return Memory(None if foreign else folder / "cache", running)


def _sources() -> Iterator[str]:
    for folder, inside, files in os.walk(_PACKAGE):
        inside[:] = [name for name in inside if name not in {"__pycache__", "_bundled"}]
        yield from (f"{folder}/{name}" for name in files if name.endswith(".py"))


def _tree(root: Path, names: Sequence[str], contents: Contents) -> Iterator[str]:
    """Each path below `root` that begins with one of the names, and what it is; sorted, no link followed."""
    for name in names:
        yield from _told(f"{root}/{name}", name, contents)


def _told(path: str, name: str, contents: Contents) -> Iterator[str]:
    yield os.fsencode(name).decode(errors="backslashreplace")
    kind = _itself(path, contents)
    yield kind
    if kind == _FOLDER:
        for inside in sorted(os.listdir(path)):  # noqa: PTH208 - names alone
            yield from _told(f"{path}/{inside}", f"{name}/{inside}", contents)


def _itself(path: str, contents: Contents) -> str:
    """The content of a file; of anything else, what it is."""
    try:
        status = os.lstat(path)
    except FileNotFoundError:
        return "nothing"
    if stat.S_ISDIR(status.st_mode):
        return _FOLDER
    return contents.of(path, status) if stat.S_ISREG(status.st_mode) else str(stat.S_IFMT(status.st_mode))


def recall(project: Project, out: Path, state: str | None, memory: Memory) -> tuple[Published, Summary] | None:
    """What was built of this state, when it lies there whole, or None; then readers see it."""
    if state is None or not (project.private / "refused.csv").is_file():
        return None
    raw = memory.get(digest("built", state))
    told = _read(raw) if raw is not None else None
    if told is None:
        return None
    before, summary = told
    cover = Cover(project.site.title, project.site.languages)
    published = store.publish_again(before.identity, out, cover, before.seal)
    if published is None:
        return None
    if published.seal != before.seal:
        remember(state, published, summary, memory)
    return published, summary


def remember(state: str, published: Published, summary: Summary, memory: Memory) -> None:
    told = {"identity": published.identity, "seal": published.seal, **to_builtins(summary)}
    memory.put(digest("built", state), json.dumps(told).encode())


class _Before(Struct, frozen=True):
    identity: str
    seal: str


def _read(raw: bytes) -> tuple[_Before, Summary] | None:
    try:
        told: dict[str, Any] = json.loads(raw)
        warnings = [Finding(**{**each, "place": Place(**each["place"])}) for each in told["warnings"]]
        data = tuple(tuple(row) for row in told["data"])
        summary = Summary(int(told["pages"]), int(told["charts"]), int(told["files"]), data, tuple(warnings))
        return _Before(str(told["identity"]), str(told["seal"])), summary
    except (ValueError, KeyError, TypeError, RecursionError):  # garbled: as good as absent
        return None
