"""The month's largest leaks in money: where deals went on less often than in the year before, and what to open."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from markupsafe import Markup
from msgspec import Struct

from funnelbook.handbook import Card
from funnelbook.language import Words
from funnelbook.model.pipeline import Pipeline
from funnelbook.model.results import Row
from funnelbook.pages.decided import Decided, decided
from funnelbook.pages.edition import Draft, Edition
from funnelbook.pages.text import crm, sentence, strong

#: So many are shown.
LARGEST = 3

#: Kinds of playbooks that answer a cause of losses, the nearest first.
_AGAINST = ("pricing", "objection", "fears", "refusal")


class Leak(Struct, frozen=True):
    """One stage's leak, in words. `value` is its money, or its deals where no sale has a price.

    `noise`: the interval of the difference holds no difference at all. `playbooks`: address and title.
    """

    value: str
    stage: Markup
    address: str
    pipeline: Markup | str
    what: Markup
    verdict: str
    noise: bool
    playbooks: tuple[tuple[str, str], ...]


class _Found(Struct, frozen=True):
    """`deals`: how many more would have gone on at the year's share; `money`: what they were worth, when known."""

    pipeline: Pipeline
    position: int
    stage: Decided
    row: Row
    deals: float
    money: float | None


def largest(draft: Draft, pipelines: Sequence[Pipeline], month: str) -> tuple[Leak, ...]:
    """The three largest of a month over some pipelines, in money (in deals when no sale has a price).

    A stage where fewer than `min_n` deals were decided, in the month or in the year before, is not ranked.
    """
    found = ranked(draft.edition, pipelines, month)[:LARGEST]
    return tuple(_leak(draft, each, several=len(pipelines) > 1) for each in found)


def ranked(edition: Edition, pipelines: Sequence[Pipeline], month: str) -> list[_Found]:
    found = [each for pipeline in pipelines for each in _of(edition, pipeline, month)]
    priced = any(each.money for each in found)
    return sorted(
        found, key=lambda each: (-((each.money or 0.0) if priced else each.deals), each.stage.row["stage"])
    )


def _of(edition: Edition, pipeline: Pipeline, month: str) -> Iterator[_Found]:
    numbers, min_n = edition.numbers, edition.book.project.metrics.min_n
    rows = {row["stage"]: row for row in numbers.rows("leaks", pipeline.name, month=month)}
    for position, stage in enumerate(decided(numbers, pipeline.name, month, min_n), 1):
        row = rows.get(stage.row["stage"])
        if row is None or stage.change is None or stage.change.value >= 0:
            continue
        yield _Found(pipeline, position, stage, row, -stage.change.value * stage.cases, row["money"])


def summary(edition: Edition, pipelines: Sequence[Pipeline], month: str) -> Markup:
    """What the largest leaks come to together, and what is chance among them."""
    words = edition.words
    found = ranked(edition, pipelines, month)[:LARGEST]
    if not found:
        return _none(edition, pipelines, month)
    real = sum(not each.row["noise"] for each in found)
    money, deals = sum(each.money or 0.0 for each in found), round(sum(each.deals for each in found), 1)
    total = words.money(money) if money else words.plural("{n} deal", "{n} deals", deals)
    values = {"total": strong(total), "real": words.number(real), "all": words.number(len(found))}
    if not real:
        return sentence(
            words, "Against the year before {total} did not come through; all of it may be noise.", **values
        )
    if real == len(found):
        return sentence(
            words, "Against the year before {total} did not come through, and that is not noise.", **values
        )
    return sentence(
        words,
        "Against the year before {total} did not come through; not noise: {real} of {all} leaks.",
        **values,
    )


def _none(edition: Edition, pipelines: Sequence[Pipeline], month: str) -> Markup:
    compared = any(
        row["difference"] is not None
        for pipeline in pipelines
        for row in edition.numbers.rows("leaks", pipeline.name, month=month)
    )
    if compared:
        return sentence(edition.words, "No stage with enough deals let through less than over the year before.")
    return sentence(edition.words, "There is no year before yet to see a leak against.")


def _leak(draft: Draft, found: _Found, *, several: bool) -> Leak:
    edition = draft.edition
    words, stage = edition.words, found.stage
    name = stage.row["stage"]
    year = found.row["decided_year"]
    what = sentence(
        words,
        "Of {n} deals that left the stage {share} went on, against {year} over the year before: {deals}.",
        share=words.share(stage.on / stage.cases),
        n=words.number(stage.cases),
        year=words.share(year),
        deals=words.plural("{n} deal fewer", "{n} deals fewer", round(found.deals, 1)),
    )
    return Leak(
        _value(words, found),
        crm(name),
        draft.link(edition.stage_address(found.pipeline, found.position)),
        crm(found.pipeline.name) if several else "",
        what,
        words("May be noise.") if found.row["noise"] else words("Not noise."),
        bool(found.row["noise"]),
        tuple((draft.link(f"playbooks/{each.slug}.html"), each.title) for each in _playbooks(edition, found)),
    )


def _value(words: Words, found: _Found) -> str:
    if found.money is None:
        return words.plural("{n} deal fewer", "{n} deals fewer", round(found.deals, 1))
    return words.money(-found.money).replace("-", "−")


def _playbooks(edition: Edition, found: _Found) -> tuple[Card, ...]:
    """The stage's own playbook, and one against the chief cause of the month's losses there, the stage's first."""
    name, month = found.stage.row["stage"], found.stage.row["month"]
    stage = edition.about(stage=name)
    own = [each for each in stage if each.kind == "stage"] or list(stage)
    causes: dict[str, int] = {}
    for row in edition.numbers.rows("losses", found.pipeline.name, month=month, stage=name):
        causes[row["cause"]] = causes.get(row["cause"], 0) + int(row["deals"])
    chief = max(causes, key=lambda cause: (causes[cause], cause), default="")
    against = edition.about(cause=chief) if chief else ()
    near = [each for each in against if each in stage] or list(against)
    return tuple(dict.fromkeys((*own[:1], *sorted(near, key=_rank)[:1])))


def _rank(playbook: Card) -> int:
    """What is said to the buyer goes before what is done otherwise."""
    return _AGAINST.index(playbook.kind) if playbook.kind in _AGAINST else len(_AGAINST)
