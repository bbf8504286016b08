"""The page: its question, the answer in words and money, and the sections that show why."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from markupsafe import Markup

from funnelbook.handbook import Card
from funnelbook.model.pipeline import Pipeline
from funnelbook.pages import answers
from funnelbook.pages.answers import Answer, Group
from funnelbook.pages.edition import Draft, Edition
from funnelbook.pages.leads import (
    coming,
    complete,
    people,
    qualification,
    response,
    segments,
    sources,
    temperature,
    waves,
)
from funnelbook.pages.page import Page, Task
from funnelbook.pages.parts import Part
from funnelbook.pages.text import crm

ADDRESS = "leads.html"

#: The sections about all pipelines together, and those about each, in the order of reading.
TOGETHER: tuple[Callable[[Draft], Part], ...] = (complete.part, response.part, people.part, waves.part)
APART: tuple[Callable[[Draft, Pipeline], Part], ...] = (
    sources.part,
    coming.part,
    qualification.part,
    temperature.part,
    segments.part,
)

#: Kinds of playbooks that say what to do about leads.
_KINDS = ("qualifying", "expert-call", "objection")


def pages(edition: Edition) -> Iterator[Task]:
    yield partial(page, edition)


def page(edition: Edition) -> Page:
    words, pipelines = edition.words, edition.numbers.pipelines
    draft = edition.draft(ADDRESS)
    together = tuple(part(draft) for part in TOGETHER)
    groups = [Group(words("All pipelines together") if len(pipelines) > 1 else "", "together", together)]
    groups += [answers.of_pipeline(draft, each, [part(draft, each) for part in APART]) for each in pipelines]
    if len(pipelines) == 1:
        groups = [Group("", "all", (*groups[1].parts[:1], *together, *groups[1].parts[1:]))]
    return answers.page(
        draft,
        Answer(
            words("Leads and sources"),
            words("Do we record every lead, answer in time, and where do the leads that buy come from?"),
            tuple(sentences(edition)) if edition.numbers.months else (),
            groups=tuple(groups),
            playbooks=_playbooks(edition),
        ),
    )


def sentences(edition: Edition) -> Iterator[Markup]:
    """All recorded; answered in time; where buyers come from; what waits in the cold pool."""
    yield complete.told(edition)
    yield response.told(edition)
    pipelines = edition.numbers.pipelines
    for pipeline in pipelines:
        told = sources.told(edition, pipeline)
        yield Markup("{}. {}").format(crm(pipeline.name), told) if len(pipelines) > 1 else told
    cold = temperature.told(edition)
    if cold:
        yield cold


def _playbooks(edition: Edition) -> tuple[Card, ...]:
    return tuple(each for kind in _KINDS for each in edition.about(kind=kind))
