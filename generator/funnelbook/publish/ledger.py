"""What a build leaves for the next process: of each page, what it asked, what it was answered, which files it has.

keep(memory, out, ledger_of(…))
kept(memory, out)
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Generic, Literal, TypeVar

from funnelbook.memory import Memory
from funnelbook.model.pipeline import Pipeline
from funnelbook.packing import packed_if_text, unpacked
from funnelbook.pages import Page, Question, Undrawn, seal_of, told
from funnelbook.publish.drawing import Drawn, Key
from funnelbook.publish.gathering import Gathered, Laid
from funnelbook.publish.manifest import Content, Entry, Lying, entry_of

_T = TypeVar("_T")
_Plain = str | int | float | bool | None
#: What the tasks of pages are.
TASKS: Mapping[Literal["", "undrawn"], type[partial[Any]]] = {"": partial, "undrawn": Undrawn}


@dataclass(frozen=True, slots=True)
class KeptQuestion:
    """A question, and the digest of the answer."""

    source: str
    door: str
    arguments: tuple[_Plain, ...]
    named: tuple[tuple[str, _Plain], ...]
    called: bool
    answer: str


@dataclass(frozen=True, slots=True)
class KeptKey:
    """A key, its kind of task by name."""

    function: str
    language: str
    rest: tuple[str | int | Pipeline, ...]
    task: Literal["", "undrawn"]


@dataclass(frozen=True, slots=True)
class KeptPage:
    """A page as `Laid`, its files by what they hold."""

    path: str
    title: str
    links: tuple[str, ...]
    files: tuple[tuple[str, Entry], ...]
    anchors: tuple[str, ...]
    content: Entry


@dataclass(frozen=True, slots=True)
class KeptUnit:
    """Its key and what it asked, by number. What was made is a page, a list of keys, or nothing that is wrong."""

    key: int
    asked: tuple[int, ...]
    page: KeptPage | None = None
    listed: tuple[int, ...] | None = None


@dataclass(frozen=True, slots=True)
class Shown:
    """A build as it lies there: the name of its folder, a seal that tells that nobody touched it, and the seal of
    what it was searched for before it was published.
    """

    folder: str
    seal: str
    marks: str


@dataclass(frozen=True, slots=True)
class Ledger:
    """`sources` are the seals of whom was asked; `paths` all files of the build, `tables` those that are tables."""

    shown: Shown
    alike: str
    sources: dict[str, str]
    questions: tuple[KeptQuestion, ...]
    keys: tuple[KeptKey, ...]
    units: tuple[KeptUnit, ...]
    paths: tuple[str, ...]
    tables: dict[str, Entry]


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


def ledger_of(drawn: Drawn, gathered: Gathered, shown: Shown) -> Ledger:
    """A unit that asked what cannot be written down is left out."""
    questions, keys = _Numbers[Question](), _Numbers[Key]()
    units = tuple(
        KeptUnit(
            keys.of(key),
            tuple(sorted(map(questions.of, unit.asked))),
            _page(unit.made) if isinstance(unit.made, Page | Laid) else None,
            tuple(map(keys.of, unit.made)) if _is_list(unit.made) else None,
        )
        for key, unit in drawn.kept.items()
        if all(map(_is_plain, unit.asked))
    )
    return Ledger(
        shown,
        drawn.alike,
        {name: seal_of(source) for name, source in drawn.sources.items()},
        tuple(_question(each, drawn.answers[each.source][each]) for each in questions.all),
        tuple(map(_key, keys.all)),
        units,
        tuple(sorted(gathered.names)),
        {path: _entry(content) for path, content in gathered.beside[1].items()},
    )


class _Numbers(Generic[_T]):
    """Things by the order in which they were met first."""

    def __init__(self) -> None:
        self._known: dict[_T, int] = {}

    def of(self, thing: _T) -> int:
        return self._known.setdefault(thing, len(self._known))

    @property
    def all(self) -> Iterator[_T]:
        return iter(self._known)


def _is_list(made: object) -> bool:
    return isinstance(made, tuple) and bool(made) and isinstance(made[0], Key)


def _is_plain(question: Question) -> bool:
    values = (*question.arguments, *(value for _, value in question.named))
    return all(isinstance(each, _Plain) for each in values)


def _question(question: Question, answer: object) -> KeptQuestion:
    source, door, arguments, named, called = question
    return KeptQuestion(source, door, arguments, named, called, told(answer).digest)


def _key(key: Key) -> KeptKey:
    return KeptKey(key.function, key.language, key.rest, "undrawn" if key.type is Undrawn else "")


def _page(page: Page | Laid) -> KeptPage:
    files = tuple((path, _entry(content)) for path, content in page.files)
    return KeptPage(page.path, page.title, page.links, files, tuple(sorted(page.anchors)), _entry(page.content))


def _entry(content: Content) -> Entry:
    return content.entry if isinstance(content, Lying) else entry_of(content)
