"""The pipelines, each with its stages: how deals pass, how long they stand, where they are lost."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from funnelbook.language import NOTHING
from funnelbook.model.pipeline import Pipeline
from funnelbook.model.results import Row
from funnelbook.pages import eventual, findings
from funnelbook.pages.edition import Draft, Edition
from funnelbook.pages.grid import Grid, Head, grid
from funnelbook.pages.honesty import cohort_notes, gap_notes
from funnelbook.pages.numbers import ALL, MONTHS, summed
from funnelbook.pages.page import Page, Task
from funnelbook.pages.parts import Part
from funnelbook.pages.stage_names import stage_names
from funnelbook.pages.text import crm, plain, sentence, span


def pages(edition: Edition) -> Iterator[Task]:
    """The list of pipelines, a page for each, and one for each of their stages."""
    yield partial(index, edition)
    for pipeline in edition.numbers.pipelines:
        yield partial(page, edition, pipeline)
        for position in range(1, pipeline.k + 1):
            yield partial(stage_page, edition, pipeline, position)


def index(edition: Edition) -> Page:
    words = edition.words
    draft = edition.draft("pipelines/index.html")
    heads = (
        Head(words("Pipeline"), number=False),
        Head(words("Stages"), "stage"),
        Head(words("New deals"), "created"),
        Head(words("Won"), "won"),
        Head(words("Won of created"), "from-first"),
    )
    rows, targets = [], []
    for pipeline in edition.numbers.pipelines:
        cohort = edition.numbers.rows("funnel", pipeline.name, cohort=ALL)
        reached, won = (cohort[0]["reached"], cohort[-1]["reached"]) if cohort else (0, 0)
        rows.append(
            [
                crm(pipeline.name),
                words.number(pipeline.k),
                words.number(reached),
                words.number(won),
                _of(edition, won, reached),
            ]
        )
        targets.append(draft.link(edition.pipeline_address(pipeline)))
    return draft.page(
        "pipelines.html",
        words("Pipelines"),
        words("Every pipeline with its stages: conversion, time and losses."),
        table=grid(words("All deals since the data begin"), heads, rows, targets),
        parts=[part for part in (stage_names(draft),) if part.filled],
    )


def _of(edition: Edition, part: int, whole: int) -> str:
    words = edition.words
    if not whole:
        return NOTHING
    if whole < edition.book.project.metrics.min_n:
        return words("{n} of {all}", n=words.number(part), all=words.number(whole))
    return words.share(part / whole)


def page(edition: Edition, pipeline: Pipeline) -> Page:
    words, numbers = edition.words, edition.numbers
    draft = edition.draft(edition.pipeline_address(pipeline))
    cohort = numbers.rows("funnel", pipeline.name, cohort=ALL)
    parts = [
        Part(
            "funnel",
            words("The funnel"),
            (draft.figure("funnel", cohort, findings.funnel(words, cohort)),) if cohort else (),
            (_stage_grid(edition, draft, pipeline, cohort),),
            tuple(cohort_notes(edition, pipeline, ALL)),
            ("funnel",),
        ),
        _cohorts(draft, pipeline),
        times(draft, pipeline, cohort),
        _age(draft, pipeline),
        eventual.section(draft, pipeline),
    ]
    return draft.page(
        "pipeline.html",
        plain(pipeline.name),
        words(
            "The pipeline {name}: conversion by stage and by month of creation, time in each stage.",
            name=plain(pipeline.name),
        ),
        heading=crm(pipeline.name),
        parts=[part for part in parts if part.filled],
        months=[
            (edition.month_address(row["month"], pipeline), words.month(row["month"]).capitalize())
            for row in reversed(numbers.series(pipeline.name, count=MONTHS))
        ],
    )


def _stage_grid(edition: Edition, draft: Draft, pipeline: Pipeline, cohort: tuple[Row, ...]) -> Grid:
    """Each stage with its target action, conversion, interval, bounds and time; the winning last."""
    words = edition.words
    heads = (
        Head(words("Stage"), "stage", number=False),
        Head(words("Target action"), "target-action", number=False),
        Head(words("Reached"), "reached"),
        Head(words("Conversion"), "conversion"),
        Head(words("95% interval"), "interval"),
        Head(words("Bounds"), "bounds"),
        Head(words("Median time"), "time-in-stage"),
    )
    rows, targets = [], []
    for row in cohort[:-1]:
        stage = pipeline.stages[row["position"] - 1]
        shares = [_share(edition, row), _interval(edition, row), _bounds(edition, row)]
        action = crm(stage.target_action) if stage.target_action else "—"
        rows.append(
            [crm(row["stage"]), action, words.number(row["reached"]), *shares, words.days(row["median_days"])]
        )
        targets.append(draft.link(edition.stage_address(pipeline, row["position"])))
    return grid(words("Stages of the pipeline"), heads, rows, targets)


def _share(edition: Edition, row: Row) -> str:
    return _of(edition, row["advanced"], row["reached"])


def _interval(edition: Edition, row: Row) -> str:
    words = edition.words
    if row["reached"] < edition.book.project.metrics.min_n:
        return "—"
    return span(words.share(row["conversion_low"]), words.share(row["conversion_high"]))


def _bounds(edition: Edition, row: Row) -> str:
    """Only where a lost deal's furthest stage is not known."""
    if not row["unknown_lost"] or row["bound_low"] is None or row["bound_high"] is None:
        return "—"
    return span(edition.words.share(row["bound_low"]), edition.words.share(row["bound_high"]))


