"""The project's files that pages are made of beside the playbooks' texts: read once, as they were then."""

from __future__ import annotations

from pathlib import Path

from msgspec import Struct, field

from funnelbook.handbook import git_names, read_picture


class Files(Struct, frozen=True):
    """Every answer is that of the first asking: one site is made of one state of the disk."""

    root: Path
    _pictures: dict[str, bytes | None] = field(default_factory=dict)
    _names: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def picture(self, path: str) -> bytes | None:
        """The bytes of a bitmap; None when there is none."""
        if path not in self._pictures:
            self._pictures[path] = read_picture(self.root, path)
        return self._pictures[path]

    def git_names(self, path: str) -> tuple[str, ...]:
        """What git calls the file as it lies on the disk."""
        if path not in self._names:
            try:
                self._names[path] = git_names((self.root / path).read_bytes())
            except OSError:
                self._names[path] = ()
        return self._names[path]

    def without(self, paths: frozenset[str]) -> Files:
        """What is known still when those files, and those below such folders, may have changed."""
        below = tuple(f"{each}/" for each in paths)
        known = [*self._pictures, *self._names]
        gone = {path for path in known if path in paths or path.startswith(below)}
        if not gone:
            return self
        left = Files(self.root, dict(self._pictures), dict(self._names))
        for path in gone:
            left._pictures.pop(path, None)
            left._names.pop(path, None)
        return left
