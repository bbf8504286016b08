"""What of a project is watched: what its pages are made from, and neither what is made nor what editors leave."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path, PurePath

from funnelbook.project import FOLDERS, NAME, is_left_over, is_lock
from funnelbook.serve.commits import Repository, repository_of
from funnelbook.serve.fingerprints import content_of
from funnelbook.stamps import Stamp, stamp_of, stamped


class Watched:
    """The inputs of the project in `folder`: its settings, playbooks, exports and theme, and git's commit.

    What lies in one of the folders `ignored` is none, by whatever way it is named. Paths go in and out as text
    below `folder`; the commit goes by the path of git's HEAD.
    """

    def __init__(self, folder: Path, ignored: Sequence[Path]) -> None:
        self._root = str(folder)
        real = folder.resolve()
        hidden = [each.resolve() for each in ignored]
        self._ignored = {str(folder / each.relative_to(real)) for each in hidden if each.is_relative_to(real)}
        self._repository = repository_of(folder)

    @property
    def repository(self) -> Repository | None:
        return self._repository

    def folders(self) -> Iterator[tuple[str, bool]]:
        """Where changes may be told of, and whether below there too. Not all of them need to be there."""
        yield self._root, False
        for name in FOLDERS:
            yield self._inside(name), True
        if self._repository:
            yield from ((str(path), below) for path, below in self._repository.folders)

    def meant(self, path: str) -> str | None:
        """The input that is touched when `path` is: itself as a rule, the commit for a file of git's, or none."""
        if self._repository and any(_is_below(path, str(each)) for each, _ in self._repository.folders):
            return str(self._repository.head)
        if not _is_below(path, self._root):
            return None
        parts = PurePath(path[len(self._root) + 1 :]).parts
        if len(parts) == 1:
            return path if parts[0] == NAME else None
        if parts[0] not in FOLDERS or any(map(is_left_over, parts[:-1])) or is_lock(parts[-1]):
            return None
        return None if any(path == each or _is_below(path, each) for each in self._ignored) else path

    def stamp(self, path: str) -> Stamp | None:
        """None where no input is. Of what editors leave only a link counts: the handbook refuses it."""
        if self._is_head(path):
            return self._commit()
        found = stamp_of(path)
        return None if found and found.is_file and is_left_over(path.rpartition(os.sep)[2]) else found

    def content(self, path: str, stamp: Stamp) -> bytes | None:
        """As `content_of`; of the commit its state."""
        if self._is_head(path):
            assert self._repository is not None
            return self._repository.state()
        return content_of(path, stamp)

    def stamps(self) -> Iterator[tuple[str, Stamp]]:
        """Every input as it lies there now."""
        self._repository = repository_of(Path(self._root))
        single = [self._inside(NAME)]
        if self._repository:
            single.append(str(self._repository.head))
        for path in single:
            if stamp := self.stamp(path):
                yield path, stamp
        pending = [self._inside(name) for name in FOLDERS]
        while pending:
            folder = pending.pop()
            if folder not in self._ignored and not Path(folder).is_symlink():
                yield from self._in(folder, pending)

    def _in(self, folder: str, pending: list[str]) -> Iterator[tuple[str, Stamp]]:
        """The folder's own inputs; adds the folders in it to `pending`."""
        with suppress(OSError), os.scandir(folder) as entries:  # gone or not ours to read: its files are not there
            for entry in entries:
                left_over = is_left_over(entry.name)
                if entry.is_dir(follow_symlinks=False):
                    if not left_over:
                        pending.append(entry.path)
                elif not left_over or (entry.is_symlink() and not is_lock(entry.name)):
                    yield from _stamped(entry)

    def _inside(self, name: str) -> str:
        return f"{self._root}{os.sep}{name}"

    def _is_head(self, path: str) -> bool:
        return self._repository is not None and path == str(self._repository.head)

    def _commit(self) -> Stamp:
        assert self._repository is not None
        return Stamp(0, 1, hash(self._repository.state()), 0, 0, 0)


def _is_below(path: str, folder: str) -> bool:
    return path.startswith(folder + os.sep)


def _stamped(entry: os.DirEntry[str]) -> Iterator[tuple[str, Stamp]]:
    with suppress(OSError):
        if stamp := stamped(entry.stat(follow_symlinks=False)):
            yield entry.path, stamp
