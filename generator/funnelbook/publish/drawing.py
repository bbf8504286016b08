"""Pages that are made, and those that need not be: what a page asked is asked again, and answered as it was."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from funnelbook import pages
from funnelbook.errors import ContentError
from funnelbook.pages import Book, Edition, Page, Question
from funnelbook.pages.files import Files
from funnelbook.publish.ahead import draw_ahead
from funnelbook.publish.observer import Step

#: Which page or check it is: its function, the language, and what else it is given.
_Key = tuple[Callable[..., Any], str, tuple[Any, ...]]
#: What was made, and what was asked for it, by whom it was asked of.
_Unit = tuple[Any, Mapping[str, frozenset[Question]]]


@dataclass(frozen=True)
class Drawn:
    """The pages, in the order of the site, and what each asked. `sources` is whom; `alike` what all depend on."""

    pages: tuple[Page, ...] = ()
    editions: tuple[Edition, ...] = ()
    sources: Mapping[str, object] = field(default_factory=dict)
    alike: str = ""
    kept: Mapping[_Key, _Unit] = field(default_factory=dict)

    @property
    def files(self) -> Files | None:
        return self.editions[0].book.files if self.editions else None


def draw(book: Book, step: Step, last: Drawn | None = None, *, theme_stands: bool = False) -> Drawn:
    """Every page in every language of the site; those of `last` that nothing changed for are taken from it.
    `theme_stands`: nothing of the theme can have changed since.

    Raises ContentError for what playbooks ask in vain, and for mistakes in templates.
    """
    last = last or Drawn()
    editions = pages.editions(book, last.editions, theme_stands=theme_stands)
    now, alike = pages.sources(editions[0]), repr((book.project, book.published, book.version))
    stands = _Standing(last, now, alike)
    checked = {_key(each): stands.unit(each) or _made(each) for each in pages.checks(editions)}
    if wrong := [finding for found, _ in checked.values() for finding in found]:
        raise ContentError(wrong)
    tasks = pages.tasks(editions)
    kept = [stands.unit(task) for task in tasks]
    draw_ahead(book, tasks, [number for number, each in enumerate(kept) if each is None], step)
    made = []
    for task, unit in zip(tasks, kept, strict=True):
        made.append(unit or _made(task))
        step(len(made), len(tasks))
    units = dict(zip(map(_key, tasks), made, strict=True))
    return Drawn(tuple(page for page, _ in made), editions, now, alike, {**checked, **units})


class _Standing:
    """Which pages and checks of an earlier making stand, now that `now` is asked."""

    def __init__(self, last: Drawn, now: Mapping[str, object], alike: str) -> None:
        self._last, self._now = last, now
        self._moved = {name for name in now if last.sources.get(name) is not now[name]}
        self._kept = last.kept if last.alike == alike else {}
        self._answers: dict[Question, bool] = {}

    def unit(self, task: partial[Any]) -> _Unit | None:
        unit = self._kept.get(_key(task))
        if unit is None or not unit[1].keys() <= self._now.keys():
            return None
        doubtful = (each for name in unit[1].keys() & self._moved for each in unit[1][name])
        return None if any(map(self._changed, doubtful)) else unit

    def _changed(self, question: Question) -> bool:
        if question not in self._answers:
            self._answers[question] = bool(pages.changed({question}, self._last.sources, self._now))
        return self._answers[question]


def _key(task: partial[Any]) -> _Key:
    edition, *rest = task.args
    return task.func, edition.language, tuple(rest)


def _made(task: partial[Any]) -> _Unit:
    edition, *rest = task.args
    asked: set[Question] = set()
    made = task.func(pages.watched(edition, asked), *rest)
    names = {each.source for each in asked}
    return made, {name: frozenset(each for each in asked if each.source == name) for name in names}
