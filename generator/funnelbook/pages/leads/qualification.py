"""How many leads are qualified, how soon, and whether the questions tell buyers from others."""

from __future__ import annotations

from collections.abc import Iterator

from markupsafe import Markup

from funnelbook.model.differences import Interval
from funnelbook.model.pipeline import Pipeline
from funnelbook.model.results import Row
from funnelbook.pages import answers
from funnelbook.pages.edition import Draft, Edition
from funnelbook.pages.grid import Grid, Head, grid
from funnelbook.pages.honesty import absence, gap_notes, way_notes
from funnelbook.pages.labels import ABSENCES, label
from funnelbook.pages.leads.complete import told_months
from funnelbook.pages.leads.written import change, part_of, with_interval
from funnelbook.pages.numbers import ALL, MONTHS
from funnelbook.pages.parts import Part
from funnelbook.pages.text import crm, sentence


def part(draft: Draft, pipeline: Pipeline) -> Part:
    edition = draft.edition
    words, numbers = edition.words, edition.numbers
    ident, title = answers.anchor(draft, "qualification", pipeline), words("Qualifying leads")
    rows = numbers.rows("qualification", pipeline.name)
    whole = next((row for row in rows if row["cohort"] == ALL), None)
    if whole is None:
        reason = absence(edition, "qualification") or label(words, ABSENCES, "no-qualifying-stage")
        return Part(ident, title, reason=reason)
    months = tuple(row for row in rows if row["cohort"] != ALL)[-MONTHS:]
    last = months[-1]["cohort"]
    first = pipeline.qualifying_position == 1
    figure = draft.figure(
        "qualified",
        () if first else told_months(edition, months, "leads", "cohort"),
        _finding(edition, whole),
        ident=ident,
        partial="" if numbers.complete(last) else last,
    )
    return Part(
        ident,
        title,
        (figure,),
        (_grid(edition, whole),),
        notes=tuple(_notes(edition, pipeline, whole)),
        tables=("qualification",),
    )


def _finding(edition: Edition, whole: Row) -> Markup:
    words = edition.words
    share = part_of(edition, whole["qualified"], whole["leads"])
    if whole["median_days"] is None:
        return sentence(words, "Of all leads {share} were qualified.", share=share)
    return sentence(
        words,
        "Of all leads {share} were qualified, half of them within {days}.",
        share=share,
        days=words.days(whole["median_days"]),
    )


def _grid(edition: Edition, whole: Row) -> Grid:
    """Win rates of the closed: all, the qualified, and the fair comparison."""
    words = edition.words
    heads = (
        Head(words("Closed deals"), number=False),
        Head(words("Closed"), "qualifying-power"),
        Head(words("Won"), "won"),
        Head(words("Win rate"), "win-rate"),
    )
    sides = (
        (words("All"), whole["won"], whole["closed"]),
        (words("Qualified"), whole["won"], whole["qualified_closed"]),
        (words("Beyond the stage, stood at it"), whole["stood_won"], whole["stood_closed"]),
        (words("Beyond the stage, skipped it"), whole["skipped_won"], whole["skipped_closed"]),
    )
    made = [
        [name, words.number(closed), words.number(won), with_interval(edition, won, closed)]
        for name, won, closed in sides
    ]
    return grid(words("Do the questions tell who buys?"), heads, made)


def _notes(edition: Edition, pipeline: Pipeline, whole: Row) -> Iterator[Markup]:
    words, position = edition.words, pipeline.qualifying_position
    assert position is not None, "a pipeline with rows has a qualifying stage"
    if position == 1:
        yield sentence(
            words,
            "The first stage qualifies, so every lead is qualified and the share says nothing: mark the stage "
            "where the questions have been answered with `qualifies = true`.",
        )
        return
    yield sentence(
        words,
        "Qualified: came to the stage {stage} or beyond it. Young months have leads that may still be qualified.",
        stage=crm(pipeline.stages[position - 1].name),
    )
    yield sentence(
        words,
        "A sale stands beyond every stage, so no lead that was not qualified can have been won: that the qualified "
        "buy more often than all leads proves nothing. Fair is to compare, among closed deals that went beyond the "
        "stage, those that stood at it with those that skipped it.",
    )
    yield _power(edition, whole)
    if not whole["stood_closed"] + whole["skipped_closed"]:
        yield from way_notes(edition, pipeline)
    yield from gap_notes(edition, pipeline)


def _power(edition: Edition, whole: Row) -> Markup:
    words, min_n = edition.words, edition.book.project.metrics.min_n
    skipped, stood = whole["skipped_closed"], whole["stood_closed"]
    if whole["power"] is None or min(skipped, stood) < min_n:
        return sentence(
            words,
            "Only {n} closed deals went beyond the stage and skipped it: too few to tell what the questions "
            "are worth.",
            n=words.number(skipped),
        )
    found = Interval(whole["power"], whole["power_low"], whole["power_high"])
    return sentence(
        words,
        "Asked against not asked ({n} deals skipped the questions): {change}. It is a comparison and no proof: "
        "sellers choose whom to ask.",
        change=change(edition, found),
        n=words.number(skipped),
    )
