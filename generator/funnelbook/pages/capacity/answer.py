"""The page: its question, the answer in leads and sellers, and the sections that show why."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from markupsafe import Markup

from funnelbook.pages import answers, honesty
from funnelbook.pages.answers import Answer, Group
from funnelbook.pages.capacity import load, needs
from funnelbook.pages.capacity.balance import Balance, Hours, balance, hours, month_of, months_words, timed
from funnelbook.pages.capacity.what_if import what_if
from funnelbook.pages.edition import Draft, Edition
from funnelbook.pages.numbers import ALL
from funnelbook.pages.page import Page, Task
from funnelbook.pages.text import crm, filled, joined, mark, sentence, span, strong

#: Pipelines whose leads the answer tells; the sections tell all.
_TOLD = 3

_LEADS = {
    "short": mark("{verdict}: {came} a month came over {months}, {n} fewer than needed."),
    "near": mark(
        "{verdict}: {came} a month came over {months}; that is {n} fewer than needed, a difference within noise."
    ),
    "enough": mark("{verdict}: {came} a month came over {months}."),
}
_VERDICTS = {
    "short": mark("Leads are short"),
    "near": mark("Leads are just enough"),
    "enough": mark("There are enough leads"),
}


def pages(edition: Edition) -> Iterator[Task]:
    yield partial(page, edition)


def page(edition: Edition) -> Page:
    words, numbers = edition.words, edition.numbers
    draft = edition.draft("capacity.html")
    month = month_of(numbers) if numbers.months else ""
    balances = tuple(balance(numbers, each, month) for each in numbers.pipelines)
    return answers.page(
        draft,
        Answer(
            name=words("Capacity"),
            question=words("How many leads do we need for the plan, and can we carry them?"),
            sentences=tuple(sentences(edition, balances, month)),
            groups=tuple(groups(draft, balances)),
            playbooks=(
                *edition.about(kind="head"),
                *edition.about(kind="hiring"),
                *edition.about(kind="qualifying"),
            ),
        ),
    )


def groups(draft: Draft, balances: tuple[Balance, ...]) -> Iterator[Group]:
    """Each pipeline's needs; then the people, who work for all pipelines."""
    several = len(balances) > 1
    people = (load.load(draft), load.hands(draft)) if balances else ()
    for each in balances:
        parts = (needs.needs(draft, each), needs.bottleneck(draft, each), what_if(draft, each.pipeline))
        yield answers.of_pipeline(draft, each.pipeline, parts if several else (*parts[:2], *people, parts[2]))
    if several:
        yield Group(draft.edition.words("People, over all pipelines"), "people", people)


def sentences(edition: Edition, balances: tuple[Balance, ...], month: str) -> Iterator[Markup]:
    words = edition.words
    if not balances:
        yield sentence(words, "There are no deals yet, so nobody knows what a plan would take.")
        return
    together = hours(edition.numbers, balances, month)
    for each in balances[:_TOLD]:
        told = joined(list(_of_pipeline(edition, each)))
        name = crm(each.pipeline.name)
        yield filled("{name}. {told}", name=name, told=told) if len(balances) > 1 else told
    yield _hours(edition, balances, together)


def _of_pipeline(edition: Edition, told: Balance) -> Iterator[Markup]:
    yield _needed(edition, told)
    words = edition.words
    if told.plan is None and told.came is not None:
        yield sentence(
            words,
            "{came} a month came over {months}.",
            came=strong(words.plural("{n} lead", "{n} leads", round(told.came))),
            months=months_words(words, told.over),
        )
    if verdict := told.leads:
        assert told.needed is not None
        assert told.came is not None
        yield sentence(
            words,
            _LEADS[verdict],
            verdict=strong(words(_VERDICTS[verdict])),
            came=strong(words.plural("{n} lead", "{n} leads", round(told.came))),
            months=months_words(words, told.over),
            n=words.number(round(told.needed) - round(told.came)),
        )


def _needed(edition: Edition, told: Balance) -> Markup:
    """The leads that the plan takes, or one sale where there is no plan."""
    words = edition.words
    month = words.month(told.month)
    if told.chance is None or not told.chance.value:
        return _unsold(edition, told)
    least, most = 1 / told.chance.high, 1 / told.chance.low
    if told.plan is None:
        return sentence(
            words,
            "There is no plan of sales for {month}; one sale takes {leads} ({range}): {chance}.",
            month=month,
            leads=strong(words.plural("{n} lead", "{n} leads", round(1 / told.chance.value, 1))),
            range=span(words.number(least, 1), words.number(most, 1)),
            chance=_chance(edition, told),
        )
    return sentence(
        words,
        "The plan for {month} is {plan}, and it takes {leads} ({range}): {chance}.",
        month=month,
        plan=strong(words.plural("{n} sale", "{n} sales", told.plan)),
        leads=strong(words.plural("{n} lead", "{n} leads", round(told.plan / told.chance.value))),
        range=span(words.number(round(told.plan * least)), words.number(round(told.plan * most))),
        chance=_chance(edition, told),
    )


