"""Leads needed, come and carried month by month; and the stage that most of the hours go into."""

from __future__ import annotations

from collections.abc import Iterator

from markupsafe import Markup

from funnelbook.language import Words
from funnelbook.model.results import Row
from funnelbook.pages import answers, honesty
from funnelbook.pages.capacity.balance import Balance, stages, timed
from funnelbook.pages.edition import Draft, Edition
from funnelbook.pages.labels import ABSENCES, label
from funnelbook.pages.numbers import MONTHS, later
from funnelbook.pages.parts import Part
from funnelbook.pages.text import crm, filled, joined, sentence


def needs(draft: Draft, told: Balance) -> Part:
    edition, words = draft.edition, draft.edition.words
    ident = answers.anchor(draft, "needs", told.pipeline)
    title = words("Leads needed, come and carried")
    rows = _months(edition, told)
    if not any(row["leads_needed"] is not None or row["leads_capacity"] is not None for row in rows):
        return Part(ident, title, reason=honesty.absence(edition, "capacity_plan") or _nothing(edition, told))
    newest = edition.numbers.months[-1]
    partial = "" if edition.numbers.complete(newest) else newest
    figure = draft.figure("needs", rows, _finding(words, rows, partial), ident=ident, partial=partial)
    return Part(
        ident,
        title,
        (figure,),
        notes=tuple(_notes(edition, told)),
        tables=("capacity_plan", "monthly"),
    )


def _months(edition: Edition, told: Balance) -> tuple[Row, ...]:
    """The thirteen months up to the newest, and those of the plan after it, as far as three months on."""
    numbers = edition.numbers
    newest = numbers.months[-1]
    planned = {row["month"]: row for row in numbers.rows("capacity_plan", told.pipeline.name)}
    come = {row["month"]: row["created"] for row in numbers.series(told.pipeline.name)}
    months = [
        month
        for month in sorted({*planned, *come})
        if later(newest, 1 - MONTHS) <= month <= max(later(newest, 3), told.month)
    ]
    nothing: Row = {"leads_needed": None, "leads_capacity": None}
    return tuple(
        {
            "month": month,
            "created": come.get(month),
            **{key: planned.get(month, nothing)[key] for key in nothing},
        }
        for month in months
    )


def _finding(words: Words, rows: tuple[Row, ...], partial: str) -> Markup:
    whole = [row for row in rows if row["created"] is not None and row["month"] != partial]
    planned = [row for row in whole if row["leads_needed"] is not None]
    if planned:
        enough = sum(row["created"] >= row["leads_needed"] for row in planned)
        return sentence(
            words,
            "As many leads as the plan needed came in {n} of {all} whole months.",
            n=words.number(enough),
            all=words.number(len(planned)),
        )
    return _single(words, rows)


def _single(words: Words, rows: tuple[Row, ...]) -> Markup:
    """Of the newest month with a plan, or else with hours, where no whole month has a plan."""
    last = {key: row for key in ("leads_needed", "leads_capacity") for row in rows if row[key] is not None}
    if needed := last.get("leads_needed"):
        return sentence(
            words,
            "{month}: the plan needs {leads}; no month that is over had a plan.",
            month=words.month(needed["month"]).capitalize(),
            leads=words.plural("{n} lead", "{n} leads", round(needed["leads_needed"])),
        )
    carried = last["leads_capacity"]
    return sentence(
        words,
        "{month}: the hours carry {carried}; there is no plan to set them against.",
        month=words.month(carried["month"]).capitalize(),
        carried=words.plural("{n} lead", "{n} leads", round(carried["leads_capacity"])),
    )


def _notes(edition: Edition, told: Balance) -> Iterator[Markup]:
    words, several = edition.words, len(edition.numbers.pipelines) > 1
    main = told.pipeline == edition.numbers.pipelines[0]
    if main and told.plan is not None:
        yield filled(
            words.plural(
                "Needed = plan ÷ the chance of a lead to buy, the same for all months: that of the {n} lead closed "
                "in the last twelve months.",
                "Needed = plan ÷ the chance of a lead to buy, the same for all months: that of the {n} leads "
                "closed in the last twelve months.",
                told.cases,
            )
        )
    if main:
        yield sentence(
            words, "Carried = all hours of the sellers in the month ÷ the hours that a lead takes on average."
        )
    if main and several:
        yield sentence(
            words,
            "Each pipeline is set against all hours, as if the sellers worked for nothing else: the answer above "
            "adds the pipelines up.",
        )
    if not timed(edition.numbers, told.pipeline):
        yield filled("{reason}", reason=label(words, ABSENCES, "no-minutes"))
    yield from honesty.way_notes(edition, told.pipeline)


def _nothing(edition: Edition, told: Balance) -> Markup | str:
    """Why a table that was made says nothing of the pipeline."""
    words = edition.words
    if told.cases == 0:
        return words("No lead was closed in the last twelve months, so nobody knows how many end in a sale.")
    if told.plan is None:
        return label(words, ABSENCES, "no-plan")
    if timed(edition.numbers, told.pipeline):
        return words("No lead bought in the last twelve months, so nobody knows how many of them a sale takes.")
    return label(words, ABSENCES, "no-minutes")


def bottleneck(draft: Draft, told: Balance) -> Part:
    edition, words = draft.edition, draft.edition.words
    ident = answers.anchor(draft, "bottleneck", told.pipeline)
    title = words("Where the hours of a lead go")
    rows = stages(edition.numbers, told.pipeline)
    known = [row for row in rows if row["hours_per_lead"]]
    if not known:
        reason = (
            words("Too few leads were closed: how they go on is not known at every stage.")
            if timed(edition.numbers, told.pipeline)
            else label(words, ABSENCES, "no-minutes")
        )
        return Part(ident, title, reason=reason if rows else "")
    total = sum(row["hours_per_lead"] for row in known)
    worst = max(known, key=lambda row: (row["hours_per_lead"], -row["position"]))
    finding = sentence(
        words,
        "{stage} takes {n} of the {total} hours that a lead costs on average: the bottleneck.",
        stage=crm(worst["stage"]),
        n=words.number(worst["hours_per_lead"], 1),
        total=words.number(total, 1),
    )
    return Part(
        ident,
        title,
        (draft.figure("work", rows, finding, ident=ident),),
        notes=tuple(_time_notes(edition, rows)),
        tables=("work",),
    )


def _time_notes(edition: Edition, rows: tuple[Row, ...]) -> Iterator[Markup]:
    words = edition.words
    yield sentence(
        words,
        "Hours = the minutes declared for a stage × the share of leads that come to it. What a lead takes beyond "
        "them is not counted: second calls, travel, letters.",
    )
    untold = [crm(row["stage"]) for row in rows if row["minutes"] is None]
    if untold:
        yield sentence(
            words,
            "No minutes are declared for {stages}: they count as none.",
            stages=joined(untold, ", "),
        )
