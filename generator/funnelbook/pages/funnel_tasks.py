"""The three tasks of a funnel in a month: lose early, spend late, let the buyer invest first.

`tasks(draft, pipeline, month)` is a section for any page. Each task is told from 0 to 100, and the more the better.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from markupsafe import Markup
from msgspec import Struct

from funnelbook.model.differences import Limits, natural_limits
from funnelbook.model.pipeline import Pipeline
from funnelbook.model.results import Row
from funnelbook.pages import answers
from funnelbook.pages.comparisons import LIMITS_MONTHS
from funnelbook.pages.edition import Draft, Edition
from funnelbook.pages.grid import Grid, Head, grid
from funnelbook.pages.numbers import MONTHS, later
from funnelbook.pages.parts import Part
from funnelbook.pages.text import UNNAMED, crm, filled, mark, sentence, span, strong


class Measure(Struct, frozen=True):
    """A task's column of `tasks`; a `designed` one is declared and the same in every month."""

    column: str
    term: str
    name: str
    meaning: str
    designed: bool = False


MEASURES = (
    Measure(
        "loss_earliness",
        "loss-earliness",
        mark("Lose early"),
        mark("100: all losses at the first stage; 0: all at the last"),
    ),
    Measure(
        "spent_lateness",
        "cost-lateness",
        mark("Spend late, in fact"),
        mark("100: all our money spent at the last stage; 0: all at the first"),
    ),
    Measure(
        "cost_lateness",
        "cost-lateness",
        mark("Spend late, by design"),
        mark("the same for one deal that passes all stages, as declared"),
        designed=True,
    ),
    Measure(
        "buyer_earliness",
        "buyer-earliness",
        mark("The buyer invests first"),
        mark("100: all of the buyer's effort at the first stage; 0: all at the last; as declared"),
        designed=True,
    ),
)


def tasks(draft: Draft, pipeline: Pipeline, month: str) -> Part:
    """Thirteen months up to `month`, and the money that late losses took in the last twelve of them."""
    edition, words = draft.edition, draft.edition.words
    ident, title = answers.anchor(draft, "tasks", pipeline), words("The three tasks of the funnel")
    if pipeline.k == 1:
        reason = words("The pipeline has a single stage: nothing in it can be early or late.")
        return Part(ident, title, reason=reason)
    rows = [row for row in edition.numbers.rows("tasks", pipeline.name) if row["month"] <= month]
    known = [row for row in rows[-MONTHS:] if any(row[each.column] is not None for each in MEASURES)]
    if not known:
        reason = words(
            "No deal was lost at a known stage, and nobody told what stages cost us or ask of the buyer: there is "
            "nothing to place in the funnel yet."
        )
        return Part(ident, title, reason=reason)
    finding = late_losses(edition, pipeline, month) or sentence(words, "No deal was lost at a known stage.")
    figure = draft.figure("tasks", tuple(rows[-MONTHS:]), finding, ident=ident)
    return Part(
        ident,
        title,
        (figure,),
        (_grid(draft, pipeline, rows),),
        tuple(_notes(edition, pipeline, month)),
        ("tasks", "losses"),
    )


def late_losses(edition: Edition, pipeline: Pipeline, month: str) -> Markup | None:
    """Losses at the later half of the stages in twelve months: how many, and the money; None without losses."""
    words = edition.words
    first = (pipeline.k + 1) // 2
    later_half = {stage.name for stage in pipeline.stages[first:]}
    rows = [row for row in _losses(edition, pipeline, month) if row["stage"] != UNNAMED]
    late = [row for row in rows if row["stage"] in later_half]
    if not rows:
        return None
    texts: dict[str, object] = {
        "stage": crm(pipeline.stages[first].name),
        "n": words.number(_count(late)),
        "all": words.number(_count(rows)),
    }
    if not late:
        return sentence(
            words,
            "None of {all} losses of twelve months fell at {stage} or later, where a loss is dearest.",
            **texts,
        )
    cost, all_cost, value = _sum(late, "cost"), _sum(rows, "cost"), _sum(late, "value")
    parts = [sentence(words, "At {stage} or later we lost {n} of {all} deals in twelve months.", **texts)]
    if all_cost:
        parts.append(
            sentence(
                words,
                "They took {cost} of the {all_cost} that lost deals cost us.",
                cost=strong(words.money(cost)),
                all_cost=words.money(all_cost),
            )
        )
    if value:
        parts.append(sentence(words, "Their price was {value} in all.", value=strong(words.money(value))))
    return Markup(" ").join(parts)


