"""A page that answers a manager's question: the question, the answer in words and money, then why."""

from __future__ import annotations

from collections.abc import Iterable

from markupsafe import Markup
from msgspec import Struct

from funnelbook.handbook import Card
from funnelbook.model.pipeline import Pipeline
from funnelbook.pages.edition import Draft
from funnelbook.pages.page import Page
from funnelbook.pages.parts import Part
from funnelbook.pages.text import crm


class Group(Struct, frozen=True):
    """Sections about one pipeline. `name` is "" when the site has one pipeline, or they are about all of them."""

    name: Markup | str
    ident: str
    parts: tuple[Part, ...]


class Answer(Struct, frozen=True):
    """`name` is what the navigation calls the page, `question` its heading, `sentences` the answer.

    `notes` say what must be known to believe the answer. Groups without a filled section are left out.
    `playbooks` say what to do about it: links to them end the page.
    """

    name: str
    question: str
    sentences: tuple[Markup, ...]
    notes: tuple[Markup | str, ...] = ()
    groups: tuple[Group, ...] = ()
    playbooks: tuple[Card, ...] = ()
    template: str = "answer.html"


def page(draft: Draft, answer: Answer, **context: object) -> Page:
    """The rendered page; `context` is for a template of its own."""
    groups = [
        (group.name, group.ident, parts)
        for group in answer.groups
        if (parts := [part for part in group.parts if part.filled])
    ]
    return draft.page(
        answer.template,
        answer.name,
        " ".join(str(each.striptags()) for each in answer.sentences) or answer.question,
        question=answer.question,
        sentences=answer.sentences,
        notes=answer.notes,
        groups=groups,
        playbooks=[(f"playbooks/{each.slug}.html", each.title) for each in answer.playbooks],
        **context,
    )


def of_pipeline(draft: Draft, pipeline: Pipeline, parts: Iterable[Part]) -> Group:
    """The sections about one pipeline, under its name where the site has several."""
    numbers = draft.edition.numbers
    name = crm(pipeline.name) if len(numbers.pipelines) > 1 else ""
    return Group(name, f"pipeline-{numbers.ordinal(pipeline.name)}", tuple(parts))


def anchor(draft: Draft, section: str, pipeline: Pipeline) -> str:
    """A section's anchor: its bare name for the main pipeline, with the pipeline's number for the others."""
    numbers = draft.edition.numbers
    return section if pipeline == numbers.pipelines[0] else f"{section}-{numbers.ordinal(pipeline.name)}"
