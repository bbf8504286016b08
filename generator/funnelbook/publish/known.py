"""What the last making of a site found out, for the next one: each thing by what it was made from.

A build that begins has nothing of it; a site that is kept (`publish.kept`) has all of it.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping
from contextlib import suppress
from operator import is_
from pathlib import Path
from typing import Any, TypeVar, cast

from msgspec import Struct

from funnelbook.handbook import Reader, Shelf, Texts, read_playbook
from funnelbook.memory import Memory
from funnelbook.pages.files import Files
from funnelbook.publish.drawing import Drawn
from funnelbook.publish.gate import Searched, seal_of
from funnelbook.publish.gathering import Gathered
from funnelbook.publish.last import Last, last_build
from funnelbook.publish.ledger import Shown, keep, ledger_of
from funnelbook.publish.manifest import DamagedError, Lying
from funnelbook.publish.observer import Readers
from funnelbook.publish.showing import current_of
from funnelbook.publish.store import Published
from funnelbook.publish.taking_over import heard, in_memory, pieced, without_pieces
from funnelbook.sources.marks import Marks

_T = TypeVar("_T")


class Changes(Struct, frozen=True):
    """The files that may have changed, as paths in the project with `/`; None: any file."""

    paths: frozenset[str] | None = None

    def touch(self, *names: str) -> bool:
        """Whether one of these files or folders, or something in such a folder, may have changed."""
        return self.paths is None or any(
            path == name or path.startswith(f"{name}/") or name.startswith(f"{path}/")
            for path in self.paths
            for name in names
        )

    def below(self, folder: str) -> frozenset[str] | None:
        """Those in the folder; None where any may have changed."""
        if self.paths is None:
            return None
        return frozenset(path for path in self.paths if path == folder or path.startswith(f"{folder}/"))


class Known:
    """The results of single pieces of work, one of each kind: the newest.

    `reader` reads a playbook: `handbook.reading` gives one that many processes share; `texts` are those that it
    began with. `memory`: where other processes left what they found, None where all is to be made anew. `meanwhile`
    is done while others make pages, if they do. `drafts`: whether they are shown.
    """

    def __init__(
        self,
        reader: Reader = read_playbook,
        memory: Memory | None = None,
        texts: Mapping[str, Texts] | None = None,
        *,
        meanwhile: Callable[[], object] = lambda: None,
        drafts: bool = False,
    ) -> None:
        self.memory = memory
        self.meanwhile = meanwhile
        self.shelf = Shelf(reader, texts, drafts=drafts)
        self.changes = Changes()
        self.readers: Readers | None = None
        self.drawn: Drawn | None = None
        self.gathered: Gathered | None = None
        self.searched: Searched | None = None
        self._last = Last()
        self._is_settled = True
        self._found: dict[str, tuple[Any, Any]] = {}

    def follow(self, out: Path) -> None:
        """Takes over what is known of the last build into `out`."""
        if self.memory:
            self._last = last_build(self.memory, out)
            self.drawn, self.gathered = self._last.drawn, self._last.gathered

    def own(self) -> bool:
        """Takes what lies in the last build's folder into memory; from now on this process alone knows more.

        False when that went away meanwhile: then nothing is known of any page.
        """
        self.memory, self._last, self._is_settled = None, Last(), False
        if self.drawn and self.gathered and self.gathered.lying:
            try:
                self.drawn, self.gathered = in_memory(self.drawn, self.gathered)
            except (DamagedError, OSError):
                self.drawn = self.gathered = self.searched = None
                del self._found["downloads"]
                return False
            self._found["downloads"] = (self._found["downloads"][0], self.gathered.beside[1])
            self.searched = Searched(self.gathered.files, self.searched.marks if self.searched else None)
        return True

    def settle(self) -> Iterator[None]:
        """Finds out what a site that was made here would know, piece by piece; stop and begin again at will."""
        if not self.drawn or self._is_settled:
            return
        with suppress(Exception):  # what it would have found out is found out when it is needed, mistakes and all
            self.drawn = heard(self.drawn)
            yield
            for key in without_pieces(self.drawn):
                self.drawn = pieced(self.drawn, key)
                yield
            _ = self._found["data"][1].dataset
        self._is_settled = True

    def leave(self, out: Path, published: Published) -> None:
        """Leaves what is known of the build, now that `out` shows it, to the next process."""
        shown = current_of(out)
        if self.memory and self.drawn and self.gathered and shown:
            marks = seal_of(self.searched.marks if self.searched else None)
            shown_as = Shown(shown.name, published.seal, marks)
            ledger = ledger_of(self.drawn, self.gathered, shown_as, published.entries, self._last.read)
            keep(self.memory, out, ledger)

    def unsearched(self, now: Gathered, marks: Marks) -> Mapping[str, bytes]:
        """The files of a site that may tell something private: not those of the last build, while the same is
        private as then.
        """
        if not now.lying or (self._last.marks and self._last.marks == seal_of(marks)):
            return now.files
        return {**now.files, **{path: Path(each.path).read_bytes() for path, each in now.lying.items()}}

    def tables(self, computed: str) -> Mapping[str, Lying]:
        """The last build's files of the tables, if they were computed from what that is the seal of."""
        return self._last.tables if computed and computed == self._last.computed else {}

    def files(self, root: Path) -> Files:
        """The files beside the texts, as far as they did not change."""
        last = self.drawn.files if self.drawn else None
        return last.without(self.changes.paths) if last and self.changes.paths is not None else Files(root)

    def once(self, what: str, made_from: Hashable, work: Callable[[], _T]) -> _T:
        """What `work` finds, done only when `made_from` is not what it was the last time."""
        if what not in self._found or self._found[what][0] != made_from:
            self._found[what] = (made_from, work())
        return cast(_T, self._found[what][1])

    def same(self, what: str, made_from: tuple[object, ...], work: Callable[[], _T]) -> _T:
        """What `work` finds, done only when `made_from` are not the very objects of the last time."""
        if what not in self._found or not all(map(is_, self._found[what][0], made_from)):
            self._found[what] = (made_from, work())
        return cast(_T, self._found[what][1])

    def look(self, what: str, places: tuple[str, ...], work: Callable[[], _T]) -> _T:
        """What `work` finds in these files and folders, looked at only when something may have changed there."""
        if what not in self._found or self.changes.touch(*places):
            self._found[what] = (None, work())
        return cast(_T, self._found[what][1])