def _count(rows: Sequence[Row]) -> int:
    return sum(int(row["deals"]) for row in rows)


def _sum(rows: Sequence[Row], column: str) -> float:
    return math.fsum(float(row[column]) for row in rows if row[column] is not None)


def _grid(draft: Draft, pipeline: Pipeline, rows: Sequence[Row]) -> Grid:
    """The month against the month before, a year ago and its natural limits."""
    edition, words, last = draft.edition, draft.edition.words, rows[-1]
    before, year = (_of(rows, later(last["month"], -back)) for back in (1, 12))
    heads = (
        Head(words("Task"), number=False),
        Head(words.month_brief(last["month"])),
        Head(words.month_brief(later(last["month"], -1))),
        Head(words.month_brief(later(last["month"], -12))),
        Head(words("Usual range"), "noise", number=False),
        Head(words("How to read it"), number=False),
    )
    shown = [each for each in MEASURES if any(row[each.column] is not None for row in rows[-MONTHS:])]
    made = [
        [
            words(each.name),
            *(_hundred(edition, row[each.column] if row else None) for row in (last, before, year)),
            _judged(edition, pipeline, rows, each),
            words(each.meaning),
        ]
        for each in shown
    ]
    targets = [draft.link("glossary.html", each.term) for each in shown]
    return grid(words("The three tasks, from 0 to 100: the more the better"), heads, made, targets)


def _of(rows: Sequence[Row], month: str) -> Row | None:
    return next((row for row in rows if row["month"] == month), None)


def _hundred(edition: Edition, value: float | None) -> str:
    return edition.words.number(None if value is None else round(100 * value))


def _judged(edition: Edition, pipeline: Pipeline, rows: Sequence[Row], measure: Measure) -> str:
    """The usual range, and whether the newest month keeps within it."""
    words, value = edition.words, rows[-1][measure.column]
    if measure.designed:
        return words("changes only with the design")
    limits = usual(rows, measure.column)
    if value is None or limits is None:
        return "—" if value is None else words("too few months to tell noise")
    between = span(_hundred(edition, limits.low), _hundred(edition, min(1.0, limits.high)))
    if measure.column == "loss_earliness" and _few(edition, pipeline, rows[-1]["month"]):
        return words("{range}; too few losses to tell", range=between)
    if limits.holds(value):
        return words("{range}: within noise", range=between)
    if value > limits.high:
        return words("{range}: better, not noise", range=between)
    return words("{range}: worse, not noise", range=between)


def usual(rows: Sequence[Row], column: str) -> Limits | None:
    """The natural limits of the twelve months before the newest of `rows`; months without the measure left out."""
    since = later(rows[-1]["month"], -LIMITS_MONTHS)
    return natural_limits([row[column] for row in rows[:-1] if row["month"] >= since and row[column] is not None])


def _few(edition: Edition, pipeline: Pipeline, month: str) -> bool:
    rows = edition.numbers.rows("losses", pipeline.name, month=month)
    known = [row for row in rows if row["stage"] != UNNAMED]
    return _count(known) < edition.book.project.metrics.min_n


def _notes(edition: Edition, pipeline: Pipeline, month: str) -> Iterator[Markup]:
    words = edition.words
    yield sentence(
        words,
        "A late loss has cost us more than an early one, so lose early: ask what decides first. Spend late, when a "
        "sale is likelier. Let the buyer invest first: who has done something of their own goes on.",
    )
    unknown = _count([row for row in _losses(edition, pipeline, month) if row["stage"] == UNNAMED])
    if unknown:
        yield filled(
            words.plural(
                "Of {n} more lost deal nobody knows the stage: it is left out.",
                "Of {n} more lost deals nobody knows the stage: they are left out.",
                unknown,
            )
        )


def _losses(edition: Edition, pipeline: Pipeline, month: str) -> list[Row]:
    """Rows of `losses` of the twelve months up to `month`."""
    since = later(month, 1 - LIMITS_MONTHS)
    return [row for row in edition.numbers.rows("losses", pipeline.name) if since <= row["month"] <= month]
