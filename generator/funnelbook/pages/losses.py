"""Losses and refusals: why, where and by whom deals end without a sale."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from markupsafe import Markup

from funnelbook.handbook import Playbook
from funnelbook.model.pipeline import Pipeline
from funnelbook.model.results import Row
from funnelbook.pages import findings
from funnelbook.pages.edition import Draft, Edition
from funnelbook.pages.grid import Grid, Head, grid
from funnelbook.pages.labels import CAUSES, PARTIES, label
from funnelbook.pages.month_figures import MONTHS, summed
from funnelbook.pages.numbers import later
from funnelbook.pages.page import Page, Task
from funnelbook.pages.parts import Part
from funnelbook.pages.text import crm, sentence

#: The window of the page, in months up to the newest.
WINDOW = 12

#: Reasons beyond these are summed up in one row.
REASONS = 25


def pages(edition: Edition) -> Iterator[Task]:
    yield partial(page, edition)


def page(edition: Edition) -> Page:
    words, numbers = edition.words, edition.numbers
    draft = edition.draft("losses.html")
    several = len(numbers.pipelines) > 1
    groups = [
        (crm(pipeline.name) if several else "", f"pipeline-{numbers.ordinal(pipeline)}", parts(draft, pipeline))
        for pipeline in numbers.pipelines
    ]
    return draft.page(
        "losses.html",
        words("Losses and refusals"),
        words(
            "Why deals are lost, at which stage, and whether we refused, the buyer declined, or the "
            "deal drifted away."
        ),
        window=words.plural("The last {n} month", "The last {n} months", min(WINDOW, len(numbers.months))),
        groups=[group for group in groups if group[2]],
        refusals=[_link(each) for each in edition.playbooks if each.kind in {"refusal", "objection"}],
    )


def _link(playbook: Playbook) -> tuple[str, str]:
    return f"playbooks/{playbook.slug}.html", playbook.title


def parts(draft: Draft, pipeline: Pipeline) -> list[Part]:
    """The pipeline's losses of the last twelve months; who ended them only where reasons were recorded at all."""
    words, numbers = draft.edition.words, draft.edition.numbers
    since = later(numbers.months[-1], 1 - WINDOW)
    rows = tuple(row for row in numbers.rows("losses", pipeline.name) if row["month"] >= since)
    if not rows:
        return []
    prefix = f"pipeline-{numbers.ordinal(pipeline)}"
    order = tuple(stage.name for stage in pipeline.stages)
    causes = draft.figure("losses", rows, findings.causes(words, summed(rows, "cause")), ident=f"{prefix}-losses")
    places = draft.figure(
        "losses_by_stage",
        rows,
        findings.stages(words, summed(rows, "stage")),
        ident=f"{prefix}-stages",
        stages=order,
    )
    why = Part(f"{prefix}-causes", words("Why"), (causes,), notes=tuple(_unrecorded(draft, rows)))
    where = Part(f"{prefix}-places", words("At which stage"), (places,))
    if all(row["cause"] == "none" for row in rows):
        return [why, where]
    months = numbers.series(pipeline.name, count=MONTHS)
    parties = draft.figure("parties", months, _parties(draft, rows), ident=f"{prefix}-parties")
    return [
        why,
        where,
        Part(f"{prefix}-who", words("Who ended it"), (parties,)),
        Part(f"{prefix}-reasons", words("Reasons as they were written"), grids=(_reasons(draft, rows),)),
    ]


def _parties(draft: Draft, rows: tuple[Row, ...]) -> Markup:
    counts = summed(rows, "party")
    return findings.parties(draft.edition.words, {name: counts.get(name, 0) for name in PARTIES})


def _unrecorded(draft: Draft, rows: tuple[Row, ...]) -> Iterator[Markup]:
    words, causes = draft.edition.words, summed(rows, "cause")
    none, count = causes.get("none", 0), sum(causes.values())
    if none:
        yield sentence(
            words,
            "Nobody recorded a reason for {n} of {all} losses.",
            n=words.number(none),
            all=words.number(count),
        )


def _reasons(draft: Draft, rows: tuple[Row, ...]) -> Grid:
    """The reasons in the CRM's own words, the most frequent first, and what they were sorted into."""
    words = draft.edition.words
    counts: dict[tuple[str, str, str], int] = {}
    for row in rows:
        key = (row["reason"] or "—", row["cause"], row["party"])
        counts[key] = counts.get(key, 0) + int(row["deals"])
    ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    made: list[list[str | Markup]] = [
        [crm(reason), label(words, CAUSES, cause), label(words, PARTIES, party), words.number(deals)]
        for (reason, cause, party), deals in ranked[:REASONS]
    ]
    rest = sum(deals for _, deals in ranked[REASONS:])
    if rest:
        made.append([words("All other reasons"), "—", "—", words.number(rest)])
    heads = (
        Head(words("Reason"), number=False),
        Head(words("Cause"), "cause", number=False),
        Head(words("Party"), "party", number=False),
        Head(words("Lost"), "lost"),
    )
    return grid(words("Reasons and what they were sorted into"), heads, made)
