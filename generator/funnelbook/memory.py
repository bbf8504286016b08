"""Work done once, remembered by the hash of what it was made from.

The memory is private and disposable: deleting it costs time, never a result.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from contextlib import suppress
from pathlib import Path

from funnelbook import __version__, unfinished


def digest(*parts: str | bytes) -> str:
    """SHA-256 over the parts, each with its length so that no two lists of parts share a digest.

    A file's name that is no text (a lone surrogate stands for a byte) has one too.
    """
    hasher = hashlib.sha256()
    for part in parts:
        raw = part.encode(errors="surrogatepass") if isinstance(part, str) else part
        hasher.update(len(raw).to_bytes(8, "big"))
        hasher.update(raw)
    return hasher.hexdigest()


#: Of more values than these the older ones are forgotten. A site of three years with all its charts has a fifth.
MOST = 20_000
#: Signs of a program's digest that its folder is named by.
_NAME = 16
#: Bytes of a seal.
_SEAL = 32


def _seal(key: str, value: bytes) -> bytes:
    hasher = hashlib.sha256(key.encode() + b"\0")
    hasher.update(value)
    return hasher.digest()


class Memory:
    """Bytes under a key (a hex digest), in a private folder, or nowhere when `folder` is None.

    Another program, as its digest `program` tells (another version, where none is given), never reads what this one
    wrote, and forgets all of it with the first thing that it remembers itself; what was remembered longest ago is
    forgotten when there is too much. What was cut off or changed on the disk is as good as not there: a value is
    sealed with its digest.
    """

    def __init__(self, folder: Path | None, program: str = "") -> None:
        self._folder = folder / (program[:_NAME] or __version__) if folder else None
        self._program = program
        self._alone = False

    @property
    def folder(self) -> Path | None:
        """Where everything lies, when something does."""
        return self._folder

    def key(self, *parts: str | bytes) -> str:
        """The key of what this very program, told by its digest `program`, makes of the parts."""
        return digest(self._program, *parts)

    def get(self, key: str) -> bytes | None:
        if self._folder is None:
            return None
        try:
            with self._path(key).open("rb", buffering=0) as file:
                seal, value = file.read(_SEAL), file.readall()
        except OSError:
            return None
        return value if seal == _seal(key, value) else None

    def put(self, key: str, value: bytes) -> None:
        if self._folder is None:
            return
        with suppress(OSError):  # a full disk, a project that is only for reading: it will be worked out again
            self._forget_others()
            self._write(self._path(key), _seal(key, value), value)

    def _write(self, path: Path, *parts: bytes) -> None:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle, fresh = unfinished.begin(path.parents[1])
        try:
            with os.fdopen(handle, "wb") as file:
                file.writelines(parts)
            fresh.replace(path)
        except BaseException:
            fresh.unlink(missing_ok=True)
            raise

    def _forget_others(self) -> None:
        assert self._folder is not None
        if not self._alone and self._folder.parent.is_dir():
            for other in self._folder.parent.iterdir():
                if other != self._folder and not other.is_symlink():
                    shutil.rmtree(other, ignore_errors=True)
            self._forget_oldest(self._folder)
        self._alone = True

    @staticmethod
    def _forget_oldest(folder: Path) -> None:
        values = list(folder.glob("??/*"))
        if len(values) > MOST:
            for path in sorted(values, key=lambda path: path.stat().st_mtime)[: len(values) - MOST // 2]:
                path.unlink()

    def _path(self, key: str) -> Path:
        assert self._folder is not None
        return self._folder / key[:2] / key[2:]
