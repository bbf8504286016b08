"""Finding and reading `funnelbook.toml`."""

from __future__ import annotations

import errno
import hashlib
import os
import stat
from pathlib import Path

from msgspec.structs import replace

from funnelbook.errors import Finding, Place, ProjectError
from funnelbook.project.document import Entry, parse
from funnelbook.project.positions import locate
from funnelbook.project.schema import PROJECT
from funnelbook.project.settings import KEY_NAME, Project

NAME = "funnelbook.toml"
#: The folders of a project that its site is made from, and all of it that is.
FOLDERS = ("content", "templates")
INPUTS = (NAME, *FOLDERS)
_MOST_BYTES = 1_000_000
_NEW_KEY = (
    "restore it from a backup; for a first one, write 64 random hexadecimal digits into it, as "
    "`openssl rand -hex 32` gives them"
)


def find(start: Path) -> Path:
    """The folder `start` or the nearest parent with a `funnelbook.toml`. Raises ProjectError when there is none."""
    absolute = Path(os.path.abspath(start))  # noqa: PTH100 -- normalises `..` without following links
    for folder in (absolute, *absolute.parents):
        if os.path.lexists(folder / NAME):
            return folder
    raise ProjectError.one(
        "no-project",
        f"there is no {NAME} in this folder or above it",
        "`funnelbook new DIR` lays a handbook to start from",
        place=Place(str(start)),
    )


def load(folder: Path) -> Project:
    """The project in `folder`. Raises ProjectError with every mistake; places are relative to the folder."""
    document = parse(NAME, read_text(folder))
    entry = Entry(document.values)
    sections = PROJECT(entry)
    problems = entry.problems
    if document.syntax:
        problems = [problem for problem in problems if problem.rule != "missing-key"]
    findings = [*document.syntax, *document.findings(problems)]
    if findings or sections is None:
        raise ProjectError(findings)
    return _with_key(sections.project(folder))


def _with_key(project: Project) -> Project:
    """Which key the pseudonyms of owners are made with, where there are any.

    Another key gives other pseudonyms, so none is ever made for them in passing.
    """
    if project.privacy.owners == "names":
        return project
    try:
        told = hashlib.sha256(project.persons_key.read_bytes()).hexdigest()
    except OSError:
        place = place_of(project.root, ("privacy", "owners"))
        message = f"pseudonyms are made with the key {project.private.name}/{KEY_NAME}, which is missing"
        raise ProjectError([Finding(place, "persons-key", message, _NEW_KEY)]) from None
    return replace(project, privacy=replace(project.privacy, key=told))


def place_of(folder: Path, path: tuple[str | int, ...]) -> Place:
    """Where the value under these keys stands in the project file."""
    (line, column) = locate(read_text(folder)).get(path, ((0, 0), (0, 0)))[1]
    return Place(NAME, line, column)


def read_text(folder: Path) -> str:
    """The text of the project file, with `\\n` line ends. Raises ProjectError when it cannot be read."""
    path = folder / NAME
    try:
        with open(path, "rb", opener=_open_plainly) as file:
            raw = file.read(_MOST_BYTES + 1)
    except FileNotFoundError:
        raise _unreadable("no-project", "it is not there", "`funnelbook new DIR` lays one") from None
    except OSError as error:
        raise _unreadable(*_why(path, error)) from None
    if len(raw) > _MOST_BYTES:
        raise _unreadable("too-large", "it is larger than 1 MB", "keep data in content/exports/")
    return _decoded(raw)


def _why(path: Path, error: OSError) -> tuple[str, str, str]:
    if path.is_symlink():
        return "symlink", "it is a symbolic link", "put the file itself here"
    if not path.is_file():
        return "not-a-file", "it is not a plain file", "put a text file in its place"
    return "unreadable", f"it cannot be read: {error.strerror}", "check its permissions"


def _open_plainly(path: str, flags: int) -> int:
    """Follows no symbolic link, and never waits for a FIFO. Raises OSError for anything but a regular file."""
    handle = os.open(path, flags | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
    if stat.S_ISREG(os.fstat(handle).st_mode):
        return handle
    os.close(handle)
    raise OSError(errno.EINVAL, "not a plain file")


def _decoded(raw: bytes) -> str:
    try:
        return raw.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        before = raw[: error.start].split(b"\n")
        place = Place(NAME, len(before), len(before[-1].decode(errors="replace")) + 1)
        message = f"byte {error.start} is not UTF-8"
        raise ProjectError.one("encoding", message, "save the file as UTF-8", place=place) from None


def _unreadable(rule: str, message: str, hint: str) -> ProjectError:
    return ProjectError([Finding(Place(NAME), rule, message, hint)])
