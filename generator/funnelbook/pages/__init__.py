"""Results, playbooks and templates become pages; nothing here writes a file.

    pages.editions(book)           the site in each language
    pages.tasks(editions)          every page, yet to be made; pages.render(book) makes them
    pages.assets(project)          the files they share

`SECTIONS` is the registry: a new kind of page is a module whose `pages(edition)` yields tasks, and a line there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial

from funnelbook import charts
from funnelbook.errors import Finding
from funnelbook.memory import Memory
from funnelbook.pages import (
    capacity,
    comebacks,
    cost,
    data,
    effects,
    glossary,
    home,
    leads,
    live,
    losses,
    mistakes,
    month,
    pipelines,
    plan,
    playbooks,
    sellers,
    system,
    today,
)
from funnelbook.pages.asking import Answers, Question, ask_again, sources, watched
from funnelbook.pages.book import Book, theme_of
from funnelbook.pages.edition import Edition
from funnelbook.pages.numbers import Numbers
from funnelbook.pages.page import Page, Task, Undrawn
from funnelbook.pages.theme import open_theme, read_assets
from funnelbook.project import Project

__all__ = [
    "CHECKS",
    "SECTIONS",
    "Answers",
    "Book",
    "Check",
    "Edition",
    "Page",
    "Question",
    "Task",
    "Undrawn",
    "ask_again",
    "assets",
    "check",
    "editions",
    "render",
    "sources",
    "tasks",
    "watched",
]

#: What is to be found wrong with a playbook: a function of an edition and a path.
Check = partial[tuple[Finding, ...]]

#: Every kind of page, in the order of the site.
SECTIONS: tuple[Callable[[Edition], Iterable[Task]], ...] = (
    home.pages,
    month.pages,
    today.pages,
    pipelines.pages,
    losses.pages,
    comebacks.pages,
    cost.pages,
    leads.pages,
    plan.pages,
    capacity.pages,
    sellers.pages,
    mistakes.pages,
    playbooks.pages,
    effects.pages,
    system.pages,
    data.pages,
    glossary.pages,
)


def editions(book: Book, last: Sequence[Edition] = (), *, theme_stands: bool = False) -> tuple[Edition, ...]:
    """The site in each of its languages. What `last`, the editions of an earlier making, have is used again where
    nothing of it changed: the theme (which is not looked at when it is known to stand), and the numbers.

    Raises ContentError for mistakes in the theme.
    """
    before = last[0] if last else None
    theme = before.theme if before and theme_stands else open_theme(book.theme, before.theme if before else None)
    numbers = Numbers(book.results, book.project.site.timezone)
    if before and before.numbers.results is numbers.results and before.numbers.timezone == numbers.timezone:
        numbers = before.numbers
    return tuple(Edition(book, language, theme, numbers) for language in book.project.site.languages)


def tasks(given: Iterable[Edition]) -> tuple[Task, ...]:
    """Every page in every language, with its charts, each yet to be made.

    A task raises ContentError for mistakes in templates and playbooks.
    """
    return tuple(task for edition in given for section in SECTIONS for task in section(edition))


def _checks(edition: Edition) -> Iterator[Check]:
    """Every playbook with live places: what is wrong with them is yet to be found."""
    for each in edition.openings:
        if each.live:
            yield partial(_findings, edition, each.path)


def _findings(edition: Edition, path: str) -> tuple[Finding, ...]:
    return tuple(live.findings(edition, path))


#: What there is to find wrong, as `SECTIONS` are what there is to show.
CHECKS: tuple[Callable[[Edition], Iterable[Check]], ...] = (_checks,)


def check(book: Book) -> list[Finding]:
    """What is wrong with the live places of the playbooks, in every language."""
    found = (each() for edition in editions(book) for section in CHECKS for each in section(edition))
    return [finding for findings in found for finding in findings]


def render(book: Book) -> tuple[Page, ...]:
    """Every page, made."""
    return tuple(task() for task in tasks(editions(book)))


def assets(project: Project, memory: Memory) -> dict[str, bytes]:
    """The theme's files, and what makes the charts live: path -> content."""
    return {**read_assets(theme_of(project)), "assets/vega.js": charts.runtime(memory)}
