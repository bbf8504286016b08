"""The files of a site put together, and every link of it followed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from funnelbook.errors import ContentError
from funnelbook.model.results import Results
from funnelbook.pages import Page
from funnelbook.publish import links
from funnelbook.script_data import data_js


@dataclass(frozen=True)
class Linked:
    """Pages whose links were all found right, by path, and the paths of the files beside them."""

    pages: Mapping[str, Page]
    files: frozenset[str]


def downloads(results: Results) -> dict[str, bytes]:
    """Every table as CSV and JSON."""
    files = {}
    for name, table in sorted(results.tables.items()):
        files[f"data/{name}.csv"] = table.csv()
        files[f"data/{name}.json"] = table.json()
    return files


def gather(made: Sequence[Page], assets: Mapping[str, bytes], tables: Mapping[str, bytes]) -> dict[str, bytes]:
    """path -> content of the whole site: pages, their charts, the theme's assets, every table.

    pages.js names the pages: from another version, a reader is led to the same page where there is one.
    """
    files = dict(assets)
    for page in made:
        files.update(page.files)
        files[page.path] = page.content
    files.update(tables)
    files["pages.js"] = data_js("window", {"funnelbookPages": sorted(page.path for page in made)})
    return files


def check_links(made: Sequence[Page], files: Mapping[str, bytes], last: Linked | None = None) -> Linked:
    """Raises ContentError with every link that leads nowhere.

    A page that was right in `last` is right still while nothing that was there has gone: no file, no page, no place
    in a page.
    """
    pages, names = {page.path: page for page in made}, frozenset(files)
    doubtful: Sequence[Page] = made
    if last is not None and last.files <= names and not _lost(last.pages, pages):
        doubtful = [page for page in made if last.pages.get(page.path) is not page]
    if doubtful and (findings := links.check(doubtful, names, made)):
        raise ContentError(findings)
    return Linked(pages, names)


def _lost(before: Mapping[str, Page], now: Mapping[str, Page]) -> bool:
    """Whether a page lost a place that a link may lead to."""
    pairs = ((page, now[path]) for path, page in before.items() if path in now)
    return any(new is not old and not old.anchors <= new.anchors for old, new in pairs)
