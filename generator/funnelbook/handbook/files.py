"""Finding and reading the handbook's files without ever leaving its folder."""

from __future__ import annotations

import hashlib
import os
import posixpath
import stat
from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path, PurePosixPath

from funnelbook.contents import Contents
from funnelbook.errors import ContentError, Finding, Place
from funnelbook.project import is_left_over, is_lock

_MOST_BYTES = 1_000_000
_LARGEST_PICTURE = 20_000_000


@dataclass(frozen=True)
class TextFile:
    """A Markdown file: `path` relative to the project with `/`; `seal` is the SHA-256 of its bytes.

    One whose seal was known already lies unread at `place` until somebody asks for its text.
    """

    path: str
    seal: str
    place: str = field(default="", compare=False, repr=False)

    @classmethod
    def of(cls, path: str, text: str, seal: str = "") -> TextFile:
        """One whose text is known; `seal` is that of other bytes which say the same."""
        file = cls(path, seal or hashlib.sha256(text.encode()).hexdigest())
        file.__dict__["text"] = text
        return file

    @cached_property
    def text(self) -> str:
        """With `\\n` line ends. Raises ContentError when the file is not what it was any more."""
        try:
            read = _read(self.place, os.lstat(self.place), Place(self.path))
        except OSError:
            read = _changed(Place(self.path))
        if isinstance(read, Finding):
            raise ContentError([read])
        if read.seal != self.seal:
            raise ContentError([_changed(Place(self.path))])
        return read.text


#: The files of a language, and what is wrong with others.
Texts = tuple[list[TextFile], list[Finding]]


def read_all(content: Path, language: str, languages: tuple[str, ...], contents: Contents | None = None) -> Texts:
    """Every `*.md` below content/<language>, by path. Symbolic links anywhere below `content` are findings.

    The folders of the other languages are left to their own reading, so that nothing is told twice. A file that
    `contents` knows is not read.
    """
    files: list[TextFile] = []
    findings: list[Finding] = []
    others = {f"{content.name}/{other}" for other in languages if other != language}
    for path, status in _walk(content, others):
        if stat.S_ISLNK(status.st_mode):
            hint = "put the file itself here"
            findings.append(Finding(Place(path), "symlink", "symbolic links are not followed", hint))
        elif path.endswith(".md") and path.startswith(f"{content.name}/{language}/"):
            read = _known(path, f"{content.parent}/{path}", status, contents)
            (findings if isinstance(read, Finding) else files).append(read)  # type: ignore[arg-type]
    return files, findings


def read_again(paths: Iterable[str], content: Path) -> list[TextFile] | None:
    """The known files of those paths, read anew; None when one of them is no plain text any more.

    Then all must be looked at. (A link in the way would be a change of more than these files.)
    """
    again: list[TextFile] = []
    for name in paths:
        path = content.parent / name
        try:
            read = _read(str(path), path.lstat(), Place(name))
        except OSError:
            return None
        if isinstance(read, Finding):
            return None
        again.append(read)
    return again


def _walk(content: Path, leave_out: Set[str]) -> Iterator[tuple[str, os.stat_result]]:
    """`content` and everything below it by its path in the project, each folder's in sorted order; hidden and
    editors' own files only when they are links. Nothing of a folder that is left out.
    """
    pending = [content.name]
    while pending:
        path = pending.pop()
        full, name = f"{content.parent}/{path}", posixpath.basename(path)
        try:
            status = os.lstat(full)
        except FileNotFoundError:
            continue
        is_hidden = path != content.name and (name.startswith((".", "~", "#")) or is_left_over(name))
        if not is_hidden or (stat.S_ISLNK(status.st_mode) and not is_lock(name)):
            yield path, status
        if stat.S_ISDIR(status.st_mode) and not is_hidden:
            inside = (f"{path}/{each}" for each in sorted(os.listdir(full), reverse=True))  # noqa: PTH208 - names alone
            pending += (each for each in inside if each not in leave_out)


def _known(name: str, path: str, seen: os.stat_result, contents: Contents | None) -> TextFile | Finding:
    if contents is not None and stat.S_ISREG(seen.st_mode):
        if seal := contents.seal(path, seen):
            return TextFile(name, seal, path)
        if read := contents.text(path, seen):
            return _decoded(*read, Place(name))
    return _read(path, seen, Place(name))


def _read(path: str, seen: os.stat_result, place: Place) -> TextFile | Finding:
    if not stat.S_ISREG(seen.st_mode):
        return Finding(place, "not-a-file", "a name that ends in .md must be a file", "rename it")
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    try:
        with os.fdopen(os.open(path, flags), "rb", 0) as file:
            now = os.fstat(file.fileno())
            if (now.st_dev, now.st_ino) != (seen.st_dev, seen.st_ino):
                return _changed(place)
            raw = file.readall() if now.st_size <= _MOST_BYTES else file.read(_MOST_BYTES + 1)
    except OSError as error:
        return Finding(place, "unreadable", f"it cannot be read: {error.strerror}", "check its permissions")
    return _decoded(hashlib.sha256(raw).hexdigest(), raw, place)


def _changed(place: Place) -> Finding:
    return Finding(place, "file-changed", "another file took its place while it was read", "try again")


def read_picture(root: Path, path: str) -> bytes | None:
    """The bytes of the regular file `path` below `root`, reached without any link; None when there is none."""
    place = root
    try:
        for part in PurePosixPath(path).parts:
            place = place / part
            if part == ".." or place.is_symlink():
                return None
        if not place.is_file():
            return None
        with os.fdopen(os.open(place, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0)), "rb") as file:
            raw = file.read(_LARGEST_PICTURE + 1)
    except (OSError, ValueError):
        return None
    return raw if len(raw) <= _LARGEST_PICTURE else None


def _decoded(seal: str, raw: bytes, place: Place) -> TextFile | Finding:
    if len(raw) > _MOST_BYTES:
        return Finding(place, "too-large", "it is larger than 1 MB", "split it")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return _bad_byte(place, raw, error.start, "encoding", "is not UTF-8", "save the file as UTF-8")
    if "\0" in text:
        return _bad_byte(place, raw, raw.index(b"\0"), "nul-byte", "is NUL", "this is not a text file")
    return TextFile.of(place.path, text.replace("\r\n", "\n").replace("\r", "\n"), seal)


def _bad_byte(place: Place, raw: bytes, offset: int, rule: str, what: str, hint: str) -> Finding:
    before = raw[:offset].split(b"\n")
    column = len(before[-1].decode(errors="replace")) + 1
    return Finding(Place(place.path, len(before), column), rule, f"byte {offset} {what}", hint)
