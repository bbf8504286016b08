"""The glossary: every word and every number, each under the anchor that the other pages link to."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from funnelbook.pages.edition import Edition
from funnelbook.pages.page import Page, Task
from funnelbook.pages.terms import GROUPS


def pages(edition: Edition) -> Iterator[Task]:
    yield partial(page, edition)


def page(edition: Edition) -> Page:
    words = edition.words
    return edition.draft("glossary.html").page(
        "glossary.html",
        words("Glossary"),
        words("Every word and every number of this site: what it means and how it is computed."),
        groups=[
            (
                ident,
                words(title),
                [
                    (each.slug, words(each.name), words(each.meaning), each.formula and words(each.formula))
                    for each in terms
                ],
            )
            for ident, title, terms in GROUPS
        ],
    )
