"""Which commit a working tree stands on, read from git's files: what the history that pages show depends on.

No git runs here: this is asked each time something below `.git` moves.
"""

from __future__ import annotations

import os
from pathlib import Path

from msgspec import Struct

_LINKED = "gitdir: "
_MOST_BYTES = 50_000_000


class Repository(Struct, frozen=True):
    """`own` is the working tree's git folder, `shared` the one it has in common with other working trees."""

    own: Path
    shared: Path

    @property
    def head(self) -> Path:
        return self.own / "HEAD"

    @property
    def folders(self) -> tuple[tuple[Path, bool], ...]:
        """The folders that a new commit moves something in, and whether below them too."""
        plain = (self.own, self.shared) if self.own != self.shared else (self.own,)
        return (*((each, False) for each in plain), (self.shared / "refs" / "heads", True))

    def is_busy(self) -> bool:
        """Whether git is laying files out or gathering a commit."""
        return os.path.lexists(self.own / "index.lock")

    def state(self) -> bytes:
        """Differs when the commit does, or where a shallow clone ends; a branch not checked out is no matter."""
        head = _read(self.head)
        name = head.removeprefix(b"ref: ").strip()
        commit = (self._commit(name) if name and head.startswith(b"ref: ") else head) or name
        tables = _read(self.own / "reftable" / "tables.list")
        return b"\n".join((commit, _read(self.shared / "shallow"), tables))

    def _commit(self, name: bytes) -> bytes:
        loose = _read(self.shared / os.fsdecode(name)).strip()
        if loose:
            return loose
        lines = _read(self.shared / "packed-refs").split(b"\n")
        return next((line.split(b" ", 1)[0] for line in lines if line.endswith(b" " + name)), b"")


def repository_of(folder: Path) -> Repository | None:
    """The repository that `folder` lies in, as git finds it; None without one."""
    real = folder.resolve()
    for each in (real, *real.parents):
        place = each / ".git"
        if place.is_dir():
            return _repository(place)
        told = os.fsdecode(_read(place)) if place.is_file() else ""
        if told.startswith(_LINKED):
            return _repository(Path(os.path.normpath(each / told.removeprefix(_LINKED).strip())))
    return None


def _repository(own: Path) -> Repository:
    shared = os.fsdecode(_read(own / "commondir")).strip()
    return Repository(own, Path(os.path.normpath(own / shared)) if shared else own)


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(_MOST_BYTES)
    except (OSError, ValueError):
        return b""
