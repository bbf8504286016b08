"""Would another order of the stages make a sale cheaper?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from markupsafe import Markup

from funnelbook.model.pipeline import Pipeline
from funnelbook.model.results import Row
from funnelbook.pages import answers
from funnelbook.pages.cost.window import months, of_pipeline, priced
from funnelbook.pages.edition import Draft, Edition
from funnelbook.pages.labels import ABSENCES, label
from funnelbook.pages.parts import Part
from funnelbook.pages.text import crm, filled, joined, sentence, strong


def told(edition: Edition, pipeline: Pipeline) -> Markup | None:
    """What the cheapest order would save a sale; None when nothing is known of it."""
    words, rows = edition.words, edition.numbers.rows("order", pipeline.name)
    if not rows:
        return None
    if not _moved(rows):
        return sentence(words, "No other order of the stages would make a sale cheaper.")
    stage, before, after = _farthest(rows)
    return sentence(
        words,
        "Another order of the stages, with {stage} at place {after} instead of {before}, would save {saving} a "
        "sale, assuming that the pass share of a stage does not depend on what came before.",
        stage=crm(stage),
        before=words.number(before),
        after=words.number(after),
        saving=strong(words.money(_saving(rows))),
    )


def _moved(rows: Sequence[Row]) -> bool:
    return any(row["stage_now"] != row["stage_best"] for row in rows)


def _farthest(rows: Sequence[Row]) -> tuple[str, int, int]:
    """The stage that moves farthest, its place today and in the cheapest order; of equal ones the first today."""
    best = {row["stage_best"]: int(row["rank"]) for row in rows}
    stage = max(rows, key=lambda row: abs(best[row["stage_now"]] - row["rank"]))
    return stage["stage_now"], int(stage["rank"]), best[stage["stage_now"]]


def _saving(rows: Sequence[Row]) -> float:
    return float(rows[0]["cost_per_sale_now"] - rows[0]["cost_per_sale_best"])


def order(draft: Draft, pipeline: Pipeline) -> Part:
    """Today's order and the cheapest one."""
    edition, words = draft.edition, draft.edition.words
    ident, title = answers.anchor(draft, "order", pipeline), words("The cheapest order of the stages")
    rows = edition.numbers.rows("order", pipeline.name)
    if not rows:
        return Part(ident, title, reason=_why_not(edition, pipeline))
    figure = draft.figure("order", rows, _finding(edition, rows), ident=ident)
    return Part(ident, title, (figure,), notes=tuple(_notes(edition, pipeline, rows)), tables=("order",))


def _why_not(edition: Edition, pipeline: Pipeline) -> Markup | str:
    words = edition.words
    if not priced(edition, pipeline):
        return words("Not known until the stages have costs.")
    if not any(stage.movable for stage in pipeline.stages):
        return label(words, ABSENCES, "no-movable-stages")
    closed = [row for row in edition.numbers.rows("worth", pipeline.name) if not row["pass"]]
    if closed:
        return sentence(
            words,
            "In the last twelve months no closed deal is known to have gone on from {names}, so the orders cannot "
            "be compared.",
            names=joined([crm(row["stage"]) for row in closed], ", "),
        )
    return words("No order meets all that `after` asks for: mend it in funnelbook.toml.")


def _finding(edition: Edition, rows: Sequence[Row]) -> Markup:
    words = edition.words
    texts = {
        "now": words.money(rows[0]["cost_per_sale_now"]),
        "best": words.money(rows[0]["cost_per_sale_best"]),
    }
    if not _moved(rows):
        return sentence(
            words, "Today's order is already the cheapest of those allowed: {now} of our work a sale.", **texts
        )
    return sentence(
        words,
        "Our work would cost {best} a sale instead of {now}: {saving} less.",
        saving=words.money(_saving(rows)),
        **texts,
    )


def _notes(edition: Edition, pipeline: Pipeline, rows: Sequence[Row]) -> Iterator[Markup]:
    words = edition.words
    yield sentence(
        words,
        "This assumes that the pass share of a stage does not depend on what came before. Where it does, try the "
        "new order on a part of the deals first.",
    )
    for first in edition.numbers.rows("chances", pipeline.name)[:1]:
        yield filled(
            words.plural(
                "The shares are those of the {n} deal closed in the last twelve months.",
                "The shares are those of the {n} deals closed in the last twelve months.",
                first["reached"],
            )
        )
    sales = of_pipeline(edition.numbers, pipeline).won
    if _moved(rows) and sales:
        yield sentence(
            words,
            "At {sales} in the last {n} whole months that is {money}. Attracting the leads is left out: it costs "
            "the same in any order.",
            sales=words.plural("{n} sale", "{n} sales", sales),
            n=words.number(len(months(edition.numbers))),
            money=words.money(_saving(rows) * sales),
        )
    movable = joined([crm(stage.name) for stage in pipeline.stages if stage.movable], ", ")
    yield sentence(words, "These may be moved, by funnelbook.toml: {names}.", names=movable)
    for stage in pipeline.stages:
        if stage.after:
            yield sentence(
                words,
                "{stage} must come after: {names}.",
                stage=crm(stage.name),
                names=joined([crm(name) for name in stage.after], ", "),
            )
