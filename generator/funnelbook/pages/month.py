"""A month: the page that managers read. The main pipeline's month, and each other pipeline's beside it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from markupsafe import Markup

from funnelbook.model.pipeline import Pipeline
from funnelbook.pages import leaks, month_figures, restated, sections, story
from funnelbook.pages.edition import Draft, Edition
from funnelbook.pages.grid import Grid, Head, grid
from funnelbook.pages.numbers import later
from funnelbook.pages.page import Page, Task
from funnelbook.pages.parts import Part
from funnelbook.pages.text import crm, span
from funnelbook.pages.tiles import share_or_count, tiles


def pages(edition: Edition) -> Iterator[Task]:
    """A page for every month and pipeline."""
    for month in edition.numbers.months:
        for pipeline in edition.numbers.pipelines:
            if pipeline == edition.numbers.pipelines[0] or edition.numbers.month(pipeline.name, month):
                yield partial(page, edition, pipeline, month)


def page(edition: Edition, pipeline: Pipeline, month: str) -> Page:
    """One pipeline's month. The main pipeline's page also says what all pipelines did together."""
    words = edition.words
    draft = edition.draft(edition.month_address(month, pipeline))
    main = pipeline == edition.numbers.pipelines[0]
    several = len(edition.numbers.pipelines) > 1
    sentences = edition.piece(sentences_of, pipeline, month, together=main)
    name = words.month(month).capitalize()
    title = name if main else words("{month}: {pipeline}", month=name, pipeline=crm(pipeline.name).striptags())
    return draft.page(
        "month.html",
        title,
        " ".join(str(each.striptags()) for each in sentences),
        month=month,
        sentences=sentences,
        unfinished=unfinished(edition, month),
        restated=restated.line(edition, pipelines_of(edition, pipeline), month),
        leaks=leaks.largest(draft, pipelines_of(edition, pipeline), month),
        leaked=leaks.summary(edition, pipelines_of(edition, pipeline), month),
        name=name,
        pipeline=crm(pipeline.name) if several else "",
        together=main and several,
        comparison=by_pipeline(edition, month, draft) if main and several else None,
        tiles=edition.piece(tiles, pipeline.name, month),
        parts=[part for part in parts(draft, pipeline, month) if part.filled],
        section=partial(sections.written, draft),
        earlier=_neighbour(edition, pipeline, later(month, -1)),
        later=_neighbour(edition, pipeline, later(month, 1)),
        month_name=words.month,
        pipeline_address=edition.pipeline_address(pipeline),
    )


def parts(draft: Draft, pipeline: Pipeline, month: str) -> Iterator[Part]:
    """The month's sections, and last what was published otherwise."""
    yield from month_figures.parts(draft, pipeline, month)
    yield sections.drafted(draft, restated.part, pipelines_of(draft.edition, pipeline), month)


def pipelines_of(edition: Edition, pipeline: Pipeline) -> tuple[Pipeline, ...]:
    """What a pipeline's month tells of: the main one speaks for all together."""
    pipelines = edition.numbers.pipelines
    return pipelines if pipeline == pipelines[0] else (pipeline,)


def sentences_of(edition: Edition, pipeline: Pipeline, month: str, *, together: bool) -> tuple[Markup, ...]:
    """The three sentences; the first over all pipelines together when asked."""
    pipelines = edition.numbers.pipelines if together else (pipeline,)
    return (
        story.happened(edition, pipelines, month),
        story.moved(edition, pipeline, month),
        story.why(edition, pipeline, month),
    )


def unfinished(edition: Edition, month: str) -> Markup | None:
    numbers = edition.numbers
    if numbers.complete(month):
        return None
    return story.unfinished(edition.words, numbers.days(month), numbers.all_days(month))


def _neighbour(edition: Edition, pipeline: Pipeline, month: str) -> tuple[str, str] | None:
    """The same pipeline's page of another month, and what the month is called."""
    if edition.numbers.month(pipeline.name, month) is None:
        return None
    return edition.month_address(month, pipeline), edition.words.month(month).capitalize()


def by_pipeline(edition: Edition, month: str, draft: Draft) -> Grid:
    """The pipelines side by side; each leads to its own month."""
    words = edition.words
    heads = [
        Head(words("Pipeline"), number=False),
        Head(words("New deals"), "created"),
        Head(words("Won"), "won"),
        Head(words("Lost"), "lost"),
        Head(words("Win rate"), "win-rate"),
        Head(words("95% interval"), "interval"),
    ]
    told = edition.numbers.money_told()
    if told:
        heads.append(Head(words("Revenue"), "revenue"))
    rows, targets = [], []
    for pipeline in edition.numbers.pipelines:
        row = edition.numbers.month(pipeline.name, month)
        if row is None:
            continue
        rated = row["won"] + row["lost"] >= edition.book.project.metrics.min_n
        between = span(words.share(row["win_rate_low"]), words.share(row["win_rate_high"])) if rated else "—"
        counts = [words.number(row[column]) for column in ("created", "won", "lost")]
        rows.append(
            [
                crm(pipeline.name),
                *counts,
                share_or_count(edition, row),
                between,
                *([words.money(row["revenue"])] if told else []),
            ]
        )
        own = edition.month_address(month, pipeline)
        targets.append("" if own == draft.address else draft.link(own))
    return grid(words("The pipelines side by side"), heads, rows, targets)
