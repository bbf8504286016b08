"""What the file system says of a file without its being read."""

from __future__ import annotations

import os
import stat
import tempfile
from pathlib import Path
from typing import NamedTuple


class Stamp(NamedTuple):
    """What tells without reading that a file may have changed. `altered` moves with every change of the content,
    also when the time of `modified` was set back.
    """

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


def present(folder: Path) -> Stamp | None:
    """What a file gets that changes now in the file system of `folder`, whose clock may not be this machine's.

    None where nobody can tell: in no folder, or in one that is only for reading, or on Windows, which has no
    `altered`.
    """
    if os.name == "nt":
        return None
    try:
        handle, path = tempfile.mkstemp(dir=folder)
    except OSError:
        return None
    try:
        return stamped(os.fstat(handle))
    finally:
        os.close(handle)
        Path(path).unlink()


def is_settled(stamp: Stamp, now: Stamp) -> bool:
    """Whether any later change of the file must show in its stamp.

    It may not when the file has changed within the very tick of the clock that was `now`, before the stamp was
    taken: then it can change once more in that tick. Git calls such a file racily clean. Nothing is known of a file
    in another file system than that of `now`.
    """
    return stamp.device == now.device and stamp.altered < now.altered
