"""The page: its question, the answer in words and money, and the sections that show why."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from markupsafe import Markup

from funnelbook.handbook import Card
from funnelbook.pages import answers
from funnelbook.pages.answers import Answer, Group
from funnelbook.pages.cost.window import months
from funnelbook.pages.edition import Draft, Edition
from funnelbook.pages.leads.written import window_words
from funnelbook.pages.losses import causes, decisions, parties, price, refusals
from funnelbook.pages.losses.lost import Losses, deals, losses_of, value
from funnelbook.pages.numbers import total
from funnelbook.pages.page import Page, Task
from funnelbook.pages.parts import Part
from funnelbook.pages.text import crm, mark, sentence, strong

ADDRESS = "losses.html"

#: The sections about a pipeline, in the order of reading.
PARTS: tuple[Callable[[Draft, Losses], Part], ...] = (
    causes.causes,
    price.price_value,
    price.prices,
    decisions.fear,
    parties.party,
    parties.recorded,
    causes.matrix,
    refusals.refusals,
)

#: Kinds of playbooks that answer a loss, in the order of the links.
KINDS = ("refusal", "objection", "pricing", "fears")

#: Playbooks about so many of a pipeline's most frequent causes come first.
CHIEF = 2


def pages(edition: Edition) -> Iterator[Task]:
    yield partial(page, edition)


def page(edition: Edition) -> Page:
    words, draft = edition.words, edition.draft(ADDRESS)
    found = [losses_of(edition.numbers, pipeline) for pipeline in edition.numbers.pipelines]
    return answers.page(
        draft,
        Answer(
            name=words("Losses and refusals"),
            question=words("Why do deals die, where, and is it the price or something else?"),
            sentences=tuple(sentences(edition, found)),
            notes=tuple(notes(edition)),
            groups=tuple(_group(draft, each) for each in found),
            playbooks=_playbooks(edition, found),
        ),
    )


def _group(draft: Draft, losses: Losses) -> Group:
    made = [part(draft, losses) for part in PARTS] if losses.rows else [_nothing(draft, losses)]
    return answers.of_pipeline(draft, losses.pipeline, made)


def _nothing(draft: Draft, losses: Losses) -> Part:
    words = draft.edition.words
    ident = answers.anchor(draft, "causes", losses.pipeline)
    return Part(ident, words("Why"), reason=words("No deal was lost in the last whole months."))


def _playbooks(edition: Edition, found: list[Losses]) -> tuple[Card, ...]:
    """Those about the chief causes first, then all others of the kinds that answer a loss."""
    kinds = [each for kind in KINDS for each in edition.about(kind=kind)]
    chief = [cause for losses in found for cause in losses.causes[:CHIEF]]
    first = [each for cause in chief for each in kinds if cause in each.cause]
    return tuple({each.slug: each for each in [*first, *kinds]}.values())


def sentences(edition: Edition, found: list[Losses]) -> Iterator[Markup]:
    """What was lost in all; the chief cause of every pipeline; of the main one, whether it is the price."""
    words = edition.words
    if not found:
        yield sentence(words, "There are no deals yet, so none was lost.")
        return
    yield what(edition, found)
    for losses in found:
        told = causes.chief(edition, losses) if losses.rows else None
        if told:
            yield Markup("{}. {}").format(crm(losses.pipeline.name), told) if len(found) > 1 else told
        if losses is found[0] and deals(losses.told) >= edition.book.project.metrics.min_n:
            yield price.verdict(edition, losses)


def what(edition: Edition, found: list[Losses]) -> Markup:
    """How many deals were lost and what they were worth, beside what was sold; all pipelines together."""
    words, numbers = edition.words, edition.numbers
    window = set(months(numbers))
    rows = [row for losses in found for row in losses.rows]
    closed = [row for losses in found for row in numbers.series(losses.pipeline.name) if row["month"] in window]
    span = window_words(edition, len(window))
    if not rows:
        return sentence(words, "{window} no deal was lost.", window=span)
    lost = strong(words.plural("{n} deal was lost", "{n} deals were lost", deals(rows)))
    won = words.plural("{n} was won", "{n} were won", total(closed, "won"))
    worth, revenue = value(rows), total(closed, "revenue")
    if worth is None:
        return sentence(words, "{window} {lost}, {won}.", window=span, lost=lost, won=won)
    text = (
        mark("{window} {lost} that were worth {worth}; {won} for {revenue}.")
        if revenue
        else mark("{window} {lost} that were worth {worth}; {won}.")
    )
    return sentence(
        words,
        text,
        window=span,
        lost=lost,
        worth=strong(words.money(worth)),
        won=won,
        revenue=words.money(revenue),
    )


def notes(edition: Edition) -> Iterator[Markup]:
    """How many of the lost deals have no price, and so no part in the money."""
    words = edition.words
    rows = [(int(row["closed"] - row["won"]), row["bucket"] is None) for row in edition.numbers.table("prices")]
    every, unpriced = sum(n for n, _ in rows), sum(n for n, none in rows if none)
    if unpriced:
        yield sentence(
            words,
            "Of the {all} deals lost in the twelve months up to {as_of}, {n} have no price and add nothing to the "
            "money.",
            all=words.number(every),
            as_of=words.date(edition.numbers.as_of.astimezone(edition.numbers.timezone).date()),
            n=words.number(unpriced),
        )