def _cohorts(draft: Draft, pipeline: Pipeline) -> Part:
    words, numbers = draft.edition.words, draft.edition.numbers
    rows = tuple(row for row in numbers.rows("funnel", pipeline.name) if row["cohort"] != ALL)
    finding = sentence(
        words, "Each row is the deals created in one month. The newest rows are not over yet: they will still grow."
    )
    return Part(
        "cohorts", words("By month of creation"), (draft.figure("cohorts", rows, finding),), tables=("funnel",)
    )


def times(draft: Draft, pipeline: Pipeline, cohort: tuple[Row, ...]) -> Part:
    words = draft.edition.words
    timed = [row for row in cohort[:-1] if row["timed"]]
    title = words("Time in each stage")
    if not timed:
        return Part("times", title)
    sure = [row for row in timed if row["timed"] >= draft.edition.book.project.metrics.min_n]
    finding = sentence(words, "Too few deals have left a stage to tell where they stand longest.")
    if sure:
        slowest = max(sure, key=lambda row: (row["median_days"], row["position"]))
        finding = sentence(
            words,
            "Deals stand longest at {stage}: half of them for {days} or more.",
            stage=crm(slowest["stage"]),
            days=words.days(slowest["median_days"]),
        )
    notes = tuple(gap_notes(draft.edition, pipeline))
    return Part("times", title, (draft.figure("stage_times", cohort, finding),), notes=notes, tables=("funnel",))


def _age(draft: Draft, pipeline: Pipeline) -> Part:
    words, numbers = draft.edition.words, draft.edition.numbers
    rows = numbers.rows("by_age", pipeline.name)
    finding = sentence(
        words, "How many of a month's deals are won by a certain age. Only months old enough are shown."
    )
    return Part(
        "age",
        words("How soon deals are won"),
        (draft.figure("by_age", rows, finding),) if rows else (),
        tables=("by_age",),
    )


