"""Work done once, remembered by the hash of what it was made from.

The memory is private and disposable: deleting it costs time, never a result.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from contextlib import suppress
from pathlib import Path

from funnelbook import __version__


def digest(*parts: str | bytes) -> str:
    """SHA-256 over the parts, each with its length so that no two lists of parts share a digest."""
    hasher = hashlib.sha256()
    for part in parts:
        raw = part.encode() if isinstance(part, str) else part
        hasher.update(len(raw).to_bytes(8, "big"))
        hasher.update(raw)
    return hasher.hexdigest()


class Memory:
    """Bytes under a key (a hex digest), in a private folder, or nowhere when `folder` is None.

    Another version of the program never reads what this one wrote.
    """

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder / __version__ if folder else None

    def get(self, key: str) -> bytes | None:
        if self._folder is None:
            return None
        try:
            return self._path(key).read_bytes()
        except OSError:
            return None

    def put(self, key: str, value: bytes) -> None:
        if self._folder is None:
            return
        with suppress(OSError):  # a full disk, a project that is only for reading: it will be worked out again
            self._write(self._path(key), value)

    def _write(self, path: Path, value: bytes) -> None:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle, name = tempfile.mkstemp(dir=path.parent)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(value)
            Path(name).replace(path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise

    def _path(self, key: str) -> Path:
        assert self._folder is not None
        return self._folder / key[:2] / key[2:]