def _chance(edition: Edition, told: Balance) -> str:
    """The share of leads that bought; over few ones the counts."""
    words = edition.words
    assert told.chance
    closed = words.plural("{n} lead", "{n} leads", told.cases)
    if told.cases < edition.book.project.metrics.min_n:
        won = words.number(round(told.chance.value * told.cases))
        return words("of {closed} closed in twelve months {won} bought", closed=closed, won=won)
    share = words.share(told.chance.value)
    return words("of {closed} closed in twelve months {won} bought", closed=closed, won=share)


def _unsold(edition: Edition, told: Balance) -> Markup:
    words = edition.words
    month = words.month(told.month)
    if told.plan is None:
        return sentence(
            words,
            "There is no plan of sales for {month}, and no lead bought in the last twelve months.",
            month=month,
        )
    return sentence(
        words,
        "The plan for {month} is {plan}; how many leads it takes is not known, for no lead bought in the last "
        "twelve months.",
        month=month,
        plan=words.plural("{n} sale", "{n} sales", told.plan),
    )


def _hours(edition: Edition, balances: tuple[Balance, ...], together: Hours) -> Markup:
    """Whether the sellers' hours suffice for the plans of all pipelines; or why nobody knows."""
    words = edition.words
    if together.suffice is None or together.sellers_needed is None:
        return _unknown(edition, balances, together)
    assert together.needed is not None
    assert together.available is not None
    assert together.sellers is not None
    verdict = words("Hours suffice") if together.suffice else words("Hours are short")
    texts = {
        "verdict": strong(verdict),
        "needed": words.number(together.needed),
        "available": words.number(together.available),
        "sellers": strong(words.number(together.sellers_needed, 1)),
        "all": words.number(together.sellers),
    }
    told = (
        mark(
            "{verdict}: the plan takes {needed} of the {available} hours that sellers have, the work of {sellers} "
            "sellers of {all}."
        )
        if len(balances) == 1
        else mark(
            "{verdict}: all plans together take {needed} of the {available} hours that sellers have, the work of "
            "{sellers} sellers of {all}."
        )
    )
    said = sentence(words, told, **texts)
    carried = _carried(edition, balances)
    return joined([said, carried]) if carried else said


def _carried(edition: Edition, balances: tuple[Balance, ...]) -> Markup | None:
    """How many leads of the main pipeline the hours would carry, and where they go."""
    words = edition.words
    told = balances[0]
    if told.carried is None or told.bottleneck is None:
        return None
    texts = {
        "leads": strong(words.plural("{n} lead", "{n} leads", round(told.carried))),
        "stage": strong(crm(told.bottleneck)),
    }
    if len(balances) == 1:
        return sentence(words, "All of them would carry {leads}; most of the time goes into {stage}.", **texts)
    return sentence(
        words,
        "With nothing but {pipeline} they would carry {leads}; most of the time there goes into {stage}.",
        pipeline=crm(told.pipeline.name),
        **texts,
    )


def _unknown(edition: Edition, balances: tuple[Balance, ...], together: Hours) -> Markup:
    words = edition.words
    reason = honesty.absence(edition, "capacity_plan")
    if reason:
        return sentence(words, "Whether the hours suffice is not known. {reason}", reason=reason)
    if together.available == 0:
        return sentence(words, "Nobody of the team sells in this month: no seller has hours in it.")
    if together.available is None:
        return sentence(words, "Whether the hours suffice is not known: not every seller has `hours_per_week`.")
    if all(each.plan is None for each in balances):
        whole = edition.numbers.table("plan", pipeline=ALL, owner=ALL, month=balances[0].month)
        if whole and whole[0]["plan_sales"] is not None:
            return sentence(
                words,
                "The plan for {month}, {plan}, is for all pipelines together: give plan.csv a row for each "
                "pipeline, and the leads and hours that it takes are told here.",
                month=words.month(balances[0].month),
                plan=strong(words.plural("{n} sale", "{n} sales", whole[0]["plan_sales"])),
            )
        return sentence(words, "Without a plan nobody knows whether the hours suffice for it.")
    if all(timed(edition.numbers, each.pipeline) for each in balances if each.plan is not None):
        return sentence(words, "So nobody knows whether the hours suffice.")
    return sentence(
        words, "Whether the hours suffice is not known: not every pipeline with a plan tells its minutes."
    )
