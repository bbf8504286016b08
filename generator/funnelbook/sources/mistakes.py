"""What is wrong with the files of a project, gathered so that it is told all at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TypeVar

from msgspec.structs import replace

from funnelbook.errors import Finding, SourceError

_T = TypeVar("_T")


class Mistakes:
    """Collects what goes wrong, so that every file's mistakes are told at once. Paths are told from `root`."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self.found: list[Finding] = []

    def gather(self, work: Callable[[], _T]) -> _T | None:
        """What `work` returns; None when it raises a `SourceError`, whose findings are kept."""
        try:
            return work()
        except SourceError as error:
            self.add(error.findings)
            return None

    def add(self, findings: Iterable[Finding]) -> None:
        self.found += [
            replace(each, place=replace(each.place, path=self._shown(each.place.path))) for each in findings
        ]

    def report(self) -> None:
        if self.found:
            raise SourceError(dict.fromkeys(self.found))

    def _shown(self, path: str) -> str:
        inside = Path(path)
        return inside.relative_to(self._root).as_posix() if inside.is_relative_to(self._root) else path
