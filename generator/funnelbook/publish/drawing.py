"""Pages that are made, and those that need not be: what a page asked is asked again, and answered as it was."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from contextlib import suppress
from functools import partial
from typing import Any

from msgspec import Struct, field

from funnelbook import pages
from funnelbook.errors import ContentError
from funnelbook.pages import Answers, Book, Edition, Page, Piece, Pieces, Question
from funnelbook.pages.files import Files
from funnelbook.publish.ahead import draw_ahead, worth_it
from funnelbook.publish.gathering import Laid
from funnelbook.publish.observer import Readers, Step
from funnelbook.sharing import cores, may_fork, shared

#: Fewer pages are made sooner by one process than others take to begin.
_WORTH_IT = 100


class Key(Struct, frozen=True, cache_hash=True):
    """Which page or check it is, or which list of them: its function by name, the language, and what else it is
    given.

    `type` is that of the task. A key is looked up far more often than it is made.
    """

    function: str
    language: str
    rest: tuple[Any, ...] = ()
    type: type[partial[Any]] = partial

    def task(self, edition: Edition) -> partial[Any]:
        return self.type(pages.called(self.function), edition, *self.rest)


class Unit(Struct, frozen=True):
    """What was made, what was asked for it, and the pieces that it was put together from."""

    made: Any
    asked: frozenset[Question]
    pieces: Mapping[Hashable, Piece] = field(default_factory=dict)


class Drawn(Struct, frozen=True):
    """The pages, in the order of the site, and what each asked.

    `sources` are who was asked, `answers` what they said, by their names; `alike` is what all pages depend on.
    """

    pages: tuple[Page | Laid, ...] = ()
    editions: tuple[Edition, ...] = ()
    sources: Mapping[str, object] = field(default_factory=dict)
    alike: str = ""
    kept: Mapping[Key, Unit] = field(default_factory=dict)
    answers: Mapping[str, Answers] = field(default_factory=dict)

    @property
    def files(self) -> Files | None:
        return self.editions[0].book.files if self.editions else None


class Circumstances(Struct, frozen=True):
    """`theme_stands`: nothing of the theme can have changed since the last making. `readers` are brought what they
    look at first. `meanwhile` is done when other processes make pages.
    """

    theme_stands: bool = False
    readers: Readers | None = None
    meanwhile: Callable[[], object] = lambda: None


def draw(book: Book, step: Step, last: Drawn | None, around: Circumstances) -> Drawn:
    """Every page in every language of the site; those of `last` that nothing changed for are taken from it.

    Raises ContentError for what playbooks ask in vain, and for mistakes in templates.
    """
    last = last or Drawn()
    editions = pages.editions(book, last.editions, theme_stands=around.theme_stands)
    making = _Making(editions, last, _alike(book, last))
    checks = making.listed(pages.CHECKS)
    if wrong := [finding for each in checks for finding in making.made(each)]:
        raise ContentError(wrong)
    listed = making.listed(pages.SECTIONS)
    if around.readers:
        making.bring(around.readers, listed, last)
    wanted = [number for number, each in enumerate(listed) if each not in making.units]
    if worth_it(len(wanted)) and making.has_moved("numbers", last):  # else their charts were drawn before
        draw_ahead(book, [making.task(each) for each in listed], wanted, step)
    making.share([listed[each] for each in wanted], around.meanwhile)
    step(len(listed) - len(wanted), len(listed))
    for number, each in enumerate(wanted, len(listed) - len(wanted) + 1):
        making.made(listed[each])
        step(number, len(listed))
    return making.drawn(listed)


def _alike(book: Book, last: Drawn) -> str:
    """What is the same for all pages, spelt out only where it is not the very same things."""
    if last.editions and _given(last.editions[0].book) == _given(book):
        return last.alike
    return repr((book.project, book.published, book.version))


def _given(book: Book) -> tuple[object, ...]:
    """Which things it is; nothing published is nothing, whichever nothing it is."""
    return id(book.project), book.published and id(book.published), book.version


class _Making:
    """Units that stand from the last making, and those that are made now."""

    def __init__(self, editions: Sequence[Edition], last: Drawn, alike: str) -> None:
        self._editions = {each.language: each for each in editions}
        self._sources, self._alike = pages.sources(editions[0]), alike
        self.units: dict[Key, Unit] = {}
        self._answers: dict[str, Answers] = {}
        self._listed: list[Key] = []
        self._before: Mapping[Key, Unit] = {}
        self._changed: set[Question] = set()
        if last.alike == alike:
            self._keep(last)

    def _keep(self, last: Drawn) -> None:
        """Asks those who changed again, and keeps what hangs on no answer that did."""
        self._answers, self._before, changed = dict(last.answers), last.kept, self._changed
        for name, asked in last.answers.items():
            if name not in self._sources:
                changed.update(self._answers.pop(name))
            elif self.has_moved(name, last):
                self._answers[name], otherwise = pages.ask_again(asked, self._sources[name])
                changed.update(otherwise)
        self.units = dict(last.kept)
        if changed:
            for key, unit in last.kept.items():
                if not unit.asked.isdisjoint(changed):
                    del self.units[key]

    def listed(self, sections: Iterable[str]) -> list[Key]:
        """What the sections list in each language. The list itself is a unit: it stands while its questions do."""
        lists = [Key(section, language) for language in self._editions for section in sections]
        keys = [key for each in lists for key in self.made(each, _keys)]
        self._listed += [*lists, *keys]
        return keys

    def task(self, key: Key) -> partial[Any]:
        return key.task(self._editions[key.language])

    def made(self, key: Key, read: Callable[[Any], Any] = lambda made: made) -> Any:
        """What stands, else what is made now, as `read` reads it."""
        if key not in self.units:
            before = self._before.get(key)
            pieces = Pieces(self._editions[key.language], {}, before.pieces if before else {}, self._standing)
            found = read(key.task(pieces.watched())())
            self._learn(pieces.asked)
            self.units[key] = Unit(found, frozenset(pieces.asked), pieces.all)
        return self.units[key].made

    def share(self, wanted: Sequence[Key], meanwhile: Callable[[], object]) -> None:
        """Makes the pages with every core, when those that have no charts are many: the others are left to this
        process. One that cannot be made is left to `made`, which fails the same way.
        """
        keys = [each for each in wanted if each.type is pages.Undrawn and each not in self.units]
        if len(keys) < _WORTH_IT or cores() < 2 or not may_fork():
            return
        with shared(keys, self._tried) as done:
            for each in wanted:
                if each.type is not pages.Undrawn:
                    with suppress(Exception):
                        self.made(each)
            meanwhile()
            for place, made in sorted(done().items()):
                if made is not None:
                    page, asked, fresh = made
                    self._learn(fresh)
                    self.units[keys[place]] = Unit(page, asked)

    def _tried(self, key: Key) -> tuple[Page, frozenset[Question], Answers] | None:
        """The page, what it asked, and what it was told where this process had not asked that before.

        None for a page that fails: the process that wants it makes it again, and tells why.
        """
        pieces = Pieces(self._editions[key.language], {}, {}, self._standing)
        try:
            page = key.task(pieces.watched())()
        except Exception:
            return None
        known = self._answers
        fresh = {
            each: pages.told(answer)
            for each, answer in pieces.asked.items()
            if each not in known.get(each.source, ())
        }
        self._learn(fresh)
        return page, frozenset(pieces.asked), fresh

    def _standing(self, asked: frozenset[Question]) -> Answers | None:
        """The answers to what was asked, when none of them has changed."""
        if not asked.isdisjoint(self._changed):
            return None
        return {question: self._answers[question.source][question] for question in asked}

    def has_moved(self, source: str, last: Drawn) -> bool:
        return not pages.stands(last.sources.get(source), self._sources[source])

    def bring(self, readers: Readers, listed: Sequence[Key], last: Drawn) -> None:
        """Makes the pages that are open before all others, and shows them when others are to follow."""
        wanted = [each for each in listed if each not in self.units]
        before = {each: last.kept[each].made.path for each in wanted if each in last.kept}
        first = [each for each, path in before.items() if path in readers.looked_at]
        read = [each for each in wanted if each not in before or before[each].endswith(".html")]
        brought = [self.made(each) for each in first]
        if first and len(first) < len(read):
            readers.bring({path: content for page in brought for path, content in page.every_file})

    def _learn(self, asked: Answers) -> None:
        for question, answer in asked.items():
            self._answers.setdefault(question.source, {})[question] = answer

    def drawn(self, listed: Sequence[Key]) -> Drawn:
        """The pages that are listed; what is listed no more is forgotten, and what it alone asked."""
        if len(self.units) > len(self._listed):
            self.units = {each: self.units[each] for each in self._listed}
            asked = frozenset[Question]().union(*(each.asked for each in self.units.values()))
            self._answers = {
                name: {question: answer for question, answer in each.items() if question in asked}
                for name, each in self._answers.items()
            }
        made = tuple(self.units[each].made for each in listed)
        return Drawn(made, tuple(self._editions.values()), self._sources, self._alike, self.units, self._answers)


def _keys(tasks: Iterable[partial[Any]]) -> tuple[Key, ...]:
    return tuple(Key(pages.name_of(each.func), each.args[0].language, each.args[1:], type(each)) for each in tasks)
