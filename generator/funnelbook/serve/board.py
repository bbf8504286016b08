"""What is shown now: the last good site, what is wrong since, and when each file changed; and who waits for more.

A page that is open says which revision it has seen, and is told what has changed since: no queue is kept for it, so
that one which hears nothing for an hour, or never listens, costs nothing.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from msgspec import Struct, field
from msgspec.structs import replace

from funnelbook.serve.mistakes import Mistake


class Shown(Struct, frozen=True):
    """`files` of the last good site, path -> content; none yet when it is empty.

    `revision` counts what was shown since `session`, one run of the server, began. `changed` is the revision in
    which a file came, changed or went. `mistakes` stop the newest build.
    """

    session: str
    revision: int = 0
    files: Mapping[str, bytes] = field(default_factory=dict)
    changed: Mapping[str, int] = field(default_factory=dict)
    mistakes: tuple[Mistake, ...] = ()

    @property
    def name(self) -> str:
        return f"{self.session}.{self.revision}"

    def made(self, files: Mapping[str, bytes]) -> Shown:
        """What follows a good build."""
        revision, before = self.revision + 1, self.files
        changed = dict(self.changed)
        for path, content in files.items():
            known = before.get(path)
            if known is not content and known != content:
                changed[path] = revision
        for path in before.keys() - files.keys():
            changed[path] = revision
        return replace(self, revision=revision, files=files, changed=changed, mistakes=())

    def brought(self, files: Mapping[str, bytes]) -> Shown:
        """What follows when some files are made and the others yet to come."""
        fresh = {path: content for path, content in files.items() if self.files.get(path) != content}
        revision = self.revision + 1
        changed = {**self.changed, **dict.fromkeys(fresh, revision)}
        return replace(self, revision=revision, files={**self.files, **fresh}, changed=changed)

    def failed(self, mistakes: tuple[Mistake, ...]) -> Shown:
        """What follows a build that mistakes stop: the same site."""
        return replace(self, revision=self.revision + 1, mistakes=mistakes)

    def since(self, name: str) -> int:
        """The revision of that name, -1 when it is another session's."""
        session, _, number = name.partition(".")
        known = session == self.session and number.isascii() and number.isdigit() and len(number) < 10
        return min(int(number), self.revision) if known else -1


class Board:
    """Shows a state, from any thread, to those who wait on the server's loop. `looked_at` are the open pages."""

    def __init__(self, session: str) -> None:
        self.looked_at: frozenset[str] = frozenset()
        self._looks: Counter[str] = Counter()
        self._shown = Shown(session)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._turn = asyncio.Event()

    @property
    def shown(self) -> Shown:
        return self._shown

    def attach(self, loop: asyncio.AbstractEventLoop) -> None:
        """Those who wait do so on `loop`."""
        self._loop = loop

    @contextmanager
    def looking(self, page: str) -> Iterator[None]:
        """While it is open, somebody looks at the page."""
        self._look(page, 1)
        try:
            yield
        finally:
            self._look(page, -1)

    def _look(self, page: str, more: int) -> None:
        self._looks[page] += more
        self._looks = +self._looks
        self.looked_at = frozenset(self._looks)

    def bring(self, files: Mapping[str, bytes]) -> None:
        """Shows files before the rest of the site is made again."""
        self.show(self._shown.brought(files))

    def show(self, shown: Shown) -> None:
        self._shown = shown
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._wake)

    def _wake(self) -> None:
        turn, self._turn = self._turn, asyncio.Event()
        turn.set()

    async def beyond(self, revision: int) -> Shown:
        """What is shown, once it is later than `revision`."""
        while self._shown.revision <= revision:
            await self._turn.wait()
        return self._shown
