"""What a build leaves for the next process: of each page, what it asked, what it was answered, which files it has.

keep(memory, out, ledger_of(…))
kept(memory, out)
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Literal, TypeVar

import msgspec
from msgspec import Struct, field

from funnelbook.memory import Memory
from funnelbook.model.pipeline import Pipeline
from funnelbook.packing import packed_if_text, unpacked
from funnelbook.pages import Page, Question, Told, Undrawn, seal_of, told
from funnelbook.publish.drawing import Drawn, Key, Unit
from funnelbook.publish.gathering import Gathered, Laid
from funnelbook.publish.manifest import Entry

_T = TypeVar("_T")
_Plain = str | int | float | bool | None
#: What the tasks of pages are.
TASKS: Mapping[Literal["", "undrawn"], type[partial[Any]]] = {"": partial, "undrawn": Undrawn}
#: What no unit asks any more stays among the questions until it is so much of them.
_MOST_IDLE = 1 / 4


class KeptQuestion(msgspec.Struct, frozen=True, array_like=True):
    """A question, and the digest of the answer."""

    source: str
    door: str
    arguments: tuple[_Plain, ...]
    named: tuple[tuple[str, _Plain], ...]
    called: bool
    answer: str


class KeptKey(msgspec.Struct, frozen=True, array_like=True):
    """A key, its kind of task by name."""

    function: str
    language: str
    rest: tuple[str | int | Pipeline, ...]
    task: Literal["", "undrawn"]


class KeptPage(msgspec.Struct, frozen=True, array_like=True):
    """A page as `Laid`, its files by what they hold."""

    path: str
    title: str
    links: tuple[str, ...]
    files: tuple[tuple[str, Entry], ...]
    anchors: tuple[str, ...]
    content: Entry


class KeptUnit(msgspec.Struct, frozen=True, array_like=True):
    """Its key and what it asked, by number. What was made is a page, a list of keys, or nothing that is wrong."""

    key: int
    asked: tuple[int, ...]
    page: KeptPage | None = None
    listed: tuple[int, ...] | None = None


class Shown(msgspec.Struct, frozen=True, array_like=True):
    """A build as it lies there: the name of its folder, a seal that tells that nobody touched it, and the seal of
    what it was searched for before it was published.
    """

    folder: str
    seal: str
    marks: str


class Ledger(msgspec.Struct, frozen=True, array_like=True):
    """`sources` are the seals of whom was asked; `paths` all files of the build, `tables` those that are tables."""

    shown: Shown
    alike: str
    sources: dict[str, str]
    questions: tuple[KeptQuestion, ...]
    keys: tuple[KeptKey, ...]
    units: tuple[KeptUnit, ...]
    paths: tuple[str, ...]
    tables: dict[str, Entry]


class Read(Struct, frozen=True):
    """What was read of a ledger: its questions and keys by number, and each unit with how it was kept."""

    questions: Sequence[Question] = ()
    keys: Sequence[Key] = ()
    units: Mapping[Key, tuple[Unit, KeptUnit]] = field(default_factory=dict)


def kept(memory: Memory, out: Path) -> Ledger | None:
    """What the last build into `out` left."""
    return unpacked(memory.get(_place(memory, out)), Ledger)


def keep(memory: Memory, out: Path, ledger: Ledger) -> None:
    """Leaves nothing when the name of a file is no text: then all is made anew the next time."""
    written = packed_if_text(ledger)
    if written is not None:
        memory.put(_place(memory, out), written)


def _place(memory: Memory, out: Path) -> str:
    return memory.key("ledger", str(out.resolve()))


def ledger_of(
    drawn: Drawn, gathered: Gathered, shown: Shown, entries: Mapping[str, Entry], last: Read | None = None
) -> Ledger:
    """`entries` are those of the files by path. A unit that asked what cannot be written down is left out; one of
    `last` is written as it was there.
    """
    if last is None or not {each.source for each in last.questions} <= drawn.sources.keys():
        last = Read()  # a language that went has left questions that nobody can answer
    questions, keys = _Questions(last.questions), _Numbers(last.keys)
    units = tuple(_units(drawn, entries, (questions, keys), last))
    asked = set[int]().union(*(each.asked for each in units))
    if last.questions and len(asked) < (1 - _MOST_IDLE) * len(questions):
        return ledger_of(drawn, gathered, shown, entries)
    return Ledger(
        shown,
        drawn.alike,
        {name: seal_of(source) for name, source in drawn.sources.items()},
        tuple(_question(each, drawn.answers.get(each.source, {}).get(each, Told(""))) for each in questions),
        tuple(map(_key, keys)),
        units,
        tuple(sorted(gathered.names)),
        {path: entries[path] for path in gathered.beside[1]},
    )


def _units(
    drawn: Drawn, entries: Mapping[str, Entry], numbers: tuple[_Questions, _Numbers[Key]], last: Read
) -> Iterator[KeptUnit]:
    questions, keys = numbers
    for key, unit in drawn.kept.items():
        before, kept_as = last.units.get(key, (None, None))
        if kept_as is not None and before is unit:
            yield kept_as
            continue
        try:
            asked = tuple(map(questions.__getitem__, unit.asked))
        except _NotPlainError:
            continue
        yield KeptUnit(
            keys[key],
            asked,
            _page(unit.made, entries) if isinstance(unit.made, Page | Laid) else None,
            tuple(map(keys.__getitem__, unit.made)) if _is_list(unit.made) else None,
        )


class _Numbers(dict[_T, int]):
    """Things by the order in which they were met first."""

    def __init__(self, known: Iterable[_T]) -> None:
        super().__init__((each, number) for number, each in enumerate(known))

    def __missing__(self, thing: _T) -> int:
        number = self[thing] = len(self)
        return number


class _Questions(_Numbers[Question]):
    """Such as can be written down; raises _NotPlainError for others."""

    def __missing__(self, thing: Question) -> int:
        if not _is_plain(thing):
            raise _NotPlainError
        return super().__missing__(thing)


class _NotPlainError(Exception):
    pass


def _is_list(made: object) -> bool:
    return isinstance(made, tuple) and bool(made) and isinstance(made[0], Key)


def _is_plain(question: Question) -> bool:
    values = (*question.arguments, *(value for _, value in question.named))
    return all(isinstance(each, _Plain) for each in values)


def _question(asked: Question, answer: object) -> KeptQuestion:
    return KeptQuestion(asked.source, asked.door, asked.arguments, asked.named, asked.called, told(answer).digest)


def _key(key: Key) -> KeptKey:
    return KeptKey(key.function, key.language, key.rest, "undrawn" if key.type is Undrawn else "")


def _page(page: Page | Laid, entries: Mapping[str, Entry]) -> KeptPage:
    files = tuple((path, entries[path]) for path, _ in page.files)
    return KeptPage(page.path, page.title, page.links, files, tuple(page.anchors), entries[page.path])
