"""Where a playbook may link to, and how its relative links are led elsewhere."""

from __future__ import annotations

import html
import posixpath
import re
from collections.abc import Callable
from functools import lru_cache
from urllib.parse import unquote

#: The renderer escapes every `"` in text and values, so this cannot match anything but an attribute it wrote.
_ATTRIBUTE = re.compile(r'="(?:(?<= href=")|(?<= src="))([^"]*)"')
_SCHEME = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*:")
_CONTROLS = re.compile(r"[\x00-\x20\x7f]")
_OUTSIDE = ("http", "https", "mailto")
_PICTURES = (".png", ".jpg", ".jpeg", ".gif", ".webp", ".avif")


def is_relative(target: str) -> bool:
    """Leads to another file of the site: neither another site nor a place on the same page."""
    return not _SCHEME.match(target) and not target.startswith(("#", "/", "\\"))


def wrong_link(target: str) -> str | None:
    """What is wrong with a link's target, or None. Allowed: http, https, mailto, relative, `#place`."""
    plain = _plain(target)
    scheme = _SCHEME.match(plain)
    if scheme:
        name = scheme[0][:-1].lower()
        return None if name in _OUTSIDE else f"links of the kind `{name}:` are not allowed"
    if plain.startswith(("/", "\\")):
        return "a link must be relative to this file, or begin with https://"
    return "a link without a target" if not plain else None


def wrong_picture(target: str) -> str | None:
    """What is wrong with a picture's address, or None. Allowed: bitmap files beside the playbooks."""
    plain = _plain(target)
    if not plain or _SCHEME.match(plain) or plain.startswith(("/", "\\", "#")):
        return "a picture must be a file of this handbook, named relative to this file"
    if "?" in plain or "#" in plain:  # what stands behind them is no part of the file's name
        return "a picture's address holds neither `?` nor `#`"
    return None if is_picture(plain) else "a picture must be one of: " + ", ".join(_PICTURES)


def is_picture(path: str) -> bool:
    """Whether the path is that of a bitmap, which no browser runs."""
    return path.lower().endswith(_PICTURES)


def _plain(target: str) -> str:
    """As the most forgiving browser would read it: decoded, without control signs and outer spaces."""
    return _CONTROLS.sub("", unquote(target))


def resolve(path: str, target: str) -> tuple[str, str]:
    """A relative target in the file `path` -> (path of the file it means, its `#fragment` or ""), both decoded.

    A path that leads above the project's folder begins with `..`.
    """
    before, sign, fragment = (unquote(target) if "%" in target else target).partition("#")
    if not before:
        return path, sign + fragment
    file = before.partition("?")[0]
    return _joined(path.rpartition("/")[0], file), sign + fragment


@lru_cache(maxsize=2**15)
def _joined(folder: str, file: str) -> str:
    """Remembered, because a link is checked once and led to its page later."""
    is_below = folder and not file.startswith("/")
    return posixpath.normpath(f"{folder}/{file}" if is_below else file)


def rewrite_links(body: str, target: Callable[[str], str]) -> str:
    """`Playbook.html` with every relative link and picture led to `target(as written)`; other links stay.

    `body` must come from a playbook: the renderer's escaping is what makes its attributes unmistakable.
    """

    def rewritten(found: re.Match[str]) -> str:
        written = html.unescape(found[1])
        if not is_relative(written):
            return found[0]
        return f'="{html.escape(target(written))}"'

    return _ATTRIBUTE.sub(rewritten, body)
