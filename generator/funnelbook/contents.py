"""The contents of files by their SHA-256, known again by what the file system says of them, as git's index does."""

from __future__ import annotations

import hashlib
import json
import os
from io import FileIO
from typing import Any

from funnelbook.memory import Memory, digest
from funnelbook.stamps import Stamp, is_settled, present, stamped

_KEY = digest("contents")
_LARGE = 1_000_000
_FLAGS = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)


class Contents:
    """What files hold. One that is as it was when it was read last is not read again.

    It is remembered in `memory`. A file that has just changed, or lies in another file system than the memory's
    folder, is read every time (`stamps.is_settled`); so is any file while that folder is not there yet.

    Of files whose names end with `texts`, what was read is kept for who asks next.
    """

    def __init__(self, memory: Memory, texts: str = "") -> None:
        self._memory = memory
        self._texts = texts
        self._raw: dict[str, tuple[Stamp | None, str, bytes]] = {}
        self._known = _known(memory.get(_KEY))
        self._asked: dict[str, tuple[Stamp, str]] = {}
        self._now: Stamp | None = None

    def of(self, path: str, status: os.stat_result) -> str:
        """The SHA-256 of the plain file, of which `os.lstat` says `status`. Raises OSError."""
        known = self._known.get(path)
        if known is None or known[0] != stamped(status):
            return self._read(path)
        self._asked[path] = known
        return known[1]

    def seal(self, path: str, status: os.stat_result) -> str | None:
        """The SHA-256 of the plain file, of which `os.lstat` says `status`, if it is known without reading."""
        known = self._asked.get(path)
        return known[1] if known is not None and known[0] == stamped(status) else None

    def text(self, path: str, status: os.stat_result) -> tuple[str, bytes] | None:
        """The SHA-256 and the content of a file that was read here, while `os.lstat` still says `status` of it."""
        read = self._raw.get(path)
        return read[1:] if read is not None and read[0] == stamped(status) else None

    def _read(self, path: str) -> str:
        self._now = self._now or (present(self._memory.folder) if self._memory.folder else None)
        with os.fdopen(os.open(path, _FLAGS), "rb", 0) as file:
            status = os.fstat(file.fileno())
            stamp = stamped(status)
            found, raw = _taken_in(file, status.st_size)
        if raw is not None and self._texts and path.endswith(self._texts):
            self._raw[path] = stamp, found, raw
        if stamp and self._now and is_settled(stamp, self._now):
            self._asked[path] = stamp, found
        return found

    def keep(self) -> None:
        """Remembers what was asked for, and nothing else."""
        if self._asked != self._known:
            self._known = dict(self._asked)
            self._memory.put(_KEY, json.dumps(self._known).encode())


def _taken_in(file: FileIO, size: int) -> tuple[str, bytes | None]:
    """The SHA-256 of the file, and what it holds unless it is large."""
    if size > _LARGE:
        return hashlib.file_digest(file, "sha256").hexdigest(), None
    raw = file.readall()
    return hashlib.sha256(raw).hexdigest(), raw


def _known(raw: bytes | None) -> dict[str, tuple[Stamp, str]]:
    try:
        told: dict[str, Any] = json.loads(raw or b"{}")
        return {path: (Stamp(*stamp), str(found)) for path, (stamp, found) in told.items()}
    except (ValueError, TypeError, AttributeError):  # another program's: as good as absent
        return {}
