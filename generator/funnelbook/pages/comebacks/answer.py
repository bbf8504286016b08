"""The page: its question, the answer in words and money, and the sections that show why."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from markupsafe import Markup

from funnelbook.pages import answers
from funnelbook.pages.answers import Answer, Group
from funnelbook.pages.comebacks import drifting, money, returned
from funnelbook.pages.edition import Edition
from funnelbook.pages.page import Page, Task
from funnelbook.pages.text import sentence

ADDRESS = "comebacks.html"


def pages(edition: Edition) -> Iterator[Task]:
    yield partial(page, edition)


def page(edition: Edition) -> Page:
    words, draft = edition.words, edition.draft(ADDRESS)
    together = Group("", "all", (returned.returned(draft), money.money(draft)) if edition.numbers.months else ())
    apart = [
        answers.of_pipeline(draft, each, [drifting.drifting(draft, each)]) for each in edition.numbers.pipelines
    ]
    return answers.page(
        draft,
        Answer(
            name=words("Come-backs"),
            question=words("Do refused and lost buyers come back, when, and what do they bring?"),
            sentences=tuple(sentences(edition)),
            groups=(together, *apart),
            playbooks=(*edition.about(kind="refusal"), *edition.about(kind="fears")),
        ),
    )


def sentences(edition: Edition) -> Iterator[Markup]:
    """Whether, when, with what money, and who is drifting away now."""
    if not edition.numbers.months:
        yield sentence(edition.words, "There are no deals yet, so nobody could come back.")
        return
    yield returned.answer(edition)
    for told in (returned.when(edition), money.answer(edition)):
        if told:
            yield told
    yield drifting.answer(edition)
