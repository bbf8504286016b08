"""The links of a rendered page, and the places in it that links can name."""

from __future__ import annotations

import posixpath
import re
from functools import lru_cache
from urllib.parse import unquote, urlsplit

#: The attributes in which a page names files.
NAMING = ("href", "src", "srcset", "data-runtime", "data-specs")
#: Attributes are told without a parser: our pages are our own, and in their text every quote is escaped. `="` is
#: found several times sooner than a space with a name behind it.
_NAMED = "|".join(rf'(?<=\s{name}=")' for name in ("(id)", *NAMING))
_ATTRIBUTE = re.compile(rf'="(?:{_NAMED})([^"]*)"')
#: Somewhere, so that nobody looks where this process is; other versions and their list lie beside and above.
_SITE = "/versions/site/"
_OUTSIDE = {"http", "https", "mailto"}


def anatomy(path: str, html: str) -> tuple[set[str], frozenset[str]]:
    """What the page at `path` points at, as `path` or `path#anchor` from the site's root; and its anchors.

    Addresses outside the site are left out; one of a scheme that no page may use stays as it is written.
    """
    found = _ATTRIBUTE.findall(html)
    folder = posixpath.dirname(path)
    links = {
        _resolved("", folder, link) if link and link[0] not in "#?" else _resolved(path, "", link)
        for link in {value for is_id, value in found if not is_id}
    }
    return {link for link in links if link is not None}, frozenset(value for is_id, value in found if is_id)


def relative(target: str, folder: str) -> str:
    """The address of `target` as pages of `folder` write it; both are from the site's root."""
    return _relative(target, folder or ".")


@lru_cache(maxsize=2**16)
def _relative(target: str, folder: str) -> str:
    """Remembered, because every page has the navigation."""
    return posixpath.relpath(_SITE + target, _SITE + folder)


@lru_cache(maxsize=2**16)
def _resolved(path: str, folder: str, link: str) -> str | None:
    """Remembered, because only a link into the page itself depends on more than the page's folder."""
    link = link.replace("&amp;", "&")
    url = urlsplit(link)
    if url.scheme in _OUTSIDE:
        return None
    if url.scheme or url.netloc or link.startswith("/"):
        return link
    base = posixpath.normpath(posixpath.join(folder, unquote(url.path))) if url.path else path
    return f"{base}#{unquote(url.fragment)}" if url.fragment else base
