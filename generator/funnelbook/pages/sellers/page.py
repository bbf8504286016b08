"""The page of the sellers: who lies beyond chance, what that is worth, who is new, whose hands deals are in."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from markupsafe import Markup

from funnelbook.handbook import Card
from funnelbook.pages import answers
from funnelbook.pages.answers import Answer, Group
from funnelbook.pages.edition import Draft, Edition
from funnelbook.pages.page import Page, Task
from funnelbook.pages.sellers import delegation, people, ramp, roles
from funnelbook.pages.sellers.team import team_of
from funnelbook.pages.text import crm

ADDRESS = "sellers.html"
KINDS = ("hiring", "onboarding", "letting-go", "delegation", "owner-selling")


def pages(edition: Edition) -> Iterator[Task]:
    yield partial(page, edition)


def page(edition: Edition) -> Page:
    words = edition.words
    draft = edition.draft(ADDRESS)
    return answers.page(
        draft,
        Answer(
            words("Sellers"),
            words("Who sells better than the team, and who needs help — beyond noise?"),
            tuple(sentences(edition)),
            notes=(words("Leads are not dealt out by lot: whoever gets the better ones wins more of them."),),
            groups=tuple(groups(draft)),
            playbooks=playbooks(edition),
        ),
    )


def sentences(edition: Edition) -> Iterator[Markup]:
    """Of each pipeline who is beyond chance and what it is worth; who is new; whose hands deals are in."""
    pipelines = edition.numbers.pipelines
    teams = [team_of(edition, pipeline) for pipeline in pipelines]
    if not any(team.rows for team in teams):
        yield Markup("{}").format(people.nobody(edition))
    for pipeline, team in zip(pipelines, teams, strict=True):
        if team.rows:
            told = people.verdict(edition, team)
            yield Markup("{}. {}").format(crm(pipeline.name), told) if len(pipelines) > 1 else told
            yield from people.worth(edition, team)
            yield from people.needing_a_look(edition, team)
    yield from (told for told in (ramp.answer(edition), roles.answer(edition)) if told)


def groups(draft: Draft) -> Iterator[Group]:
    """What is about one pipeline under its name, then what is about all of them."""
    words, pipelines = draft.edition.words, draft.edition.numbers.pipelines
    together = (ramp.part(draft), delegation.part(draft))
    if not pipelines:
        yield Group("", "sellers", (*people.without_deals(draft), *together))
        return
    if len(pipelines) == 1:
        yield Group("", "sellers", (*people.parts(draft, pipelines[0]), together[0],
                                    roles.part(draft, pipelines[0]), together[1]))  # fmt: skip
        return
    for pipeline in pipelines:
        yield answers.of_pipeline(draft, pipeline, (*people.parts(draft, pipeline), roles.part(draft, pipeline)))
    yield Group(words("All pipelines together"), "together", together)


def playbooks(edition: Edition) -> tuple[Card, ...]:
    return tuple(each for kind in KINDS for each in edition.about(kind=kind))
