"""Results, playbooks and templates become pages; nothing here writes a file.

    pages.render(book)             every page in every language
    pages.assets(project)          the files they share

`SECTIONS` is the registry: a new kind of page is a module whose `pages(edition)` yields tasks, and a line there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from funnelbook import charts
from funnelbook.memory import Memory
from funnelbook.pages import data, glossary, home, losses, month, pipelines, playbooks
from funnelbook.pages.book import Book, theme_of
from funnelbook.pages.edition import Edition
from funnelbook.pages.numbers import Numbers
from funnelbook.pages.page import Page, Task
from funnelbook.pages.theme import open_theme, read_assets
from funnelbook.project import Project

__all__ = ["SECTIONS", "Book", "Page", "assets", "count", "rehearse", "render"]

#: Every kind of page, in the order of the site.
SECTIONS: tuple[Callable[[Edition], Iterable[Task]], ...] = (
    home.pages,
    month.pages,
    pipelines.pages,
    losses.pages,
    playbooks.pages,
    data.pages,
    glossary.pages,
)


def render(book: Book) -> tuple[Page, ...]:
    """Every page in every language, with its charts.

    Raises ContentError for mistakes in templates and playbooks.
    """
    return tuple(task() for task in _tasks(book))


def count(book: Book) -> int:
    """How many pages `render` makes."""
    return len(_tasks(book))


def rehearse(book: Book, part: int, parts: int) -> None:
    """Makes every `parts`-th page, from page `part` on, for what the book's memory keeps of it."""
    for task in _tasks(book)[part::parts]:
        task()


def _tasks(book: Book) -> list[Task]:
    theme = open_theme(book.theme, book.memory)
    numbers = Numbers(book.results, book.project.site.timezone)
    editions = [Edition(book, language, theme, numbers) for language in book.project.site.languages]
    return [task for edition in editions for section in SECTIONS for task in section(edition)]


def assets(project: Project, memory: Memory) -> dict[str, bytes]:
    """The theme's files, and what makes the charts live: path -> content."""
    return {**read_assets(theme_of(project)), "assets/vega.js": charts.runtime(memory)}
