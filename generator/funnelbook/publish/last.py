"""The last build as this process finds it: a page that is answered as it was is not made, and not even read."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from msgspec import Struct, field

from funnelbook.memory import Memory
from funnelbook.pages import Answers, Question, Sealed, Told
from funnelbook.publish.drawing import Drawn, Key, Unit
from funnelbook.publish.gathering import Gathered, Laid
from funnelbook.publish.ledger import TASKS, KeptPage, KeptUnit, Ledger, Read, kept
from funnelbook.publish.listing import is_folder
from funnelbook.publish.manifest import Entry, Lying, is_as
from funnelbook.publish.seals import seal_of, stamps_in
from funnelbook.publish.showing import BUILDS, current_of
from funnelbook.stamps import Stamp

#: What the file system says of a file that is not there.
_NOTHING = Stamp(0, 0, 0, 0, 0, 0)


class Last(Struct, frozen=True):
    """`drawn` and `gathered` are of the last build; `tables` its files of the tables, computed from what `computed`
    is the seal of; `marks` as `Shown` has them. `read` is what the next ledger can take over.

    What is damaged on the disk is not among it, and will be made anew.
    """

    drawn: Drawn | None = None
    gathered: Gathered | None = None
    tables: Mapping[str, Lying] = field(default_factory=dict)
    computed: str = ""
    marks: str = ""
    read: Read = field(default_factory=Read)


def last_build(memory: Memory, out: Path) -> Last:
    """The build in `out` that readers see, as far as it is known."""
    folder = current_of(out)
    ledger = kept(memory, out) if folder else None
    if ledger is None or folder is None or folder != out / BUILDS / ledger.shown.folder or not is_folder(folder):
        return Last()
    try:
        return _Reading(ledger, folder).last()
    except (OSError, IndexError):  # it went away meanwhile; no ledger of ours
        return Last()


class _Reading:
    """A ledger, and which files of its build are as they were left."""

    def __init__(self, ledger: Ledger, folder: Path) -> None:
        self._ledger, self._folder, self._stamps = ledger, str(folder), stamps_in(folder)
        self._is_sealed = bool(ledger.shown.seal) and seal_of(self._stamps) == ledger.shown.seal
        self._keys = [Key(each.function, each.language, each.rest, TASKS[each.task]) for each in ledger.keys]
        self._questions = [
            Question(each.source, each.door, each.arguments, each.named, each.called) for each in ledger.questions
        ]

    def last(self) -> Last:
        ledger = self._ledger
        pages: list[Laid] = []
        units: dict[Key, tuple[Unit, KeptUnit]] = {}
        for each in ledger.units:
            key, made = self._keys[each.key], self._made(each)
            if isinstance(made, Laid):
                pages.append(made)
            if each.page is None or self._is_whole(each.page):
                asked = frozenset(map(self._questions.__getitem__, each.asked))
                units[key] = Unit(made, asked), each
        sources = {name: Sealed(seal) for name, seal in ledger.sources.items()}
        stand = {key: unit for key, (unit, _) in units.items()}
        drawn = Drawn(sources=sources, alike=ledger.alike, kept=stand, answers=self._answers())
        gathered = Gathered(
            dict.fromkeys(ledger.paths, b""), tuple(pages), ({}, {})
        )  # only its paths are looked at
        tables = {path: self._lying(path, entry) for path, entry in ledger.tables.items()}
        lie = all(self._is_as(path, entry) for path, entry in ledger.tables.items())
        computed, read = ledger.sources.get("numbers", ""), Read(self._questions, self._keys, units)
        return Last(drawn, gathered, tables if lie else {}, computed, ledger.shown.marks, read)

    def _answers(self) -> dict[str, Answers]:
        found: dict[str, Answers] = {name: {} for name in self._ledger.sources}
        for question, each in zip(self._questions, self._ledger.questions, strict=True):
            found[question.source][question] = Told(each.answer)
        return found

    def _made(self, unit: KeptUnit) -> Laid | tuple[Key, ...]:
        if unit.page is not None:
            return self._laid(unit.page)
        return tuple(self._keys[number] for number in unit.listed or ())

    def _laid(self, page: KeptPage) -> Laid:
        files = tuple((path, self._lying(path, entry)) for path, entry in page.files)
        content = self._lying(page.path, page.content)
        return Laid(page.path, page.title, page.links, files, frozenset(page.anchors), content)

    def _lying(self, path: str, entry: Entry) -> Lying:
        return Lying(f"{self._folder}/{path}", entry, self._stamps.get(path, _NOTHING))

    def _is_whole(self, page: KeptPage) -> bool:
        return self._is_as(page.path, page.content) and all(self._is_as(*each) for each in page.files)

    def _is_as(self, path: str, entry: Entry) -> bool:
        """Whether the file is there and holds that: so it is in a build that nobody touched; else it is read."""
        return path in self._stamps and (self._is_sealed or is_as(Path(self._folder), path, entry))
