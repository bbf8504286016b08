"""Text that goes into pages: sentences with isolated CRM names. Everything else is escaped by the templates.

This is the only module that makes Markup; each piece of it is a literal here, and what fills it in is escaped.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from markupsafe import Markup, escape

from funnelbook.language import NOTHING, Words

#: A CRM's name longer than this is cut on pages; the tables carry all of it.
NAME_LIMIT = 80

#: The member of a slice, and the pipeline, that nobody named (metrics.md, sections 1 and 3).
UNNAMED = "—"


def mark(text: str) -> str:
    """A text that is translated where it is shown; told to the extraction of texts."""
    return text


def plain(name: str | None) -> str:
    """A CRM's text fit to be read: control characters made visible, cut when long, never empty."""
    shown = "".join(_visible(sign) for sign in name or "")
    if not any(unicodedata.category(sign)[0] in "LNPS" for sign in shown):
        return NOTHING
    return shown if len(shown) <= NAME_LIMIT else shown[: NAME_LIMIT - 1].rstrip() + "…"


def _visible(sign: str) -> str:
    if unicodedata.category(sign) != "Cc":
        return sign
    code = ord(sign)
    if sign in "\t\n\r":
        return " "
    return chr(0x2400 + code) if code < 0x20 else "\N{REPLACEMENT CHARACTER}"


def legible(text: str) -> str:
    """A text of any length with its control characters made visible."""
    return "".join(map(_visible, text))


def crm(name: str | None) -> Markup:
    """A CRM's text, escaped and isolated so that its direction cannot disturb the words around it."""
    return isolated(plain(name))


def isolated(text: str) -> Markup:
    """A text of any length, escaped and isolated; it may be broken at any place, as a path must be."""
    return Markup("<bdi>{}</bdi>").format(legible(text))


def span(low: str, high: str) -> str:
    """`20 %` and `39 %` -> `20–39 %`: a unit that both end in is written once; `0 min – 10 h`: two units."""
    shared = 0
    while (
        shared < min(len(low), len(high))
        and low[-1 - shared] == high[-1 - shared]
        and not low[-1 - shared].isdigit()
    ):
        shared += 1
    if low == high:
        return low
    start = low[: len(low) - shared]
    return f"{start}–{high}" if start[-1:].isdigit() else f"{start} – {high}"


def strong(text: str | Markup) -> Markup:
    return Markup("<strong>{}</strong>").format(text)


def toned(text: str, tone: str) -> Markup:
    """A text that the stylesheet marks: `tone` are its classes."""
    return Markup('<span class="{}">{}</span>').format(tone, text)


def sentence(words: Words, text: str, **values: object) -> Markup:
    """`text` translated, then filled in; values that are not Markup are escaped."""
    return filled(words(text), **values)


def filled(text: str, **values: object) -> Markup:
    """`text`, already translated, filled in; values that are not Markup are escaped."""
    return escape(text).format(**values)


def stacked(text: str) -> Markup:
    """`80% (56 of 70)` on two lines, for a narrow column: what is in brackets stands below, without them."""
    head, bracket, rest = text.partition(" (")
    return Markup("{} <br>{}").format(head, rest.removesuffix(")")) if bracket else escape(text)


def linked(address: str, text: str | Markup) -> Markup:
    """A link inside a text or a table; `address` as `Draft.link` gives it."""
    return Markup('<a href="{}">{}</a>').format(address, text)


def noted(address: str, text: str | Markup, title: str, kind: str) -> Markup:
    """A link with a note on hover; `kind` are its classes."""
    return Markup('<a class="{}" href="{}" title="{}">{}</a>').format(kind, address, title, text)


def paragraph(text: str | Markup, kind: str = "reason") -> Markup:
    return Markup('<p class="{}">{}</p>').format(kind, text)


def joined(parts: Sequence[Markup | str], between: str = " ") -> Markup:
    return escape(between).join(parts)


def rendered(html: str) -> Markup:
    """HTML that this program's own Markdown renderer made out of a playbook, with raw HTML escaped, or a template
    out of texts, each of them escaped.
    """
    return Markup(html)  # noqa: S704 - the handbook's renderer and the theme are the trusted makers of HTML
