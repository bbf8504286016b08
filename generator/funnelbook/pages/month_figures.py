"""The sections of a month's page, each with its pictures and tables."""

from __future__ import annotations

from collections.abc import Iterator

from markupsafe import Markup

from funnelbook.model.pipeline import Pipeline
from funnelbook.pages import findings, funnel_tasks, plan
from funnelbook.pages.decided import Decided, decided
from funnelbook.pages.edition import Draft, Figure
from funnelbook.pages.grid import Head, grid
from funnelbook.pages.honesty import assumed_ways, cohort_notes
from funnelbook.pages.numbers import MONTHS, later, summed
from funnelbook.pages.parts import Part
from funnelbook.pages.sections import drafted
from funnelbook.pages.text import UNNAMED, crm
from funnelbook.pages.tiles import points, verdict


def parts(draft: Draft, pipeline: Pipeline, month: str) -> Iterator[Part]:
    """All sections, in the order of reading; those without data come out empty.

    The main pipeline's month has them all; the others' stop where the reader has learnt what happened and why.
    """
    for make in (flow, rates, plan.of_month, stages, losses):
        yield drafted(draft, make, pipeline, month)
    if pipeline != draft.edition.numbers.pipelines[0]:
        return
    for make in (funnel, cost, funnel_tasks.tasks, response):
        yield drafted(draft, make, pipeline, month)


def flow(draft: Draft, pipeline: Pipeline, month: str) -> Part:
    """open at start + created − won − lost = open at end."""
    words, numbers = draft.edition.words, draft.edition.numbers
    row = numbers.month(pipeline.name, month)
    if row is None or not numbers.rows("entries", pipeline.name, month=month):
        return Part("flow", words("Flow of the month"))
    start = numbers.open_at_end(pipeline.name, later(month, -1))
    end = numbers.open_at_end(pipeline.name, month)
    steps = {
        "open_start": start,
        "created": row["created"],
        "won": row["won"],
        "lost": row["lost"],
        "open_end": end,
    }
    rows = tuple({"step": step, "deals": deals} for step, deals in steps.items())
    figure = draft.figure("flow", rows, findings.flow(words, start, end))
    return Part("flow", words("Flow of the month"), (figure,), tables=("monthly", "entries"))


def rates(draft: Draft, pipeline: Pipeline, month: str) -> Part:
    """Month by month; nothing with a single month, which the key figures already tell.

    A month that is not over is drawn, and has no part in what the findings say of the months.
    """
    words, numbers = draft.edition.words, draft.edition.numbers
    rows = numbers.series(pipeline.name, month, MONTHS)
    partial = "" if numbers.complete(month) else month
    whole = rows[:-1] if partial else rows
    min_n = draft.edition.book.project.metrics.min_n
    told = any(row["revenue"] for row in numbers.series(pipeline.name, numbers.months[-1]))
    title = words("Win rate and revenue") if told else words("Win rate")
    if len(rows) < 2:
        return Part("win-rate", title)
    pictures = [draft.figure("win_rate", rows, findings.win_rate(words, whole, min_n), partial=partial)]
    if any(row["revenue"] for row in rows):
        finding = findings.revenue_so_far(words, rows[-1]) if partial else findings.revenue(words, rows)
        pictures.append(draft.figure("revenue", rows, finding, partial=partial))
    return Part("win-rate", title, tuple(pictures), tables=("monthly",))


def stages(draft: Draft, pipeline: Pipeline, month: str) -> Part:
    """Entered, went on, lost, still there; and whether the decided share differs from the twelve months before."""
    words, numbers = draft.edition.words, draft.edition.numbers
    rows = numbers.rows("entries", pipeline.name, month=month)
    title = words("Stage by stage")
    if not rows:
        return Part("stages", title)
    min_n = draft.edition.book.project.metrics.min_n
    made = [_stage_row(draft, each) for each in decided(numbers, pipeline.name, month, min_n)]
    heads = (
        Head(words("Stage"), "stage", number=False),
        Head(words("Entered"), "entered"),
        Head(words("Went on"), "entered"),
        Head(words("Lost"), "lost"),
        Head(words("Open at the end"), "open"),
        Head(words("Went on, of those that left"), "decided"),
        Head(words("Against the year before"), "noise"),
    )
    targets = [draft.link(draft.edition.stage_address(pipeline, number)) for number in range(1, len(rows) + 1)]
    table = grid(words("What each stage did in the month"), heads, made, targets)
    return Part(
        "stages",
        title,
        (_against_year(draft, pipeline, month),),
        (table,),
        tuple(assumed_ways(draft.edition, pipeline)),
        ("entries", "leaks"),
    )


