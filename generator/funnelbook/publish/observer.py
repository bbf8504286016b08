"""How a build tells what it is doing. The terminal and the clock come in from outside."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from typing import Protocol

from msgspec import Struct


class Step(Protocol):
    """Called as the work of a phase goes on: so many of so many are done."""

    def __call__(self, done: int, total: int) -> None: ...


class Observer(Protocol):
    """Told of each phase of a build as it begins and ends."""

    def phase(self, name: str) -> AbstractContextManager[Step]: ...


class Readers(Protocol):
    """Who has pages open while the site is made again: theirs are made first."""

    @property
    def looked_at(self) -> frozenset[str]:
        """The paths of the pages that are open."""

    def bring(self, files: Mapping[str, bytes]) -> None:
        """These are made and right by themselves; the rest of the site is still to come."""


class Careful(Struct, frozen=True):
    """Readers who are brought only what `search` lets pass; it raises FunnelbookError for anything else."""

    readers: Readers
    search: Callable[[Mapping[str, bytes]], object]

    @property
    def looked_at(self) -> frozenset[str]:
        return self.readers.looked_at

    def bring(self, files: Mapping[str, bytes]) -> None:
        self.search(files)
        self.readers.bring(files)


class Silent:
    """Says nothing."""

    @contextmanager
    def phase(self, name: str) -> Iterator[Step]:
        yield _unheard


def _unheard(done: int, total: int) -> None:
    """A step that nobody watches."""
