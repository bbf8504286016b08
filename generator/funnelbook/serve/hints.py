"""What the system tells of files, as hints: that something may have changed, never that it did.

The system loses hints (a full queue, no watches left, a network drive) and tells too much (a read, a half-written
file). Who takes them looks for himself, and looks at everything now and then.
"""

from __future__ import annotations

import importlib
import os
import stat
import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from queue import Empty, SimpleQueue
from typing import NamedTuple

from watchdog import events
from watchdog.observers import Observer
from watchdog.observers.api import BaseObserver, ObservedWatch

#: More hints than these are kept as one: look at everything.
_MOST = 500
#: Only these say that a file was closed: elsewhere a change is all that is ever told.
_TELLS_CLOSED = sys.platform.startswith("linux")
_TELLING = [
    events.FileClosedEvent, events.FileCreatedEvent, events.FileModifiedEvent, events.FileMovedEvent,
    events.FileDeletedEvent, events.DirCreatedEvent, events.DirMovedEvent, events.DirDeletedEvent,
]  # fmt: skip


class Taken(NamedTuple):
    """`paths` -> whether the file is still being written, as far as is known; `all`: any file may have changed."""

    paths: Mapping[str, bool]
    all: bool


class Hints:
    """Gathers hints from the system's threads until they are taken. `meant` maps a path to the input it touches."""

    def __init__(self, meant: Callable[[str], str | None]) -> None:
        self._meant = meant
        self._lock = threading.Lock()
        self._paths: dict[str, bool] = {}
        self._all = False
        self._bell: SimpleQueue[None] = SimpleQueue()  # may be rung from a signal's handler, a lock may not

    def put(self, path: str, *, is_open: bool = False) -> None:
        meant = self._meant(path)
        if meant is None:
            return
        with self._lock:
            self._paths[meant] = is_open and meant == path
            if len(self._paths) > _MOST:
                self._paths, self._all = {}, True
        self.ring()

    def put_all(self) -> None:
        with self._lock:
            self._all = True
        self.ring()

    def ring(self) -> None:
        """Ends a `wait`."""
        if self._bell.empty():
            self._bell.put(None)

    def wait(self, seconds: float) -> None:
        """Until there is a hint, but no longer."""
        with suppress(Empty):
            self._bell.get(timeout=max(seconds, 0))

    def take(self) -> Taken:
        with self._lock:
            taken = Taken(self._paths, self._all)
            self._paths, self._all = {}, False
        return taken


class _Handler(events.FileSystemEventHandler):
    """An exception here would end watchdog's thread: there is nothing in it that could raise one."""

    def __init__(self, hints: Hints) -> None:
        self._hints = hints

    def on_any_event(self, event: events.FileSystemEvent) -> None:
        if event.is_directory:
            self._hints.put_all()
            return
        is_open = _TELLS_CLOSED and event.event_type == events.EVENT_TYPE_MODIFIED
        self._hints.put(os.fsdecode(event.src_path), is_open=is_open)
        if event.dest_path:
            self._hints.put(os.fsdecode(event.dest_path))


class Observed:
    """The folders that the system tells of at the moment."""

    def __init__(self, observer: BaseObserver, hints: Hints) -> None:
        self._observer = observer
        self._handler = _Handler(hints)
        self._watches: dict[str, tuple[ObservedWatch, tuple[int, int]]] = {}

    def renew(self, folders: Iterable[tuple[str, bool]]) -> None:
        """Observes each folder that is there, and below it where asked: also one that came back under its name.

        Raises OSError when the system has no more watches to give.
        """
        alive = {each.watch for each in self._observer.emitters if each.is_alive()}
        for folder, below in folders:
            identity = _identity(folder)
            known = self._watches.get(folder)
            if known and (known[1] != identity or known[0] not in alive):
                del self._watches[folder]
                self._observer.unschedule(known[0])
                known = None
            if known is None and identity is not None:
                watch = self._observer.schedule(self._handler, folder, recursive=below, event_filter=_TELLING)
                self._watches[folder] = watch, identity


@contextmanager
def observing(hints: Hints) -> Iterator[Observed]:
    """While it is open, what happens in observed folders goes into `hints`.

    Raises OSError when the system refuses.
    """
    _hasten()
    observer = Observer()
    observer.start()
    try:
        yield Observed(observer, hints)
    finally:
        observer.stop()
        observer.join()


def _identity(folder: str) -> tuple[int, int] | None:
    try:
        status = os.lstat(folder)
    except OSError:
        return None
    return (status.st_dev, status.st_ino) if stat.S_ISDIR(status.st_mode) else None


def _hasten() -> None:
    """A file that is moved away holds back all that is told after it until watchdog knows where it went to.

    It waits half a second for that, which has no setting.
    """
    for module, name in (
        ("inotify_move_event_grouper", "InotifyMoveEventGrouper"),
        ("inotify_buffer", "InotifyBuffer"),
    ):
        try:
            grouper = getattr(importlib.import_module(f"watchdog.observers.{module}"), name)
        except (ImportError, AttributeError):
            continue
        grouper.delay = 0.02
