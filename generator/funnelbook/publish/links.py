"""Every link of the site leads somewhere, or the site is not published."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Protocol

from funnelbook.errors import Finding, Place

#: What the store writes beside the versions, and pages may point at (`publish.listing`).
BESIDE = {"../versions.js", "../versions.html"}


class Linking(Protocol):
    """A page: its path, what it points at, and the places in it that may be pointed at."""

    @property
    def path(self) -> str: ...

    @property
    def links(self) -> tuple[str, ...]: ...

    @property
    def anchors(self) -> frozenset[str]: ...


def check(pages: Sequence[Linking], files: Collection[str], site: Sequence[Linking] = ()) -> list[Finding]:
    """A finding for each link of the pages that names no page, file or place in a page; `site` is all pages there
    are, where `pages` are some of them and `files` name them all.
    """
    known = files if site else {*files, *(page.path for page in pages)}
    anchors = {page.path: page.anchors for page in site or pages}
    told = {link: _problem(link, known, anchors) for link in set[str]().union(*(page.links for page in pages))}
    wrong = {link: problem for link, problem in told.items() if problem}
    return [
        Finding(Place(page.path), "broken-link", wrong[link], "mend the link or its target")
        for page in (sorted(pages, key=lambda each: each.path) if wrong else ())
        for link in page.links
        if link in wrong
    ]


def _problem(link: str, known: Collection[str], anchors: Mapping[str, frozenset[str]]) -> str | None:
    path, _, anchor = link.partition("#")
    if path in BESIDE:
        return None
    if ":" in path or path.startswith(("/", "../")) or path == "..":
        return f"the link {link!r} leaves the site"
    if path not in known:
        return f"the link {link!r} leads to no page"
    if anchor and anchor not in anchors.get(path, ()):
        return f"the link {link!r} names a part of the page that is not there"
    return None
