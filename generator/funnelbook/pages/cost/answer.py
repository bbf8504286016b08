"""The page: its question, the answer in money, and the sections that show why."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from markupsafe import Markup

from funnelbook.model.pipeline import Pipeline
from funnelbook.pages import answers
from funnelbook.pages.answers import Answer
from funnelbook.pages.cost import spending
from funnelbook.pages.edition import Draft, Edition
from funnelbook.pages.page import Page, Task
from funnelbook.pages.parts import Part
from funnelbook.pages.text import crm, sentence

#: The sections about a pipeline, in the order of reading.
PARTS: tuple[Callable[[Draft, Pipeline], Part], ...] = (spending.by_month,)


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
            playbooks=(*edition.about(kind="pricing"), *edition.about(kind="qualifying")),
        ),
    )


def sentences(edition: Edition) -> Iterator[Markup]:
    """Cost of a sale of every pipeline; what follows from it, of the main one."""
    pipelines = edition.numbers.pipelines
    if not pipelines:
        yield sentence(edition.words, "There are no deals yet, so nothing was spent on a sale.")
    for pipeline in pipelines:
        told = spending.told(edition, pipeline)
        yield Markup("{}. {}").format(crm(pipeline.name), told) if len(pipelines) > 1 else told
