"""What an open page is told, as server-sent events.

    change {revision, html, files, home}   a good build: the page's new text or null, the addresses and marks of its
                                           files that changed, and when the page is gone, where to go instead
    error  {revision, mistakes}            a build that mistakes stopped

Of a page's files, only those that its own text names are told.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import PurePosixPath
from urllib.parse import quote

from funnelbook.pages.hrefs import NAMING
from funnelbook.publish.version_names import LATEST
from funnelbook.serve.board import Shown
from funnelbook.serve.marks import mark_of, marked, named_by
from funnelbook.serve.mistakes import told

_NAMED = re.compile(rf'\s(?:{"|".join(NAMING)})="([^"#?]+)')
INDEX = "index.html"


def messages(shown: Shown, page: str | None, since: int) -> bytes:
    """What the open page, None when it is no page of the site, has yet to hear after the revision `since`."""
    events = []
    if shown.files and _news(shown, page, since):
        events.append(_event("change", _change(shown, page, since)))
    if shown.mistakes:
        events.append(
            _event("error", {"revision": shown.name, "mistakes": [told(each) for each in shown.mistakes]})
        )
    return b"".join(events)


def _news(shown: Shown, page: str | None, since: int) -> bool:
    """Something changed, or a mistake was mended."""
    if shown.mistakes:
        return any(revision > since for revision in shown.changed.values())
    return shown.revision > since


def _change(shown: Shown, page: str | None, since: int) -> dict[str, object]:
    content = shown.files.get(page or "")
    text = content.decode() if content else ""
    changed = {path for path, revision in shown.changed.items() if revision > since}
    files = sorted(changed & set(_named(text, page or ""))) if any(map(_is_shown, changed)) else []
    return {
        "revision": shown.name,
        "html": marked(text, page or "", shown) if page in changed and content else None,
        "files": [f"{address(path)}?{mark_of(path, shown)}" for path in files],
        "home": None if content or page is None else address(_home(shown, page)),
    }


def _is_shown(path: str) -> bool:
    return not path.endswith(".html")


def _named(html: str, page: str) -> Iterator[str]:
    """The site's files, other than pages, that a page's text names."""
    for found in set(_NAMED.findall(html)):
        path = named_by(page, found.strip())
        if _is_shown(path):
            yield path


def _home(shown: Shown, page: str) -> str:
    """The nearest index above a page that is gone."""
    indexes = [(folder / INDEX).as_posix() for folder in PurePosixPath(page).parents]
    return next((each for each in indexes if each in shown.files), INDEX)


def address(path: str) -> str:
    """Where a file of the site is served."""
    return quote(f"/{LATEST}/{path}")


def _event(name: str, data: dict[str, object]) -> bytes:
    return f"event: {name}\ndata: {json.dumps(data, ensure_ascii=False, separators=(',', ':'))}\n\n".encode()
