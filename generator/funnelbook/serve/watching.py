"""Which files of a project really changed: told in whole sets, when a save is complete and the content differs."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType

from msgspec.structs import replace

from funnelbook.serve.hints import Hints, Observed, observing
from funnelbook.serve.known import KnownInputs, known_as
from funnelbook.serve.settling import LONGEST, LONGEST_STORM, Touch, busy_until, held_until, quiet_from
from funnelbook.serve.watched import Watched

#: Everything is looked at so often, and so often where the system tells nothing; but no more than this share of
#: the time, unless that would be more seldom than `_SELDOM`.
_EVERY, _EVERY_ALONE, _SELDOM = 2.0, 0.5, 10.0
_SHARE, _SHARE_ALONE = 1 / 50, 1 / 20
_ALWAYS_WRITTEN = b"always written"


class Watch:
    """Watches the inputs of the project in `folder`, but for what lies in the folders `ignored`.

    Use it as a context manager: what changes after it is entered is told. `tell` is given a line for the user when
    the system does not tell of changes, so that they are looked for instead.
    """

    def __init__(self, folder: Path, ignored: Sequence[Path], tell: Callable[[str], None]) -> None:
        self._watched = Watched(folder.absolute(), ignored)
        self._tell: Callable[[str], None] | None = tell
        self._hints = Hints(self._watched.meant)
        self._stack = ExitStack()
        self._observed: Observed | None = None
        self._stopped = False
        self._known = KnownInputs()
        self._touched: dict[str, Touch] = {}
        self._storm: Touch | None = None
        self._next_look = 0.0

    def __enter__(self) -> Watch:
        try:
            self._observed = self._stack.enter_context(observing(self._hints))
        except OSError as error:
            self._look_alone(error)
        self._renew()
        for path, stamp in self._watched.stamps():
            content = self._watched.content(path, stamp)
            if content is not None:  # else it is found changed by the next look
                self._known.learn(path, known_as(stamp, content))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
        self._stack.close()

    def stop(self) -> None:
        """Ends `changes`; may be called from another thread or from a signal's handler."""
        self._stopped = True
        self._hints.ring()

    def changes(self, meanwhile: Callable[[], Iterator[None]] = lambda: iter(())) -> Iterator[frozenset[str]]:
        """Waits for changes; each set names the inputs made, changed or removed since the last, at least one.

        They are absolute paths as text: as `Path`, those of a storm would take most of the memory. A commit is told
        as git's file HEAD. Ends when the watch is stopped. While there is nothing to tell, a piece of the work
        that `meanwhile` finds is done, as long as there is some.
        """
        pieces: Iterator[None] | None = meanwhile()
        while not self._stopped:
            now = time.monotonic()
            self._gather(now)
            ready = self._ready_at(now)
            if ready is None:
                if pieces is None or next(pieces, pieces) is pieces:
                    pieces = None
                    self._hints.wait(self._next_look - now)
            elif now < ready:
                time.sleep(min(ready - now, 0.05))  # rather than be woken by each of a storm's hints
            elif self._storm:
                self._storm = None
                self._look(now, is_hinted=True)
            elif (held := self._held_until(now)) > now:
                self._hints.wait(min(held - now, 0.25))
            elif changed := self._take(now):
                self._next_look = min(self._next_look, time.monotonic() + _EVERY_ALONE)
                yield frozenset(changed)
                pieces = meanwhile()

    def _gather(self, now: float) -> None:
        """Takes the hints; without any, looks at everything when that is due."""
        paths, everything = self._hints.take()
        for path, is_open in paths.items():
            self._touched[path] = self._touched.get(path, Touch(now, now)).again(now, is_open=is_open)
        if everything:
            self._storm = (self._storm or Touch(now, now)).again(now)
        if now >= self._next_look and not self._touched and not self._storm:
            self._look(now, is_hinted=False)

    def _ready_at(self, now: float) -> float | None:
        """When what is touched counts as left alone; None when nothing is."""
        touches = [*self._touched.values(), *([self._storm] if self._storm else [])]
        if not touches:
            return None
        last, first = max(each.last for each in touches), min(each.first for each in touches)
        quiet = quiet_from(len(touches), last, is_hinted=any(each.is_hinted for each in touches))
        return min(quiet, first + LONGEST_STORM)

    def _look(self, now: float, *, is_hinted: bool) -> None:
        """Touches every input that is not as it was known, and sees to it that all folders are observed."""
        self._renew()
        touch = Touch(now, now, is_hinted=is_hinted)
        gone = set(self._known.paths)
        for path, stamp in self._watched.stamps():
            gone.discard(path)
            if not self._known.is_as(path, stamp):
                self._touched.setdefault(path, touch)
        for path in gone:
            self._touched.setdefault(path, touch)
        every, share = (_EVERY, _SHARE) if self._observed else (_EVERY_ALONE, _SHARE_ALONE)
        after = time.monotonic()
        self._next_look = after + max(every, min((after - now) / share, _SELDOM))

    def _renew(self) -> None:
        if self._observed:
            try:
                self._observed.renew(self._watched.folders())
            except OSError as error:
                self._look_alone(error)

    def _look_alone(self, error: OSError) -> None:
        self._observed = None
        self._say(f"The system will not tell of changes ({error.strerror}): they are looked for every half second")

    def _say(self, line: str) -> None:
        """The first reason is enough."""
        if self._tell:
            self._tell(line)
            self._tell = None

    def _held_until(self, now: float) -> float:
        """Until when nothing is told because something is half done; a moment that has passed when nothing is."""
        repository = self._watched.repository
        if repository and repository.is_busy():
            until = busy_until(min(touch.first for touch in self._touched.values()))
            if until > now:
                return until
        held = now
        for path, touch in self._touched.items():
            held = max(held, held_until(touch, self._known.stamp(path), self._watched.stamp(path)))
        return held

    def _take(self, now: float) -> list[str]:
        """Compares the content of what is touched with what is known; all of it is known then.

        Nothing when a file changes while it is read: that is looked at again.
        """
        fresh: dict[str, bytes | None] = {}
        for path, touch in self._touched.items():
            stamp = self._watched.stamp(path)
            content = self._watched.content(path, stamp) if stamp else None
            if stamp and content is None:
                if now < touch.first + LONGEST:
                    self._touched[path] = replace(touch, last=time.monotonic())
                    return []
                content = _ALWAYS_WRITTEN
            fresh[path] = known_as(stamp, content) if stamp and content is not None else None
        return self._learn(fresh)

    def _learn(self, fresh: dict[str, bytes | None]) -> list[str]:
        changed = [path for path, now in fresh.items() if self._known.learn(path, now)]
        if self._observed and any(not self._touched[path].is_hinted for path in changed):
            self._say(f"The system does not tell of all changes: they are looked for every {_EVERY:.0f} seconds")
        self._touched.clear()
        return changed
