"""What the making of a page asked: the page is as it was while all of it is answered as it was.

A page sees the numbers, the playbooks, their history, the files and the theme through an `Asking`, which writes
down every question. So nothing can be asked unseen. What is not asked this way (the config, the words, the
program) is the same for all pages; a change there makes all of them anew.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, NamedTuple, cast

from funnelbook.handbook import Catalogue
from funnelbook.pages.edition import Edition
from funnelbook.pages.theme import Theme


class Question(NamedTuple):
    """`source` is one of `sources`; `named` arguments are sorted. `called` is False for what is no method."""

    source: str
    door: str
    arguments: tuple[Any, ...] = ()
    named: tuple[tuple[str, Any], ...] = ()
    called: bool = True


#: Whole of what is asked piece by piece: a page that could reach it would depend on all of it, unseen.
_CLOSED = frozenset({"results", "pasts", "texts", "playbooks", "by_slug", "by_path", "linked", "environment"})


class Asking:
    """Stands for `source` and writes down what it is asked into `asked`."""

    __slots__ = ("_asked", "_name", "_source")

    def __init__(self, name: str, source: object, asked: set[Question]) -> None:
        self._name, self._source, self._asked = name, source, asked

    def __getattr__(self, door: str) -> Any:
        if door in _CLOSED or door.startswith("_"):
            raise AttributeError(f"a page asks {self._name} for less than {door}")
        found = getattr(self._source, door)
        if isinstance(found, Catalogue):
            return Asking(f"catalogue of {self._name}", found, self._asked)
        if callable(found):
            return self._call(door, found)
        self._asked.add(Question(self._name, door, called=False))
        return found

    def _call(self, door: str, found: Callable[..., Any]) -> Callable[..., Any]:
        def ask(*arguments: Any, **named: Any) -> Any:
            self._asked.add(Question(self._name, door, arguments, tuple(sorted(named.items()))))
            return found(*arguments, **named)

        return ask


@dataclass(frozen=True)
class _Watched:
    """The theme: a page that is rendered depends on the template and on what that includes."""

    theme: Theme
    asked: set[Question]

    def render(self, template: str, context: dict[str, object]) -> str:
        self.asked.add(Question("theme", "sources", (template,)))
        return self.theme.render(template, context)


def sources(edition: Edition) -> dict[str, object]:
    """What a page of the edition may ask, by name."""
    book = edition.book
    handbooks = {f"handbook {language}": each for language, each in book.handbooks.items()}
    catalogues = {f"catalogue of {name}": each.catalogue for name, each in handbooks.items()}
    return {
        "numbers": edition.numbers,
        "history": book.history,
        "files": book.files,
        "theme": edition.theme,
        **handbooks,
        **catalogues,
    }


def watched(edition: Edition, asked: set[Question]) -> Edition:
    """The edition, whose every answer to a page is written into `asked`."""
    behind = {name: cast(Any, Asking(name, source, asked)) for name, source in sources(edition).items()}
    book = replace(
        edition.book,
        results=cast(Any, None),  # asked through the numbers
        handbooks={language: behind[f"handbook {language}"] for language in edition.book.handbooks},
        history=behind["history"],
        known_files=behind["files"],
    )
    return replace(edition, book=book, numbers=behind["numbers"], theme=cast(Any, _Watched(edition.theme, asked)))


def changed(questions: set[Question], before: Mapping[str, object], now: Mapping[str, object]) -> set[Question]:
    """Those of the questions that are answered otherwise now. `before` and `now` are `sources`."""
    return {
        each
        for each in questions
        if before.get(each.source) is not now.get(each.source) and not _same(each, before, now)
    }


def _same(question: Question, before: Mapping[str, object], now: Mapping[str, object]) -> bool:
    if question.source not in before or question.source not in now:
        return False
    try:
        one, other = (_answer(question, each[question.source]) for each in (before, now))
    except (LookupError, ValueError):  # one of them knows nothing of what is asked
        return False
    return one is other or _alike(one, other) or repr(one) == repr(other)


def _answer(question: Question, source: object) -> object:
    found = getattr(source, question.door)
    return found(*question.arguments, **dict(question.named)) if question.called else found


def _alike(one: object, other: object) -> bool:
    """Whether both hold the very same things. (What is merely equal may be written otherwise: 0.0 and -0.0.)"""
    return (
        isinstance(one, tuple)
        and isinstance(other, tuple)
        and len(one) == len(other)
        and all(map(lambda a, b: a is b, one, other))
    )
