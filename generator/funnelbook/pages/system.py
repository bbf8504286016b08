"""The sales system: its ideas, each with the pages that show it in numbers and the playbooks about it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from funnelbook.pages.edition import Edition
from funnelbook.pages.ideas import IDEAS, MONTH, PIPELINE, STAGE, Idea
from funnelbook.pages.labels import KINDS, label
from funnelbook.pages.navigation import QUESTIONS
from funnelbook.pages.page import Page, Task
from funnelbook.pages.text import mark

ADDRESS = "system.html"

#: Pages that the navigation calls otherwise than a list of ideas would.
_NAMES = {
    MONTH: mark("The month"),
    PIPELINE: mark("The pipeline"),
    STAGE: mark("Each stage"),
    "today.html": mark("Today"),
}


def pages(edition: Edition) -> Iterator[Task]:
    yield partial(page, edition)


def page(edition: Edition) -> Page:
    words = edition.words
    return edition.draft(ADDRESS).page(
        "system.html",
        words("Sales system"),
        words("Twenty-seven ideas about selling, and where each of them is to be seen here."),
        ideas=[
            (f"idea-{idea.number}", words(idea.text), places(edition, idea), kinds(edition, idea), idea.checked)
            for idea in IDEAS
        ],
    )


def address(edition: Edition, name: str) -> str:
    """The page that an idea's place means; "" while there are no data for one."""
    numbers = edition.numbers
    if name not in (MONTH, PIPELINE, STAGE):
        return name
    if not numbers.months:
        return ""
    if name == MONTH:
        return edition.month_address(numbers.last_complete or numbers.months[-1])
    main = numbers.pipelines[0]
    return edition.pipeline_address(main) if name == PIPELINE else edition.stage_address(main, 1)


def places(edition: Edition, idea: Idea) -> list[tuple[str, str]]:
    """Address and name of each page that shows the idea, each once."""
    names = {**dict(QUESTIONS), **_NAMES}
    found = {place.page: address(edition, place.page) for place in idea.places}
    return [(target, edition.words(names[page])) for page, target in found.items() if target]


def kinds(edition: Edition, idea: Idea) -> list[tuple[str, str]]:
    """Anchor in the playbooks' index and name of each kind about the idea that the handbook has playbooks of."""
    present = {each.kind for each in edition.playbooks}
    return [(f"kind-{kind}", str(label(edition.words, KINDS, kind))) for kind in idea.kinds if kind in present]
