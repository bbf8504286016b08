"""The page: its question, the answer in money, and the sections that show why."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from markupsafe import Markup

from funnelbook.handbook import Card
from funnelbook.model.pipeline import Pipeline
from funnelbook.pages import answers, funnel_tasks
from funnelbook.pages.answers import Answer
from funnelbook.pages.capacity.what_if import what_if
from funnelbook.pages.cost import effort, places, pursuit, reorder, spending
from funnelbook.pages.cost.members import members
from funnelbook.pages.edition import Draft, Edition
from funnelbook.pages.page import Page, Task
from funnelbook.pages.parts import Part
from funnelbook.pages.text import crm, joined, sentence

#: The sections about a pipeline, in the order of reading.
PARTS: tuple[Callable[[Draft, Pipeline], Part], ...] = (
    spending.by_month,
    places.by_stage,
    members,
    places.wasted,
    pursuit.worth,
    reorder.order,
    what_if,
    lambda draft, pipeline: funnel_tasks.tasks(draft, pipeline, newest(draft.edition)),
    effort.effort,
)


def newest(edition: Edition) -> str:
    """The last whole month, or the only one there is."""
    return edition.numbers.last_complete or edition.numbers.months[-1]


def pages(edition: Edition) -> Iterator[Task]:
    yield partial(page, edition)


def page(edition: Edition) -> Page:
    words = edition.words
    draft = edition.draft("cost.html")
    pipelines = edition.numbers.pipelines
    return answers.page(
        draft,
        Answer(
            name=words("Cost and worth"),
            question=words("What does one sale cost us, and which deals are worth pursuing?"),
            sentences=tuple(sentences(edition)),
            groups=tuple(
                answers.of_pipeline(draft, each, [part(draft, each) for part in PARTS]) for each in pipelines
            ),
            playbooks=playbooks(edition),
        ),
    )


def playbooks(edition: Edition) -> tuple[Card, ...]:
    """What to do about it: refuse what does not pay, ask early, and lose less on failures."""
    found = (
        *edition.about(kind="refusal", cause="price_value"),
        *edition.about(kind="qualifying"),
        *edition.about(mistake="dwelling_on_failures"),
        *edition.about(kind="note", mistake="selling_to_all"),
        *edition.about(kind="note", cause="timing"),
    )
    return tuple({each.slug: each for each in found}.values())


def sentences(edition: Edition) -> Iterator[Markup]:
    """Cost of a sale of every pipeline; what follows from it, of the main one."""
    pipelines = edition.numbers.pipelines
    if not pipelines:
        yield sentence(edition.words, "There are no deals yet, so nothing was spent on a sale.")
    for pipeline in pipelines:
        told = joined([each for each in _money(edition, pipeline) if each])
        yield Markup("{}. {}").format(crm(pipeline.name), told) if len(pipelines) > 1 else told
        if pipeline == pipelines[0]:
            yield from (each for each in _decisions(edition, pipeline) if each)


def _money(edition: Edition, pipeline: Pipeline) -> tuple[Markup | None, ...]:
    return spending.told(edition, pipeline), places.told(edition, pipeline)


def _decisions(edition: Edition, pipeline: Pipeline) -> tuple[Markup | None, ...]:
    return pursuit.told(edition, pipeline), reorder.told(edition, pipeline)
