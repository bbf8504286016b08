"""How a build tells what it is doing. The terminal and the clock come in from outside."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Protocol


class Step(Protocol):
    """Called as the work of a phase goes on: so many of so many are done."""

    def __call__(self, done: int, total: int) -> None: ...


class Observer(Protocol):
    """Told of each phase of a build as it begins and ends."""

    def phase(self, name: str) -> AbstractContextManager[Step]: ...


class Silent:
    """Says nothing."""

    @contextmanager
    def phase(self, name: str) -> Iterator[Step]:
        yield _unheard


def _unheard(done: int, total: int) -> None:
    """A step that nobody watches."""
