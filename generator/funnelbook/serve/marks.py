"""Files that a page shows, marked with their state: a page that is open shows none of a later site among its own.

    <img src="flow.svg?5f0c9d12.3">      the picture as it was first shown in this session's revision 3

Once it is another, the page's own is gone, and the page hears which one belongs to its new text. Links are not
marked: who follows one leaves the page.
"""

from __future__ import annotations

import posixpath
import re
from urllib.parse import unquote

from funnelbook.pages.hrefs import NAMING
from funnelbook.publish.version_names import LATEST
from funnelbook.serve.board import Shown

_SHOWING = re.compile(r"<(?:img|source|script|link|figure)\s[^>]*>", re.I)
#: A mark that the page was built with gives way: what the page's text and a picture of it say, a revision says too.
#: Charts keep theirs: it tells what they are drawn from.
_OURS = "|".join(each for each in NAMING if each != "data-specs")
_NAMED = re.compile(rf'(\s(?:{_OURS})=")([^"#?:]+)(?:\?\w+)?(?=")')
_MARK = re.compile(r"\w+\.\d+")


def mark_of(path: str, shown: Shown) -> str:
    """The revision in which the file became what it is."""
    return f"{shown.session}.{shown.changed.get(path, 0)}"


def marked(html: str, page: str, shown: Shown) -> str:
    """The page's text, each file of the site that it shows by its address and mark."""

    def named(match: re.Match[str]) -> str:
        path = named_by(page, match[2])
        return f"{match[1]}{match[2]}?{mark_of(path, shown)}" if path in shown.files else match[0]

    return _SHOWING.sub(lambda tag: _NAMED.sub(named, tag[0]), html)


def named_by(page: str, address: str) -> str:
    """The file of the site that an address in a page's text names, which has neither query nor fragment."""
    return posixpath.normpath(posixpath.join(posixpath.dirname(page), unquote(address)))


def is_past(address: str, query: str, shown: Shown) -> bool:
    """Whether the query is a mark of a file that a page shows, and not the one that it bears now."""
    version, _, path = address.partition("/")
    if version != LATEST or path.endswith(".html") or not _MARK.fullmatch(query):
        return False
    return query != mark_of(path, shown)
