"""The buyer's effort stage by stage beside our cost: the buyer should invest first."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import accumulate

from markupsafe import Markup

from funnelbook.model.pipeline import Pipeline
from funnelbook.model.results import Row
from funnelbook.pages import answers
from funnelbook.pages.cost.window import stages
from funnelbook.pages.edition import Draft, Edition
from funnelbook.pages.parts import Part
from funnelbook.pages.text import crm, sentence


def effort(draft: Draft, pipeline: Pipeline) -> Part:
    """As declared: the buyer's effort, 0-10, and our cost of a deal that stands at the stage."""
    edition, words = draft.edition, draft.edition.words
    ident, title = answers.anchor(draft, "buyer-effort", pipeline), words("The buyer's effort beside our cost")
    rows = stages(edition.numbers, pipeline)
    if not any(row["buyer_effort"] for row in rows):
        reason = words(
            "Nobody told what a stage asks of the buyer: give stages `buyer_effort` from 0 to 10 in "
            "funnelbook.toml."
        )
        return Part(ident, title, reason=reason)
    figure = draft.figure("effort", rows, _finding(edition, rows), ident=ident)
    return Part(ident, title, (figure,), notes=tuple(_notes(edition, rows)), tables=("chances", "work", "tasks"))


def _finding(edition: Edition, rows: Sequence[Row]) -> Markup:
    """How much of our cost is spent by the stage at which the buyer has made half of the effort."""
    words, costs = edition.words, [row["cost"] or 0.0 for row in rows]
    place = _half([row["buyer_effort"] or 0.0 for row in rows])
    stage = crm(rows[place]["stage"])
    if not math.fsum(costs):
        return sentence(words, "The buyer has made half of the effort by {stage}.", stage=stage)
    return sentence(
        words,
        "The buyer has made half of the effort by {stage}; by then we have spent {share} of what a whole deal "
        "costs us.",
        stage=stage,
        share=words.share(math.fsum(costs[: place + 1]) / math.fsum(costs)),
    )


def _half(efforts: Sequence[float]) -> int:
    """The first place at which half of the sum is reached."""
    whole = sum(efforts)
    return next(place for place, sum_so_far in enumerate(accumulate(efforts)) if 2 * sum_so_far >= whole)


def _notes(edition: Edition, rows: Sequence[Row]) -> Iterator[Markup]:
    words = edition.words
    yield sentence(
        words,
        "Both as declared in funnelbook.toml. The sooner the buyer invests, the less we risk: ask for a step of "
        "the buyer's before a dear one of ours.",
    )
    silent = [row for row in rows if row["buyer_effort"] is None]
    if silent:
        yield sentence(
            words,
            "No effort is declared for {n} of {all} stages; it counts as none.",
            n=words.number(len(silent)),
            all=words.number(len(rows)),
        )
