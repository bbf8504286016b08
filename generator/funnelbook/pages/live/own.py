"""A playbook's own numbers: what the data say of its stage, cause, mistake or people, each with its page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from markupsafe import Markup
from msgspec import Struct

from funnelbook.handbook import Card
from funnelbook.model.pipeline import Pipeline
from funnelbook.model.results import Row
from funnelbook.pages import answers
from funnelbook.pages.decided import decided
from funnelbook.pages.edition import Draft, Edition
from funnelbook.pages.labels import CAUSES, label
from funnelbook.pages.live.asking import positions
from funnelbook.pages.losses.lost import losses_of, portion
from funnelbook.pages.mistakes.signals import judged
from funnelbook.pages.numbers import ALL, summed
from funnelbook.pages.portions import Of
from funnelbook.pages.sellers import ramp

#: Stages, causes of loss and phases of a beginner's year that are told at most.
_STAGES, _CAUSES = 2, 3


class Fact(Struct, frozen=True):
    """`label` names the number, `address` the page it comes from; `term` its glossary entry, "" for none."""

    label: str | Markup
    value: str | Markup
    address: str
    term: str = ""


def own_numbers(draft: Draft, playbook: Card) -> tuple[Fact, ...]:
    """Nothing where the data say nothing."""
    edition = draft.edition
    if not edition.numbers.pipelines:
        return ()
    if playbook.kind == "stage":
        return tuple(_stages(draft, playbook))
    if playbook.kind == "mistake":
        return tuple(_mistakes(draft, playbook))
    if playbook.kind in {"hiring", "onboarding"}:
        return tuple(_beginners(draft))
    return tuple(_causes(draft, playbook))


def _stages(draft: Draft, playbook: Card) -> Iterator[Fact]:
    numbers = draft.edition.numbers
    places = [
        (pipeline, position)
        for name in playbook.stage
        for pipeline in numbers.pipelines
        for position in positions(pipeline, name)
    ]
    for pipeline, position in places[:_STAGES]:
        yield from _stage(draft, pipeline, position)


def _stage(draft: Draft, pipeline: Pipeline, position: int) -> Iterator[Fact]:
    """Of all deals; of the last whole month, against the year before; and why most are lost here."""
    edition = draft.edition
    words, numbers, min_n = edition.words, edition.numbers, edition.min_n
    stage = pipeline.stages[position - 1].name
    address = draft.link(edition.stage_address(pipeline, position))
    for row in numbers.rows("funnel", pipeline.name, cohort=ALL, stage=stage):
        if row["reached"] and row["position"] == position:
            all_deals = Of(row["advanced"], row["reached"])
            yield Fact(
                words("Went on, of all deals that came"), all_deals.counted(words, min_n), address, "conversion"
            )
    if month := numbers.last_complete:
        for each in decided(numbers, pipeline.name, month, min_n):
            if each.row["stage"] == stage and each.cases:
                now, then = Of(each.on, each.cases), _year(edition, pipeline, stage, month)
                name = words("Went on, of those that left, {month}", month=words.month(month))
                yield Fact(name, _against(edition, now, then), address, "decided")
    lost = [row for row in losses_of(numbers, pipeline).told if row["stage"] == stage]
    if lost:
        counts = summed(lost, "cause")
        chief = max(counts, key=lambda cause: (counts[cause], cause))
        value = f"{label(words, CAUSES, chief)}: {portion(lost, lambda row: row['cause'] == chief).counts(words)}"
        yield Fact(words("Chief cause of loss, twelve months"), value, address, "cause")


def _year(edition: Edition, pipeline: Pipeline, stage: str, month: str) -> Of:
    """The twelve months before a month."""
    rows = [row for row in edition.numbers.rows("entries", pipeline.name, stage=stage) if row["month"] < month]
    on = sum(row["left_forward"] for row in rows[-12:])
    return Of(on, on + sum(row["left_lost"] for row in rows[-12:]))


def _against(edition: Edition, now: Of, then: Of) -> str:
    """A month's share against a longer time's: both, and whether they differ beyond noise."""
    words, min_n = edition.words, edition.min_n
    if not then.whole:
        return now.counted(words, min_n)
    return words(
        "{now}; the year before {then}: {change}",
        now=now.counted(words, min_n),
        then=then.written(words, min_n),
        change=now.change(words, then, min_n),
    )


def _causes(draft: Draft, playbook: Card) -> Iterator[Fact]:
    """Of the main pipeline's losses with a reason: the last whole month against the twelve before it."""
    if not playbook.cause:
        return
    edition = draft.edition
    numbers, words = edition.numbers, edition.words
    pipeline, month = numbers.pipelines[0], numbers.last_complete
    losses = losses_of(numbers, pipeline)
    if not losses.told or month is None:
        return
    address = draft.section("losses.html", answers.anchor(draft, "causes", pipeline))
    rows = [row for row in numbers.rows("losses", pipeline.name) if row["cause"] != "none"]
    newest = [row for row in rows if row["month"] == month]
    before = [row for row in rows if _year_before(row["month"], month)]
    for cause in playbook.cause[:_CAUSES]:
        now, then = _of_cause(newest, cause), _of_cause(before, cause)
        if now.whole or then.whole:
            name = words(
                "{cause}, of losses with a reason, {month}",
                cause=label(words, CAUSES, cause),
                month=words.month(month),
            )
            yield Fact(name, _against(edition, now, then), address, "told-share")


def _of_cause(rows: Sequence[Row], cause: str) -> Of:
    return portion(rows, lambda row: row["cause"] == cause)


def _year_before(month: str, newest: str) -> bool:
    year, number = newest.split("-")
    return f"{int(year) - 1}-{number}" <= month < newest


def _mistakes(draft: Draft, playbook: Card) -> Iterator[Fact]:
    words = draft.edition.words
    for mistake in judged(draft.edition):
        if mistake.slug not in playbook.mistake:
            continue
        address = draft.section("mistakes.html", mistake.anchor)
        yield Fact(words("Verdict"), mistake.badge, address, "signal")
        for told in mistake.signals:
            if told.known:
                yield Fact(told.name, f"{told.figure}; {told.verdict}", address)


def _beginners(draft: Draft) -> Iterator[Fact]:
    """How often people win by the months since they began."""
    edition = draft.edition
    words = edition.words
    for first, last in ramp.PHASES:
        counted = ramp.counted(ramp.rows_of(edition, ALL, (first, last)))
        if not counted.whole:
            continue
        name = (
            words("Won, from month {first}", first=first + 1)
            if last is None
            else words("Won, months {first}–{last}", first=first + 1, last=last + 1)
        )
        yield Fact(name, counted.estimated(words, edition.min_n), draft.section("sellers.html", "ramp"), "ramp")
