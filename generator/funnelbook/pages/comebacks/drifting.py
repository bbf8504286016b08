"""Open deals that nobody refuses and nobody sells: where they lie, whose they are, what they are worth."""

from __future__ import annotations

import math
from collections.abc import Sequence

from markupsafe import Markup

from funnelbook.model.pipeline import Pipeline
from funnelbook.model.results import Row
from funnelbook.pages import answers
from funnelbook.pages.edition import Draft, Edition, Figure
from funnelbook.pages.grid import Grid, Head, grid
from funnelbook.pages.honesty import gap_notes
from funnelbook.pages.parts import Part
from funnelbook.pages.text import UNNAMED, crm, mark, sentence, strong

#: Owners and stages beyond these are summed up in one row.
SHOWN = 15


def answer(edition: Edition) -> Markup:
    """All pipelines together."""
    words, numbers = edition.words, edition.numbers
    rows = numbers.table("drift")
    every = sum(numbers.open_at_end(each.name, numbers.months[-1]) for each in numbers.pipelines)
    if not rows:
        return sentence(words, "Today no open deal lies untouched for too long.")
    worth = _value(rows)
    text = (
        mark(
            "Today {n} of {all} open deals lie untouched and drift away, {money} in all: refuse them or sell them."
        )
        if worth is not None
        else mark("Today {n} of {all} open deals lie untouched and drift away: refuse them or sell them.")
    )
    return sentence(
        words,
        text,
        n=strong(words.number(_deals(rows))),
        all=words.number(every),
        money=strong(words.money(worth)),
    )


def drifting(draft: Draft, pipeline: Pipeline) -> Part:
    edition = draft.edition
    words, numbers = edition.words, edition.numbers
    ident = answers.anchor(draft, "drifting", pipeline)
    title = words("Drifting today")
    rows = numbers.rows("drift", pipeline.name)
    if not rows:
        return Part(ident, title, reason=words("No open deal lies untouched for longer than its stage allows."))
    return Part(
        ident,
        title,
        (stages_figure(draft, pipeline, ident),),
        (_owners(edition, rows),),
        (_limit(edition), *gap_notes(edition, pipeline)),
        ("drift", "entries"),
    )


def stages_figure(draft: Draft, pipeline: Pipeline, ident: str) -> Figure | None:
    """At which stages of the pipeline deals lie untouched; None when none does."""
    edition = draft.edition
    rows = edition.numbers.rows("drift", pipeline.name)
    stages = _by_stage(edition, pipeline, rows) if rows else ()
    return draft.figure("drift", stages, _finding(edition, stages), ident=ident) if stages else None


def _by_stage(edition: Edition, pipeline: Pipeline, rows: Sequence[Row]) -> tuple[Row, ...]:
    """`drift` summed over owners, beside the deals that stand at each stage (`entries`)."""
    numbers = edition.numbers
    made = []
    for entry in numbers.rows("entries", pipeline.name, month=numbers.months[-1]):
        some = [row for row in rows if row["stage"] == entry["stage"]]
        made.append(
            {
                "stage": entry["stage"],
                "open": entry["at_end"],
                "drifting": _deals(some),
                "value": _value(some),
                "oldest_days": max((row["oldest_days"] for row in some), default=None),
            }
        )
    return tuple(made)


def _finding(edition: Edition, stages: Sequence[Row]) -> Markup:
    words = edition.words
    most = max(stages, key=lambda row: row["drifting"])
    return sentence(
        words,
        "Most lie at {stage}: {n} of {all} open there, the oldest untouched for {days}.",
        stage=crm(most["stage"]),
        n=words.number(most["drifting"]),
        all=words.number(most["open"]),
        days=words.days(most["oldest_days"]),
    )


def _limit(edition: Edition) -> Markup:
    words, days = edition.words, edition.book.project.metrics.drift_days
    if days is not None:
        return sentence(
            words, "Untouched: no entry at a stage and no activity for over {days}.", days=words.days(days)
        )
    return sentence(
        words,
        "Untouched: no entry at a stage and no activity for longer than nine tenths of the deals stay at the "
        "stage, and for 14 days at least.",
    )


def _owners(edition: Edition, rows: Sequence[Row]) -> Grid:
    """By stage and owner, the most deals first."""
    words = edition.words
    ranked = sorted(rows, key=lambda row: (-row["deals"], -row["oldest_days"], row["owner"], row["stage"]))
    rest = ranked[SHOWN:]
    heads = (
        Head(words("Owner"), number=False),
        Head(words("Stage"), "stage", number=False),
        Head(words("Untouched deals"), "drift"),
        Head(words("Value"), "lost-value"),
        Head(words("Longest untouched"), "drift"),
    )
    made: list[list[str | Markup]] = [
        [
            words("Nobody") if row["owner"] == UNNAMED else crm(row["owner"]),
            crm(row["stage"]),
            words.number(row["deals"]),
            words.money(row["value"]),
            words.days(row["oldest_days"]),
        ]
        for row in ranked[:SHOWN]
    ]
    if rest:
        oldest = words.days(max(row["oldest_days"] for row in rest))
        made.append([words("All others"), "—", words.number(_deals(rest)), words.money(_value(rest)), oldest])
    return grid(words("Untouched deals by owner and stage"), heads, made)


def _deals(rows: Sequence[Row]) -> int:
    return sum(int(row["deals"]) for row in rows)


def _value(rows: Sequence[Row]) -> float | None:
    known = [row["value"] for row in rows if row["value"] is not None]
    return math.fsum(known) if known else None