def stage_page(edition: Edition, pipeline: Pipeline, position: int) -> Page:
    words, numbers = edition.words, edition.numbers
    stage = pipeline.stages[position - 1]
    draft = edition.draft(edition.stage_address(pipeline, position))
    rows = tuple(row for row in numbers.rows("funnel", pipeline.name) if row["position"] == position)
    cohort = next((row for row in rows if row["cohort"] == ALL), None)
    parts = [
        _conversion(draft, rows, cohort),
        entries(draft, pipeline, stage.name),
        lost_here(draft, pipeline, stage.name),
    ]
    return draft.page(
        "stage.html",
        plain(stage.name),
        words(
            "The stage {name}: its target action, conversion, time, losses and playbooks.", name=plain(stage.name)
        ),
        heading=crm(stage.name),
        pipeline=crm(pipeline.name),
        pipeline_address=edition.pipeline_address(pipeline),
        position=words("Stage {n} of {all}", n=position, all=pipeline.k),
        action=crm(stage.target_action) if stage.target_action else "",
        facts=_facts(edition, cohort) if cohort else (),
        parts=[part for part in parts if part.filled],
        notes=(*cohort_notes(edition, pipeline, ALL), *gap_notes(edition, pipeline)),
        playbooks=[(f"playbooks/{each.slug}.html", each.title) for each in edition.about(stage=stage.name)],
        before=_stage_link(edition, pipeline, position - 1),
        after=_stage_link(edition, pipeline, position + 1),
    )


def _stage_link(edition: Edition, pipeline: Pipeline, position: int) -> tuple[str, object] | None:
    if not 1 <= position <= pipeline.k:
        return None
    return edition.stage_address(pipeline, position), crm(pipeline.stages[position - 1].name)


def _facts(edition: Edition, row: Row) -> tuple[tuple[str, str, str], ...]:
    """(glossary entry, label, value) of the stage over all deals."""
    words = edition.words
    found = [
        ("reached", words("Reached"), words.number(row["reached"])),
        ("conversion", words("Conversion"), _share(edition, row)),
        ("interval", words("95% interval"), _interval(edition, row)),
        ("lost", words("Lost here"), words.number(row["lost"])),
        ("open", words("Open here"), words.number(row["open"])),
        ("skipped", words("Skipped it"), words.number(row["skipped"])),
    ]
    if row["unknown_lost"]:
        found.append(("bounds", words("Bounds"), _bounds(edition, row)))
    if row["timed"]:
        found.append(("time-in-stage", words("Median time"), words.days(row["median_days"])))
        found.append(("time-in-stage", words("Nine of ten within"), words.days(row["p90_days"])))
    return tuple(found)


def _conversion(draft: Draft, rows: tuple[Row, ...], cohort: Row | None) -> Part:
    words = draft.edition.words
    months = tuple(row for row in rows if row["cohort"] != ALL)
    title = words("Conversion by month of creation")
    if cohort is None or not months:
        return Part("conversion", title)
    if not cohort["reached"]:
        return Part("conversion", title, reason=words("No deal has come to this stage."))
    texts = {"n": words.number(cohort["advanced"]), "all": words.number(cohort["reached"])}
    finding = sentence(
        words, "{n} of {all} deals went on from here; hollow points are months that are not over.", **texts
    )
    return Part("conversion", title, (draft.figure("conversion", months, finding),), tables=("funnel",))


def entries(draft: Draft, pipeline: Pipeline, stage: str) -> Part:
    words = draft.edition.words
    rows = draft.edition.numbers.rows("entries", pipeline.name, stage=stage)[-MONTHS:]
    title = words("Entries and exits")
    if not any(row["entered"] or row["at_end"] for row in rows):
        return Part("entries", title)
    last = rows[-1]
    finding = sentence(
        words,
        "{month}: {entered} entered, {on} went on, {lost} were lost, {open} stood here at the end.",
        month=words.month(last["month"]).capitalize(),
        entered=words.number(last["entered"]),
        on=words.number(last["left_forward"]),
        lost=words.number(last["left_lost"]),
        open=words.number(last["at_end"]),
    )
    return Part("entries", title, (draft.figure("entries", rows, finding),), tables=("entries",))


def lost_here(draft: Draft, pipeline: Pipeline, stage: str) -> Part:
    words = draft.edition.words
    rows = draft.edition.numbers.rows("losses", pipeline.name, stage=stage)
    title = words("Why deals are lost here")
    if not rows:
        return Part("losses", title)
    return Part(
        "losses",
        title,
        (draft.figure("losses", rows, findings.causes(words, summed(rows, "cause"))),),
        tables=("losses",),
    )
