"""How files come to lie on the disk: readable by a web server, whole before they are seen.

A site is there to be read: its files are 0644 and its folders 0755 whatever the umask, so that a web server of
another user can serve what a careful user built.
"""

from __future__ import annotations

import errno
import os
import shutil
import stat
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from msgspec import Struct

from funnelbook.errors import Place, PublishError
from funnelbook.publish.manifest import Content, Lying, entry_of
from funnelbook.stamps import Stamp, stamp_of, stamped

#: Nobody else's file or link is written through.
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
_READABLE = 0o644


class Written(Struct, frozen=True):
    """How many files were written, and all of them as they were seen to have their content."""

    count: int
    stamps: Mapping[str, Stamp]


def write(
    files: Mapping[str, Content],
    folder: Path,
    last: Mapping[str, Path],
    step: Callable[[], None] = lambda: None,
) -> Written:
    """Writes every file into a new folder, or links it to the one of `last` with the same content.

    Raises OSError for a `Lying` one that lies there no more as it was seen.
    """
    written = 0
    stamps: dict[str, Stamp] = {}
    make_readable(folder)
    for made in _folders(files):
        make_readable(folder / made)
    for path, content in sorted(files.items()):
        new, known = f"{folder}/{path}", last.get(path)
        if isinstance(content, Lying):
            stamps[path] = _laid(content, new)
            step()
            continue
        stamp = _linked(str(known), new, content) if known else None
        if stamp is None:
            stamp = _written(new, content)
            written += 1
        stamps[path] = stamp
        step()
    return Written(written, stamps)


def _folders(files: Iterable[str]) -> list[str]:
    """Every folder of paths with `/`, each behind the one that it lies in."""
    found = set[str]()
    for inside in {path.rpartition("/")[0] for path in files}:
        while inside and inside not in found:
            found.add(inside)
            inside = inside.rpartition("/")[0]  # noqa: PLW2901 - up to where another path has been
    return sorted(found)


def _written(path: str, content: bytes) -> Stamp:
    with os.fdopen(os.open(path, _NEW, _READABLE), "wb", 0) as file:
        left = memoryview(content)
        while left:
            left = left[file.write(left) :]
        status = os.fstat(file.fileno())
        if stat.S_IMODE(status.st_mode) != _READABLE and hasattr(os, "fchmod"):  # an umask that hides it
            os.fchmod(file.fileno(), _READABLE)
            status = os.fstat(file.fileno())
    stamp = stamped(status)
    assert stamp is not None
    return stamp


def _linked(existing: str, new: str, content: bytes) -> Stamp | None:
    """None when the existing file holds something else, or the file system knows no hard links."""
    there = stamp_of(existing)
    if there is None or not there.is_file or there.size != len(content):
        return None
    try:
        os.link(existing, new)
    except OSError:
        return None
    stamp = stamp_of(new)  # before it is read: what is changed after that shows
    if stamp is not None and stamp.is_file and holds(Path(new), content):
        return stamp
    Path(new).unlink()
    return None


def _laid(lying: Lying, new: str) -> Stamp:
    if stamp_of(lying.path) == lying.stamp:
        with suppress(OSError):  # no hard links here: it is copied
            os.link(lying.path, new)
            return lying.stamp
        content = Path(lying.path).read_bytes()
        if entry_of(content) == lying.entry:
            return _written(new, content)
    raise OSError(errno.EIO, "a file of the last build changed in the meantime", lying.path)


@contextmanager
def refusals_told(out: Path) -> Iterator[None]:
    """Raises what the disk refuses while the site in `out` is written as a PublishError."""
    try:
        yield
    except OSError as error:
        raise PublishError.one(
            "cannot-write",
            f"the site could not be written: {error.strerror}",
            "the last site is still there; free some space, mend the permissions or name another folder with --out",
            place=Place(str(error.filename2 or error.filename or out)),  # of two, the one that was to be
        ) from error


def make_readable(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o755)


def holds(path: Path, content: bytes) -> bool:
    """Whether the file is what its manifest says: one that was changed by hand is written anew."""
    try:
        return not path.is_symlink() and path.stat().st_size == len(content) and path.read_bytes() == content
    except OSError:
        return False


def point(link: Path, target: Path) -> None:
    """Makes `link` lead to `target`, relative to its own folder, in one step."""
    fresh = link.with_name(link.name + ".new")
    fresh.unlink(missing_ok=True)
    fresh.symlink_to(target)
    fresh.replace(link)


def write_whole(path: Path, content: bytes) -> None:
    """Puts the content in the file's place in one step."""
    fresh = path.with_name(path.name + ".new")
    remove(fresh)  # a link there would be written through
    fresh.write_bytes(content)
    fresh.chmod(_READABLE)
    fresh.replace(path)


def remove(folder: Path) -> None:
    if folder.is_symlink() or folder.is_file():
        folder.unlink()
    elif folder.exists():
        shutil.rmtree(folder)
