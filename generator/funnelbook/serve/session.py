"""The work behind an open page: what changed is made into a site, which is shown, or its mistakes are."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from msgspec import Struct

from funnelbook.errors import Finding, FunnelbookError, Place, fault
from funnelbook.publish.observer import Observer, Silent, Step
from funnelbook.serve.board import Board
from funnelbook.serve.mistakes import mistakes_of


class Made(Protocol):
    """A site in memory."""

    @property
    def files(self) -> Mapping[str, bytes]: ...
    @property
    def warnings(self) -> Sequence[Finding]: ...


class Maker(Protocol):
    """Makes the site of a project; the next time, only what `changed` bears on: files by their absolute paths."""

    def make(self, changed: frozenset[str] | None = None) -> Made: ...


class Voice(Struct, frozen=True):
    """How the terminal is spoken to."""

    tell: Callable[[str], None]
    show: Callable[[Sequence[Finding]], None]


class FirstTime:
    """Passes on what a build tells until the first one is done: later ones take no time worth telling of."""

    def __init__(self, observer: Observer) -> None:
        self._observer: Observer = observer

    @contextmanager
    def phase(self, name: str) -> Iterator[Step]:
        with self._observer.phase(name) as step:
            yield step

    def done(self) -> None:
        self._observer = Silent()


class Session:
    """Makes the site of the project in the folder `root` and shows it on the board, again and again."""

    def __init__(self, root: Path, maker: Maker, board: Board, voice: Voice) -> None:
        self._root = root
        self._maker = maker
        self._board = board
        self._voice = voice
        self._warnings: Sequence[Finding] = ()

    def first(self) -> bool:
        """Makes all of it; returns whether there is a site to show now."""
        return self._make(None)

    def follow(self, changes: Iterable[frozenset[str]]) -> None:
        """Makes the site again after each set of changed files, until there are no more."""
        for changed in changes:
            began = time.perf_counter()
            before = self._board.shown
            if self._make(changed):
                files = len(self._since(before.revision))
                self._say(changed, files, time.perf_counter() - began, mended=bool(before.mistakes))

    def _make(self, changed: frozenset[str] | None) -> bool:
        try:
            made = self._maker.make(changed)
        except FunnelbookError as error:
            findings: Sequence[Finding] = error.findings
        except OSError as error:
            findings = [_refusal(error)]
        except Exception as error:
            findings = [fault(error)]
        else:
            self._board.show(self._board.shown.made(made.files))
            self._warn(made.warnings)
            return True
        self._board.show(self._board.shown.failed(mistakes_of(findings, self._root)))
        self._voice.show(findings)
        return False

    def _warn(self, warnings: Sequence[Finding]) -> None:
        """Says them once."""
        if warnings != self._warnings:
            self._voice.show(warnings)
            self._warnings = warnings

    def _since(self, revision: int) -> list[str]:
        return [path for path, changed in self._board.shown.changed.items() if changed > revision]

    def _say(self, changed: frozenset[str], files: int, seconds: float, *, mended: bool) -> None:
        what = Path(*changed).name if len(changed) == 1 else f"{len(changed)} files"
        told = f"{files} files of the site" if files != 1 else "1 file of the site"
        self._voice.tell(f"{what}: {told}, {seconds * 1000:.0f} ms" + (", mended" if mended else ""))


def _refusal(error: OSError) -> Finding:
    reason = error.strerror or type(error).__name__
    return Finding(
        Place(str(error.filename or "")), "system", f"the system refuses: {reason}", "mend it, then save"
    )
