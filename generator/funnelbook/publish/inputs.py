"""The project's files that a site is made from: their hashes, and whether they are as git's commit has them.

Git is asked for the commit's own list only; the files are hashed here. `git status` could run filters that a
repository names, and would forgive a file that git was told not to look at.
"""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from io import BufferedReader
from pathlib import Path

from msgspec import Struct

from funnelbook.errors import Place, PublishError
from funnelbook.handbook import commit_of, git
from funnelbook.project import FOLDERS, INPUTS, NAME, Project, is_left_over
from funnelbook.publish.manifest import Entry
from funnelbook.sources.folders import folders

_BLOCK = 1 << 20
EXPORTS = "content/exports"


class Inputs(Struct, frozen=True):
    """`files` by their path in the project; `commit` and `dirty` are None without git or without a commit."""

    files: Mapping[str, Entry]
    commit: str | None
    dirty: tuple[str, ...] | None


def read_inputs(project: Project) -> Inputs:
    """Every input, hashed as it lies on the disk now. Raises PublishError for one that cannot be read."""
    commit = commit_of(project.root)
    committed = _committed(project.root, commit) if commit else {}
    files: dict[str, Entry] = {}
    dirty = []
    ignored = _ignored(project.root) if commit else frozenset()
    for path in _paths(project):
        name = _name(path, project.root)
        known = committed.get(name)
        entry, blob = _hashed(path, "sha256" if known and len(known) == 64 else "sha1")
        files[name] = entry
        if blob != known and not (known is None and name in ignored):
            dirty.append(name)
    gone = [name for name in committed if _is_input(name) and not os.path.lexists(project.root / name)]
    named = {os.fsencode(name).decode(errors="replace") for name in (*dirty, *gone)}
    return Inputs(files, commit, tuple(sorted(named)) if commit else None)


def refuse_inputs(project: Project, out: Path) -> None:
    """Raises PublishError when `out` lies among what a site is made from, or holds the project itself."""
    target, root = out.resolve(), project.root.resolve()
    inputs = [root / name for name in (*FOLDERS, ".git", project.private.name)]
    if root.is_relative_to(target) or any(target.is_relative_to(each) for each in inputs):
        raise PublishError.one(
            "foreign-output",
            "the output folder is the project itself or lies among what the site is made from",
            "name a folder of its own with --out",
            place=Place(str(out)),
        )


def exports_of(project: Project) -> tuple[tuple[str, str], ...]:
    """What lies among the exports: each path, and the SHA-256 of a file's content; never a mistake of its own."""
    root = project.exports
    found = [root, *sorted(root.rglob("*"))] if root.is_dir() and not root.is_symlink() else [root]
    return tuple((str(path.relative_to(project.root)), _told(path)) for path in found)


def _told(path: Path) -> str:
    try:
        with open_plainly(path) as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        return f"{'link' if path.is_symlink() else 'folder' if path.is_dir() else error.errno}"


def nameless(inputs: Inputs) -> Inputs:
    """As a manifest tells of them: exports by number, in the order of their names, which may be customers'."""
    dirty = inputs.dirty or ()
    exports = sorted(name for name in {*inputs.files, *dirty} if name.startswith(f"{EXPORTS}/"))
    told = {name: f"{EXPORTS}/{number}" for number, name in enumerate(exports, 1)}
    files = {told.get(name, name): entry for name, entry in inputs.files.items()}
    named = tuple(sorted(told.get(name, name) for name in dirty))
    return Inputs(files, inputs.commit, None if inputs.dirty is None else named)


def _paths(project: Project) -> Iterator[Path]:
    """funnelbook.toml, the playbooks and what lies beside them, the exports, the project's own theme; sorted."""
    yield project.root / NAME
    for folder in (project.content, project.root / "templates"):
        for path in sorted(folder.rglob("*")) if folder.is_dir() else ():
            parts = path.relative_to(folder).parts
            if path.is_dir() or any(map(_is_hidden, parts)):
                continue
            if not path.is_relative_to(project.exports):
                yield path
    for export in folders(project.exports):
        yield from export.files


def _name(path: Path, root: Path) -> str:
    name = path.relative_to(root).as_posix()
    try:
        name.encode()
    except UnicodeEncodeError:
        message = "the name of an input is not UTF-8"
        raise PublishError.one(
            "encoding", message, "rename it", place=Place(os.fsencode(name).decode(errors="replace"))
        ) from None
    return name


def _is_input(name: str) -> bool:
    is_below = name.startswith(("content/", "templates/"))
    return name == NAME or (is_below and not any(map(_is_hidden, name.split("/"))))


def _is_hidden(part: str) -> bool:
    return part.startswith((".", "~", "#")) or is_left_over(part)


def _hashed(path: Path, algorithm: str) -> tuple[Entry, str]:
    """The file's SHA-256 and size, and the hash that git would give it."""
    try:
        with open_plainly(path) as file:
            status = os.fstat(file.fileno())
            ours = hashlib.sha256()
            blob = hashlib.new(algorithm, b"blob %d\0" % status.st_size, usedforsecurity=False)
            size = 0
            while block := file.read(_BLOCK):
                ours.update(block)
                blob.update(block)
                size += len(block)
    except OSError as error:
        raise PublishError.one(
            "unreadable", f"an input cannot be read: {error.strerror}", place=Place(str(path))
        ) from error
    return Entry(ours.hexdigest(), size), blob.hexdigest()


@contextmanager
def open_plainly(path: Path) -> Iterator[BufferedReader]:
    """Follows no symbolic link, and never waits for a FIFO. Raises OSError for anything but a regular file."""
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    # `os.fdopen` of a folder would leave it open
    with open(path, "rb", opener=lambda name, _: os.open(name, flags)) as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise OSError(0, "it is not a plain file")
        yield file


def _committed(root: Path, commit: str) -> dict[str, str]:
    """path -> git's hash of every file of the commit below `root`."""
    answer = git(root, "ls-tree", "-r", "-z", commit) or b""
    found = {}
    for line in answer.split(b"\0"):
        about, _, path = line.partition(b"\t")
        kind, _, blob = about.decode("ascii", "replace").partition(" ")[2].partition(" ")
        if kind == "blob":
            found[os.fsdecode(path)] = blob
    return found


def _ignored(root: Path) -> frozenset[str]:
    """The files that git was told to leave out, exports as a rule."""
    answer = git(root, "ls-files", "-z", "--others", "--ignored", "--exclude-standard", "--", *INPUTS)
    return frozenset(os.fsdecode(path) for path in (answer or b"").split(b"\0") if path)