def _against_year(draft: Draft, pipeline: Pipeline, month: str) -> Figure | None:
    """Each stage's decided share beside that of the year before, once there is one."""
    rows = draft.edition.numbers.rows("leaks", pipeline.name, month=month)
    known = tuple(row for row in rows if row["difference"] is not None)
    finding = findings.leaks(draft.edition.words, known) if known else ""
    return draft.figure("leaks", known, finding)


def _stage_row(draft: Draft, stage: Decided) -> list[str | Markup]:
    words, row = draft.edition.words, stage.row
    counts = [words.number(row[key]) for key in ("entered", "left_forward", "left_lost", "at_end")]
    if stage.change is None:
        against = words("too few to compare")
    else:
        against = f"{points(words, stage.change.value)}, {verdict(words, stage.change.noise)}"
    return [crm(row["stage"]), *counts, _decided(draft, stage), against]


def _decided(draft: Draft, stage: Decided) -> str:
    words = draft.edition.words
    if not stage.cases:
        return "—"
    if stage.cases < draft.edition.book.project.metrics.min_n:
        return words("{n} of {all}", n=words.number(stage.on), all=words.number(stage.cases))
    return words.share(stage.on / stage.cases)


def losses(draft: Draft, pipeline: Pipeline, month: str) -> Part:
    """Causes are drawn, and parties told, only where somebody recorded a reason."""
    words, numbers = draft.edition.words, draft.edition.numbers
    rows, row = numbers.rows("losses", pipeline.name, month=month), numbers.month(pipeline.name, month)
    title = words("What was lost, and why")
    if not rows or row is None:
        return Part("losses", title)
    causes, places = summed(rows, "cause"), summed(rows, "stage")
    order = tuple(stage.name for stage in pipeline.stages)
    told = set(causes) != {"none"}
    pictures = (
        draft.figure("losses", rows, findings.causes(words, causes)) if told else None,
        draft.figure("losses_by_stage", rows, findings.stages(words, places), stages=order)
        if told or set(places) != {UNNAMED}
        else None,
    )
    return Part(
        "losses", title, pictures, notes=(findings.parties(words, row),) if told else (), tables=("losses",)
    )


def funnel(draft: Draft, pipeline: Pipeline, month: str) -> Part:
    """The way of the deals created in the month, as far as it is known today."""
    words, numbers = draft.edition.words, draft.edition.numbers
    rows = numbers.rows("funnel", pipeline.name, cohort=month)
    title = words("The month's new deals, as far as they have come")
    if not rows:
        return Part("funnel", title)
    picture = draft.figure("funnel", rows, findings.funnel(words, rows))
    return Part(
        "funnel", title, (picture,), notes=tuple(cohort_notes(draft.edition, pipeline, month)), tables=("funnel",)
    )


def cost(draft: Draft, pipeline: Pipeline, month: str) -> Part:
    words, numbers = draft.edition.words, draft.edition.numbers
    rows = numbers.series(pipeline.name, month, MONTHS)
    title = words("Cost of sale")
    if len(rows) < 2 or not any(row["cost"] for row in rows):
        return Part("cost", title)
    partial = "" if numbers.complete(month) else month
    figure = draft.figure("cost_of_sale", rows, findings.cost_of_sale(words, rows), partial=partial)
    return Part("cost", title, (figure,), tables=("monthly",))


def response(draft: Draft, pipeline: Pipeline, month: str) -> Part:
    words, numbers = draft.edition.words, draft.edition.numbers
    rows = numbers.series(pipeline.name, month, MONTHS)
    title = words("First response")
    if len(rows) < 2 or not any(row["response_median_minutes"] is not None for row in rows):
        return Part("response", title)
    target = draft.edition.book.project.metrics.answer_target_minutes
    partial = "" if numbers.complete(month) else month
    finding = findings.response(words, rows[-1], target, draft.edition.book.project.metrics.min_n)
    figure = draft.figure("response", rows, finding, partial=partial, target_minutes=target)
    return Part("response", title, (figure,), tables=("monthly",))
