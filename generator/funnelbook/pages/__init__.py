"""Results, playbooks and templates become pages; nothing here writes a file.

    pages.editions(book)           the site in each language
    pages.tasks(editions)          every page, yet to be made; pages.render(book) makes them
    pages.assets(project)          the files they share

`SECTIONS` is the registry: a new kind of page is a module whose `pages(edition)` yields tasks, and a line there. A
module is imported when there is something of it to make.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import cache
from importlib import import_module
from typing import Any, cast

from funnelbook import charts
from funnelbook.errors import Finding
from funnelbook.memory import Memory
from funnelbook.pages.asking import (
    Answers,
    Question,
    Sealed,
    Told,
    ask,
    ask_again,
    seal_of,
    sources,
    stands,
    told,
    watched,
)
from funnelbook.pages.book import Book, theme_of
from funnelbook.pages.edition import Edition
from funnelbook.pages.numbers import Numbers
from funnelbook.pages.page import Page, Task, Undrawn
from funnelbook.pages.pieces import Piece, Pieces
from funnelbook.pages.theme import open_theme, read_assets
from funnelbook.project import Project

__all__ = [
    "CHECKS",
    "SECTIONS",
    "Answers",
    "Book",
    "Edition",
    "Page",
    "Piece",
    "Pieces",
    "Question",
    "Sealed",
    "Task",
    "Told",
    "Undrawn",
    "ask",
    "ask_again",
    "assets",
    "called",
    "check",
    "editions",
    "name_of",
    "prepare",
    "render",
    "seal_of",
    "sources",
    "stands",
    "tasks",
    "told",
    "watched",
]

_HERE = f"{__name__}."

#: Every kind of page, in the order of the site, by the name of the function that tells its pages.
SECTIONS = (
    "home:pages",
    "month:pages",
    "today.answer:pages",
    "pipelines:pages",
    "losses.answer:pages",
    "comebacks.answer:pages",
    "cost.answer:pages",
    "leads.answer:pages",
    "plan:pages",
    "capacity.answer:pages",
    "sellers.page:pages",
    "mistakes.answer:pages",
    "playbooks:pages",
    "effects.answer:pages",
    "system:pages",
    "data:pages",
    "glossary:pages",
    "search:pages",
)
#: What there is to find wrong, as `SECTIONS` are what there is to show.
CHECKS = ("checks:checks",)


def name_of(function: Callable[..., Any]) -> str:
    """What a function of a module here is called: `month:page`."""
    return f"{function.__module__.removeprefix(_HERE)}:{function.__name__}"


@cache
def called(name: str) -> Callable[..., Any]:
    """The function of that name."""
    module, _, function = name.partition(":")
    return cast(Callable[..., Any], getattr(import_module(_HERE + module), function))


def prepare() -> None:
    """Imports what makes the pages of every kind."""
    for each in SECTIONS:
        called(each)


def editions(book: Book, last: Sequence[Edition] = (), *, theme_stands: bool = False) -> tuple[Edition, ...]:
    """The site in each of its languages. What `last`, the editions of an earlier making, have is used again where
    nothing of it changed: the theme (which is not looked at when it is known to stand), and the numbers.

    Raises ContentError for mistakes in the theme.
    """
    before = last[0] if last else None
    theme = before.theme if before and theme_stands else open_theme(book.theme)
    numbers = Numbers(book.results, book.project.site.timezone)
    if before and before.numbers.results is numbers.results and before.numbers.timezone == numbers.timezone:
        numbers = before.numbers
    return tuple(Edition(book, language, theme, numbers) for language in book.project.site.languages)


def tasks(given: Iterable[Edition]) -> tuple[Task, ...]:
    """Every page in every language, with its charts, each yet to be made.

    A task raises ContentError for mistakes in templates and playbooks.
    """
    return tuple(task for edition in given for section in SECTIONS for task in called(section)(edition))


def check(book: Book) -> list[Finding]:
    """What is wrong with the live places of the playbooks, in every language."""
    found = (each() for edition in editions(book) for section in CHECKS for each in called(section)(edition))
    return [finding for findings in found for finding in findings]


def render(book: Book) -> tuple[Page, ...]:
    """Every page, made."""
    return tuple(task() for task in tasks(editions(book)))


def assets(project: Project, memory: Memory) -> dict[str, bytes]:
    """The theme's files, and what makes the charts live: path -> content."""
    return {**read_assets(theme_of(project)), "assets/vega.js": charts.runtime(memory)}
