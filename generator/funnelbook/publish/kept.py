"""A site in memory that follows its project: what the server of a handbook in the making shows."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from msgspec.structs import replace

from funnelbook.handbook import Remembered, read_playbook
from funnelbook.memory import Memory
from funnelbook.project import INPUTS, NAME, Project, load
from funnelbook.publish import build
from funnelbook.publish.build import Given, Made
from funnelbook.publish.known import Changes, Known
from funnelbook.publish.observer import Observer, Readers
from funnelbook.publish.past import read_past
from funnelbook.publish.unchanged import memory_of

#: Files.
_STORM = 10_000


class KeptSite:
    """A site in memory that follows its project: what did not change is not made again.

    `folder` is the project's, its releases those in `site/`. Nothing is published. `memory`: where
    charts are remembered, when not in the project's private folder. `readers` see what they look at first.
    """

    def __init__(
        self, folder: Path, observer: Observer, memory: Memory | None = None, readers: Readers | None = None
    ) -> None:
        self._folder = folder
        self._observer = observer
        self._memory = memory
        self._readers = readers
        self._known: Known | None = None
        self._unseen: frozenset[str] | None = None

    def make(self, changed: frozenset[str] | None = None) -> Made:
        """The site as the project is now: the files that a clean build gives, byte for byte, and its drafts.

        `changed` are the absolute paths of the files that may differ from what they were at the last call, all of
        them; None: any may. Raises FunnelbookError with every mistake at once; once it is mended, the next call
        makes the site.
        """
        told = self._inside(changed)
        self._unseen = None if told is None or self._unseen is None else self._unseen | told
        known = self._known or Known(drafts=True)
        known.changes = Changes(self._unseen)
        project = known.look("project", (NAME,), lambda: load(self._folder))
        if self._known is None:
            self._begin(known, project)
        made = self._made(known, project)
        if known.memory is not None:
            known.shelf.read_with(read_playbook)
            is_whole = known.own()
            made = (
                replace(made, gathered=known.gathered or made.gathered) if is_whole else self._made(known, project)
            )
        self._unseen = frozenset()  # a call that fails leaves its changes to the next one
        return made

    def _made(self, known: Known, project: Project) -> Made:
        past = known.look("past", (), lambda: read_past(self._folder / "site"))
        return build.make(project, self._observer, past.firsts, Given(self._memory, known=known))

    def settle(self) -> Iterator[None]:
        """Makes up for what the last build did not leave, piece by piece, so that later changes cost less."""
        yield from self._known.settle() if self._known else ()

    def _begin(self, known: Known, project: Project) -> None:
        """Begins with what the last build into `site/` left, where that is known."""
        self._known = known
        known.readers = self._readers
        if self._memory is None:
            known.memory = memory_of(project)
            known.follow(self._folder / "site")
            known.shelf.read_with(Remembered(known.memory, project.site.languages).reader(read_playbook))

    def _inside(self, changed: frozenset[str] | None) -> frozenset[str] | None:
        """As paths in the project; None when one is no input, as git's files are: it may mean anything.

        So may a storm: to look at everything takes less than to keep its names a second time.
        """
        root = f"{self._folder}{os.sep}"
        if changed is None or len(changed) > _STORM or not all(path.startswith(root) for path in changed):
            return None
        names = frozenset(path[len(root) :].replace(os.sep, "/") for path in changed)
        return names if all(name.split("/", 1)[0] in INPUTS for name in names) else None
