"""Live places of playbooks: numbers, charts and links by name that are never stale.

The handbook checks their spelling and leaves marks (`handbook.fill`); here they are given their meaning. What there
is to show stands in `catalogue.METRICS`, `charts.CHARTS` and `references.PAGES`. Each of them knows many pages, and
is imported where a playbook has such a place.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING

from markupsafe import Markup

from funnelbook.errors import Finding
from funnelbook.handbook import Live, Opening, fill
from funnelbook.handbook import pieces as cut
from funnelbook.pages.edition import Draft, Edition, Figure
from funnelbook.pages.live.asking import WrongError
from funnelbook.pages.text import filled, joined, noted, paragraph, rendered

if TYPE_CHECKING:
    from funnelbook.pages.live.figures import Figured
    from funnelbook.pages.live.references import Reference

__all__ = ["findings", "in_text", "pieces"]


def findings(edition: Edition, path: str) -> Iterator[Finding]:
    """What is wrong with the live places of a playbook, each at its place in the file."""
    playbook = edition.handbook.whole(path)
    for live in playbook.live:
        try:
            _check(edition, playbook, live)
        except WrongError as wrong:
            yield Finding(live.place, wrong.rule, wrong.message, wrong.hint)


def _check(edition: Edition, playbook: Opening, live: Live) -> None:
    if live.kind == "chart":
        from funnelbook.pages.live.charts import asked_of

        asked_of(edition, playbook, live)
    elif live.kind == "metric":
        _figured(edition, playbook, live)
    else:
        _reference(edition, live)


def _figured(edition: Edition, playbook: Opening, live: Live) -> Figured:
    from funnelbook.pages.live.figures import figured

    return figured(edition, playbook, live)


def _reference(edition: Edition, live: Live) -> Reference:
    from funnelbook.pages.live.references import reference

    return reference(edition, live)


def pieces(draft: Draft, playbook: Opening, html: str) -> tuple[Markup | Figure, ...]:
    """A playbook's HTML with its live places filled in, cut at its charts."""
    found: list[Markup | Figure] = []
    for piece in cut(html):
        made = rendered(piece) if isinstance(piece, str) else _shown(draft, playbook, piece)
        if isinstance(made, Markup) and found and isinstance(found[-1], Markup):
            found[-1] += made
        else:
            found.append(made)
    return tuple(found)


def _shown(draft: Draft, playbook: Opening, number: int) -> Markup | Figure:
    live = playbook.live[number]
    if live.kind == "chart":
        from funnelbook.pages.live.charts import chart

        made = chart(draft, playbook, live, number)
        return made if isinstance(made, Figure) else paragraph(made)
    if live.inside_link:
        return filled("{said}", said=_plain(draft.edition, playbook, number))
    if live.kind == "metric":
        number_of = _figured(draft.edition, playbook, live)
        link = noted(draft.link("glossary.html", number_of.term), number_of.said, number_of.title, "term metric")
        return joined([link, number_of.behind], "")
    to = _reference(draft.edition, live)
    address = (
        draft.section(to.address, to.part) if live.kind == "page" and to.part else draft.link(to.address, to.part)
    )
    return noted(address, to.said, to.title, "term" if live.kind == "term" else "named")


def in_text(edition: Edition, playbook: Opening, text: str) -> str:
    """A playbook's plain text, its summary or a heading's, with its live places in plain words."""
    return fill(text, partial(_plain, edition, playbook))


def _plain(edition: Edition, playbook: Opening, number: int) -> str:
    live = playbook.live[number]
    if live.kind == "chart":
        return ""
    if live.kind == "metric":
        number_of = _figured(edition, playbook, live)
        return joined([number_of.said, number_of.behind], "").striptags()
    return filled("{said}", said=_reference(edition, live).said).striptags()
