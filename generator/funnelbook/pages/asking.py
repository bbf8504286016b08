"""What the making of a page asked: the page is as it was while all of it is answered as it was.

A page sees the numbers, the playbooks, their history, the files and the theme through an `Asking`, which writes
down every question. So nothing can be asked unseen. What is not asked this way (the config, the words, the
program) is the same for all pages; a change there makes all of them anew.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from typing import Any, cast

from msgspec import Struct
from msgspec.structs import replace

from funnelbook.handbook import Catalogue, Playbook
from funnelbook.memory import digest
from funnelbook.pages.edition import Edition
from funnelbook.pages.theme import Theme


class Question(Struct, frozen=True, cache_hash=True):
    """`source` is one of `sources`; `named` arguments are sorted. `called` is False for what is no method.

    Questions are looked up far more often than they are asked.
    """

    source: str
    door: str
    arguments: tuple[Any, ...] = ()
    named: tuple[tuple[str, Any], ...] = ()
    called: bool = True


#: Whole of what is asked piece by piece: a page that could reach it would depend on all of it, unseen.
_CLOSED = frozenset({"results", "pasts", "texts", "playbooks", "by_slug", "by_path", "linked", "environment"})


#: Where an object is written by its address, it tells nothing of itself.
_ADDRESS = " at 0x"
#: Questions and what was answered.
Answers = dict[Question, Any]


class _Unanswered:
    """Stands for the answer where there was none: the asked knew nothing of it."""


UNANSWERED = _Unanswered()


class Asking:
    """Stands for `source` and writes down what it is asked, and what it answers, into `asked`."""

    __slots__ = ("_asked", "_name", "_source")

    def __init__(self, name: str, source: object, asked: Answers) -> None:
        self._name, self._source, self._asked = name, source, asked

    def __getattr__(self, door: str) -> Any:
        if door in _CLOSED or door.startswith("_"):
            raise AttributeError(f"a page asks {self._name} for less than {door}")
        found = getattr(self._source, door)
        if isinstance(found, Catalogue):
            return Asking(f"catalogue of {self._name}", found, self._asked)
        if callable(found):
            return self._call(door, found)
        self._asked[Question(self._name, door, called=False)] = found
        return found

    def _call(self, door: str, found: Callable[..., Any]) -> Callable[..., Any]:
        def ask(*arguments: Any, **named: Any) -> Any:
            question = Question(self._name, door, arguments, tuple(sorted(named.items())))
            self._asked[question] = UNANSWERED
            self._asked[question] = answer = found(*arguments, **named)
            return answer

        return ask


class _Watched(Struct, frozen=True):
    """The theme: a page that is rendered depends on the template and on what that includes."""

    theme: Theme
    asked: Answers

    def render(self, template: str, context: dict[str, object]) -> str:
        self._asks(template)
        return self.theme.render(template, context)

    def shared(self, template: str, context: Mapping[str, object], *told: Hashable) -> str:
        self._asks(template)
        return self.theme.shared(template, context, *told)

    def _asks(self, template: str) -> None:
        self.asked[Question("theme", "sources", (template,))] = self.theme.sources(template)


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


def watched(edition: Edition, asked: Answers) -> Edition:
    """The edition; whatever is made of it, every question and its answer are written into `asked`."""
    behind = {name: cast(Any, Asking(name, source, asked)) for name, source in sources(edition).items()}
    book = replace(
        edition.book,
        results=cast(Any, None),  # asked through the numbers
        handbooks={language: behind[f"handbook {language}"] for language in edition.book.handbooks},
        history=behind["history"],
        known_files=behind["files"],
    )
    theme = cast(Any, _Watched(edition.theme, asked))
    return replace(edition, book=book, numbers=behind["numbers"], theme=theme)


def ask(question: Question, source: object) -> object:
    """What `source` answers; `UNANSWERED` where it knows nothing of it."""
    try:
        found = getattr(source, question.door)
        if not question.called:
            return found
        return found(*question.arguments, **dict(question.named)) if question.named else found(*question.arguments)
    except (LookupError, ValueError):
        return UNANSWERED


def ask_again(asked: Answers, source: object) -> tuple[Answers, set[Question]]:
    """What `source` answers now, where that is what was answered; and the questions that it answers otherwise.

    What stayed the same object is told at once; where nearly all did, asking costs little more than a call each.
    """
    again, changed = dict(asked), set()
    for question, before in asked.items():
        answer = ask(question, source)
        if answer is before and answer is not UNANSWERED:
            continue
        if answer is UNANSWERED or not _alike(before, answer):
            del again[question]
            changed.add(question)
        elif not isinstance(before, Told):
            again[question] = answer
    return again, changed


class Told(Struct, frozen=True):
    """Stands for an answer that another process was given: its digest, "" when none can be told to be the same."""

    digest: str


class Sealed(Struct, frozen=True):
    """Stands for whom another process asked: its `seal` tells all that it may answer."""

    seal: str


def told(answer: object) -> Told:
    """The digest of an answer, the same in every process."""
    if isinstance(answer, Told):
        return answer
    if isinstance(answer, bytes):
        return Told(digest("bytes", answer))
    if isinstance(answer, Playbook):
        return Told(answer.seal and digest("playbook", answer.language, answer.path, answer.seal))
    text = repr(answer)
    return Told("" if _ADDRESS in text else digest("any", text))


def seal_of(source: object) -> str:
    """The digest of all that the source may answer; "" when nobody knows it."""
    return str(getattr(source, "seal", ""))


def stands(before: object, now: object) -> bool:
    """Whether it answers everything as it did before, without its being asked."""
    return before is now or (isinstance(before, Sealed) and bool(before.seal) and before.seal == seal_of(now))


def _alike(one: object, other: object) -> bool:
    """Whether what is made of them is the same. (What is merely equal may be written otherwise: 0.0 and -0.0.)"""
    if isinstance(one, Told):
        return bool(one.digest) and one == told(other)
    if type(one) is tuple and type(other) is tuple:
        return len(one) == len(other) and all(a is b or repr(a) == repr(b) for a, b in zip(one, other, strict=True))
    return repr(one) == repr(other)
