"""The links of a rendered page."""

from __future__ import annotations

import posixpath
from html.parser import HTMLParser
from urllib.parse import unquote, urlsplit


class _Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.extend(value for name, value in attrs if name in {"href", "src", "srcset"} and value)


def hrefs(path: str, html: str) -> tuple[str, ...]:
    """What the page at `path` points at inside the site, as `path` or `path#anchor` from its root, sorted."""
    parser = _Links()
    parser.feed(html)
    return tuple(sorted({target for link in parser.found if (target := _target(path, link))}))


def _target(path: str, link: str) -> str | None:
    url = urlsplit(link)
    if url.scheme or url.netloc:
        return None
    base = posixpath.normpath(posixpath.join(posixpath.dirname(path), unquote(url.path))) if url.path else path
    return f"{base}#{unquote(url.fragment)}" if url.fragment else base
