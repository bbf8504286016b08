"""Every link of the site leads somewhere, or the site is not published."""

from __future__ import annotations

import posixpath
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import unquote, urlsplit

from funnelbook.errors import Finding, Place

_LINKING = {"href", "src", "srcset", "data-runtime", "data-specs"}


@dataclass
class Anatomy(HTMLParser):
    """What a page points at and what in it can be pointed at."""

    links: list[tuple[str, int]] = field(default_factory=list)
    anchors: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name == "id" and value:
                self.anchors.add(value)
            elif name in _LINKING and value is not None:
                self.links.append((value, self.getpos()[0]))


def anatomy(html: str) -> Anatomy:
    parsed = Anatomy()
    parsed.feed(html)
    return parsed


def check(pages: Mapping[str, str], files: Collection[str]) -> list[Finding]:
    """A finding for each relative link of `pages` (path -> HTML) that names no page, file or anchor."""
    known = set(files) | set(pages)
    parts = {path: anatomy(html) for path, html in pages.items()}
    anchors = {path: part.anchors for path, part in parts.items()}
    findings = []
    for path, part in sorted(parts.items()):
        for link, line in part.links:
            problem = _problem(path, link, known, anchors)
            if problem:
                findings.append(Finding(Place(path, line), "broken-link", problem, "mend the link or its target"))
    return findings


def _problem(path: str, link: str, known: set[str], anchors: Mapping[str, set[str]]) -> str | None:
    url = urlsplit(link)
    if url.scheme in {"http", "https", "mailto"}:
        return None
    target = posixpath.normpath(posixpath.join(posixpath.dirname(path), unquote(url.path))) if url.path else path
    if url.scheme or url.netloc or target.startswith(("..", "/")):
        return f"the link {link!r} leaves the site"
    if target not in known:
        return f"the link {link!r} leads to no page"
    if url.fragment and unquote(url.fragment) not in anchors.get(target, set()):
        return f"the link {link!r} names a part of the page that is not there"
    return None
