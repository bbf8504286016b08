"""Links by name: glossary terms, playbooks, stages' pages, pages of numbers and their sections."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from markupsafe import Markup
from msgspec import Struct

from funnelbook.handbook import Live
from funnelbook.pages.edition import Edition
from funnelbook.pages.live.asking import WrongError, one_of, pipelines, stage_of
from funnelbook.pages.navigation import NAVIGATION, QUESTIONS
from funnelbook.pages.terms import GROUPS
from funnelbook.pages.text import crm, mark
from funnelbook.project import fold, quoted, suggestion


class Reference(Struct, frozen=True):
    """`address` inside the edition, `part` the section, `said` the link's words."""

    address: str
    said: str | Markup
    part: str = ""
    title: str = ""


def _name(address: str) -> str:
    return address.removesuffix("/index.html").removesuffix(".html")


#: Name -> address and what the site calls the page.
PAGES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        **{
            _name(address): (address, name)
            for address, name in (*QUESTIONS, *NAVIGATION)
            if address != "index.html"
        },
        "home": ("index.html", mark("Home")),
        "today": ("today.html", mark("Head of sales today")),
    }
)

#: The sections of the main pipeline, or of all pipelines, that a page can be opened at.
SECTIONS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "losses": ("causes", "price-value", "prices", "fear", "party", "recorded", "matrix", "refusals"),
        "comebacks": ("returned", "money", "drifting"),
        "cost": ("by-month", "by-stage", "wasted", "worth", "tasks", "order", "buyer-effort", "members"),
        "leads": ("response", "complete", "qualification", "sources", "segments", "temperature", "waves"),
        "plan": ("course", "sellers"),
        "capacity": ("needs", "bottleneck", "load", "hands", "what-if"),
        "sellers": ("funnel-plot", "shrunk", "roles", "ramp", "delegation-risks"),
        "mistakes": (
            "all-eight", "refusing-to-sell", "too-cheap", "no-department", "selling-to-all", "too-much-freedom",
            "dwelling-on-failures", "forgetting-principles", "too-precious",
        ),
        "today": ("unanswered", "drifting", "unworthy", "next-steps", "overfull", "plan-gap"),
    }
)  # fmt: skip


def reference(edition: Edition, live: Live) -> Reference:
    """Raises WrongError for a name that is not there."""
    found = _FINDERS[live.kind](edition, live.target)
    return Reference(found.address, live.text or found.said, found.part, found.title)


def _term(edition: Edition, name: str) -> Reference:
    """By its anchor, or by its name in either language."""
    words = edition.words
    terms = [term for _, _, group in GROUPS for term in group]
    for term in terms:
        if fold(name) in {fold(term.slug), fold(term.name), fold(words(term.name))}:
            return Reference("glossary.html", words(term.name), term.slug, words(term.meaning))
    known = [spelling for term in terms for spelling in (term.slug, words(term.name))]
    raise WrongError("unknown-term", f"the glossary has no entry {quoted(name)}", suggestion(name, known))


def _playbook(edition: Edition, slug: str) -> Reference:
    title = edition.catalogue.titled(slug)
    if title is None:
        slug = one_of(slug, [each.slug for each in edition.playbooks], "playbook")
        title = edition.catalogue.titled(slug)
    return Reference(f"playbooks/{slug}.html", title or slug)


def _stage(edition: Edition, name: str) -> Reference:
    pipeline, position = stage_of(pipelines(edition), name)
    said = crm(pipeline.stages[position - 1].name)
    if pipeline not in edition.numbers.pipelines:  # declared, and no deal is in it yet
        return Reference("pipelines/index.html", said)
    return Reference(edition.stage_address(pipeline, position), said)


def _page(edition: Edition, target: str) -> Reference:
    name, _, part = target.partition("#")
    address, said = PAGES[one_of(name, PAGES, "page")]
    if part:
        one_of(part, SECTIONS.get(_name(address), ()), "section")
    return Reference(address, edition.words(said), part)


_FINDERS = {"term": _term, "playbook": _playbook, "stage": _stage, "page": _page}
