"""Writing that may stop in the middle: half of a file's content is on the disk when something happens."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

Hit = Callable[[str], None]


class _File:
    """An open file that calls `hit` with its path in the middle of each write."""

    def __init__(self, file: Any, hit: Hit) -> None:
        self._file = file
        self._hit = hit

    def __enter__(self) -> _File:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)

    def write(self, content: bytes) -> int:
        middle = len(content) // 2
        written = self._file.write(content[:middle])
        self._file.flush()
        self._hit(str(Path(f"/proc/self/fd/{self._file.fileno()}").readlink()))
        return int(written + self._file.write(content[middle:]))


def writers(hit: Hit) -> tuple[Callable[..., Any], Callable[[Path, bytes], int]]:
    """What stands for `os.fdopen` and `Path.write_bytes` then."""
    fdopen = os.fdopen

    def opened(handle: int, mode: str = "r", *given: Any, **named: Any) -> Any:
        file = fdopen(handle, mode, *given, **named)
        return _File(file, hit) if mode == "wb" else file

    def write_bytes(path: Path, content: bytes) -> int:
        with path.open("wb") as file:
            return _File(file, hit).write(content)

    return opened, write_bytes
