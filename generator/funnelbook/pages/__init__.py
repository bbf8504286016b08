"""Results, playbooks and templates become pages; nothing here writes a file.

    pages.tasks(book)              every page in every language, yet to be made; pages.render(book) makes them
    pages.assets(project)          the files they share

`SECTIONS` is the registry: a new kind of page is a module whose `pages(edition)` yields tasks, and a line there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

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
from funnelbook.pages.book import Book, theme_of
from funnelbook.pages.edition import Edition
from funnelbook.pages.numbers import Numbers
from funnelbook.pages.page import Page, Task, Undrawn
from funnelbook.pages.theme import open_theme, read_assets
from funnelbook.project import Project

__all__ = ["SECTIONS", "Book", "Page", "Task", "Undrawn", "assets", "check", "render", "tasks"]

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


def tasks(book: Book) -> tuple[Task, ...]:
    """Every page in every language, with its charts, each yet to be made.

    A task raises ContentError for mistakes in templates and playbooks.
    """
    return tuple(task for edition in _editions(book) for section in SECTIONS for task in section(edition))


def _editions(book: Book) -> list[Edition]:
    theme = open_theme(book.theme)
    numbers = Numbers(book.results, book.project.site.timezone)
    return [Edition(book, language, theme, numbers) for language in book.project.site.languages]


def check(book: Book) -> list[Finding]:
    """What is wrong with the live places of the playbooks, in every language."""
    return [finding for edition in _editions(book) for finding in live.findings(edition)]


def render(book: Book) -> tuple[Page, ...]:
    """Every page, made."""
    return tuple(task() for task in tasks(book))


def assets(project: Project, memory: Memory) -> dict[str, bytes]:
    """The theme's files, and what makes the charts live: path -> content."""
    return {**read_assets(theme_of(project)), "assets/vega.js": charts.runtime(memory)}
