"""Pages made from books by hand, and what a reader finds on them; shared by the tests of pages."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from functools import lru_cache
from html.parser import HTMLParser
from pathlib import Path

import books

from funnelbook import pages
from funnelbook.pages import Book, Page, Task
from funnelbook.pages.edition import Edition
from funnelbook.pages.numbers import Numbers
from funnelbook.pages.theme import open_theme
from funnelbook.publish import links

STAGES = ("Request received", "Offer sent")
COURSE = [(20, 6, 10), (22, 7, 12), (21, 5, 14), (19, 6, 11), (23, 8, 13), (20, 6, 14), (18, 5, 12), (21, 6, 13)]

#: Attributes the theme and the charts' embedding use.
ATTRIBUTES = {
    "alt", "aria-current", "aria-keyshortcuts", "aria-label", "aria-labelledby", "charset", "class", "content",
    "data-chart",
    "data-home",
    "data-label", "data-from", "data-latest", "data-mark", "data-page", "data-runtime", "data-specs", "data-title",
    "autocapitalize", "autocomplete", "data-found", "data-nearest", "data-no-index", "data-nothing", "data-parts",
    "enterkeyhint", "for", "maxlength",
    "data-what-if", "decoding", "defer", "download", "height", "hidden", "href",
    "hreflang",
    "http-equiv", "id", "lang",
    "loading", "media", "name", "rel", "role", "scope", "src", "srcset", "tabindex", "title", "type", "width",
}  # fmt: skip


class Anatomy(HTMLParser):
    """Every tag with its attributes, and the text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


def small(
    root: Path, course: list[books.Month] = COURSE, names: tuple[str, ...] = ("main",), **site: object
) -> Book:
    """A book of one pipeline a name, all with the same course, from January 2024."""
    pipes = [books.pipeline(name, STAGES) for name in names]
    tables = books.merged(*(books.months("2024-01", course, pipe) for pipe in pipes))
    as_of = datetime(2024, len(course), 28, 12, tzinfo=UTC)
    return books.book(books.results_of(pipes, tables, as_of), root, **site)


def by_path(made: tuple[Page, ...]) -> dict[str, Page]:
    assert len({page.path for page in made}) == len(made)
    return {page.path: page for page in made}


@lru_cache(maxsize=256)
def anatomy(html: str) -> Anatomy:
    """Only for reading; a page is read once for all that is asked of it."""
    return Anatomy(html)


def text(page: Page) -> str:
    return re.sub(r"\s+", " ", anatomy(page.html).text)


def sound(book: Book) -> dict[str, Page]:
    """The book's pages, each checked for what every page must be."""
    made = by_path(pages.render(book))
    files = {path for page in made.values() for path, _ in page.files}
    shared = {
        "assets/site.css",
        "assets/favicon.svg",
        "assets/charts.css",
        "assets/charts.js",
        "assets/vega.js",
        "assets/what-if.js",
        "assets/version-switch.js",
        "assets/stale.js",
        "assets/search-key.js",
        "assets/search.js",
        "assets/stems.js",
    }
    downloads = {f"data/{name}.{suffix}" for name in book.results.tables for suffix in ("csv", "json")}
    assert links.check(list(made.values()), files | shared | downloads) == []
    for page in made.values():
        if page.path.endswith(".html"):
            sound_page(page)
    return made


def sound_section(book: Book, section: Callable[[Edition], Iterable[Task]]) -> dict[str, Page]:
    """The pages of one section of the registry, for books whose tables have what that section asks for."""
    theme, numbers = open_theme(book.theme), Numbers(book.results, book.project.site.timezone)
    editions = [Edition(book, language, theme, numbers) for language in book.project.site.languages]
    made = by_path(tuple(task() for edition in editions for task in section(edition)))
    for page in made.values():
        sound_page(page)
    return made


def sound_page(page: Page) -> None:
    tags = anatomy(page.html).tags
    ids = [attributes["id"] for _, attributes in tags if "id" in attributes]
    assert len(ids) == len(set(ids)), page.path
    assert sum(tag == "h1" for tag, _ in tags) == 1
    assert sum(tag == "main" for tag, _ in tags) == 1
    assert {name for _, attributes in tags for name in attributes} <= ATTRIBUTES
    assert all(attributes.get("src") for tag, attributes in tags if tag == "script")
    assert not any(tag in {"style", "iframe", "object", "base", "form"} for tag, _ in tags)
    policy = next(attributes["content"] for _, attributes in tags if attributes.get("http-equiv"))
    assert policy is not None
    assert "unsafe" not in policy
    assert "script-src 'self'" in policy
