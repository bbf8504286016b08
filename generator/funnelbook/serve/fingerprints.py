"""What a file is known by: cheaply by what the file system says of it, surely by its content.

Links are not followed.
"""

from __future__ import annotations

import hashlib
import os
import stat
from pathlib import Path
from typing import NamedTuple

_FLAGS = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
_LINK, _SPECIAL, _UNREADABLE = b"link ", b"special", b"unreadable"


class Stamp(NamedTuple):
    """What tells without reading that a file may have changed. Times are compared, never ordered: clocks jump."""

    kind: int
    size: int
    modified: int
    altered: int
    inode: int
    device: int

    @property
    def is_file(self) -> bool:
        return stat.S_ISREG(self.kind)

    @property
    def is_empty(self) -> bool:
        return self.is_file and self.size == 0


def stamp_of(path: str) -> Stamp | None:
    """None where nothing is, or a folder: those are known by their files."""
    try:
        return stamped(os.lstat(path))
    except OSError:
        return None


def stamped(status: os.stat_result) -> Stamp | None:
    kind = stat.S_IFMT(status.st_mode)
    if stat.S_ISDIR(kind):
        return None
    return Stamp(kind, status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino, status.st_dev)


def content_of(path: str, stamp: Stamp) -> bytes | None:
    """A fingerprint of the content that `stamp` was taken of; None when it is another by now.

    What is no plain file is not opened: of a link where it leads counts, a pipe or a device is always the same.
    """
    try:
        if stat.S_ISLNK(stamp.kind):
            return _LINK + os.fsencode(Path(path).readlink())
        if not stamp.is_file:
            return _SPECIAL
        with os.fdopen(os.open(path, _FLAGS), "rb") as file:
            found = hashlib.file_digest(file, "sha256").digest()
            return found if stamped(os.fstat(file.fileno())) == stamp else None
    except FileNotFoundError:
        return None
    except OSError:
        return _UNREADABLE if stamp_of(path) == stamp else None
