"""Which deals are worth pursuing: what a deal must leave at each stage to pay for what it still costs."""

from __future__ import annotations

import math
from collections.abc import Iterator

from markupsafe import Markup

from funnelbook.language import NOTHING
from funnelbook.model.pipeline import Pipeline
from funnelbook.model.results import Row
from funnelbook.pages import answers
from funnelbook.pages.cost.window import lacking_too, priced
from funnelbook.pages.cost.window import stages as declared
from funnelbook.pages.edition import Draft, Edition
from funnelbook.pages.grid import Grid, Head, grid
from funnelbook.pages.honesty import way_notes
from funnelbook.pages.labels import ABSENCES, label
from funnelbook.pages.parts import Part
from funnelbook.pages.text import crm, joined, mark, sentence, span, strong


def stages(edition: Edition, pipeline: Pipeline) -> list[Row]:
    """Rows of `worth` and `chances` joined, with `least_price` = least_margin / margin; its ends at both ends of
    the chance's interval."""
    counted = {row["position"]: row for row in edition.numbers.rows("chances", pipeline.name)}
    rows = edition.numbers.rows("worth", pipeline.name)
    return [_stage(pipeline, row, counted[row["position"]]) for row in rows if row["position"] in counted]


def _stage(pipeline: Pipeline, row: Row, counted: Row) -> Row:
    return {
        **counted,
        **row,
        "least_price": _price(row["least_margin"], pipeline),
        "price_low": _price(_over(row["remaining_cost"], counted["win_high"]), pipeline),
        "price_high": _price(_over(row["remaining_cost"], counted["win_low"]), pipeline),
    }


def _over(cost: float | None, chance: float | None) -> float | None:
    return cost / chance if cost is not None and chance else None


def _price(margin: float | None, pipeline: Pipeline) -> float | None:
    return margin / pipeline.margin if margin is not None and pipeline.margin else None


def telling(edition: Edition, pipeline: Pipeline) -> Row | None:
    """The stage at which the least price says most: the qualifying one, else the one that asks for the most."""
    known = [row for row in stages(edition, pipeline) if row["least_price"] is not None]
    qualifying = [row for row in known if row["position"] == pipeline.qualifying_position]
    ranked = qualifying or sorted(known, key=lambda row: -row["least_price"])
    return ranked[0] if ranked else None


def told(edition: Edition, pipeline: Pipeline) -> Markup | None:
    """From which price on a deal is worth it at the most telling stage."""
    words, row = edition.words, telling(edition, pipeline)
    if row is None or not row["least_price"]:
        return None
    texts: dict[str, object] = {
        "stage": crm(row["stage"]),
        "price": strong(words.money(row["least_price"])),
        "margin": words.money(row["least_margin"]),
    }
    if pipeline.margin == 1:
        return sentence(
            words, "At {stage} go on with a deal from {price}; what is smaller costs more than it brings.", **texts
        )
    return sentence(
        words,
        "At {stage} go on with a deal from {price}, which leaves us {margin}; what is smaller costs more than it "
        "brings.",
        **texts,
    )


def worth(draft: Draft, pipeline: Pipeline) -> Part:
    """The least price at each stage against the mean sale, and what it is made of."""
    edition, words = draft.edition, draft.edition.words
    ident, title = answers.anchor(draft, "worth", pipeline), words("Which deals are worth pursuing")
    if not priced(edition, pipeline):
        reason = lacking_too(edition, pipeline) or label(words, ABSENCES, "no-costs")
        return Part(ident, title, reason=reason)
    rows = stages(edition, pipeline)
    if not any(row["cost"] for row in declared(edition.numbers, pipeline)):
        reason = lacking_too(edition, pipeline) or words("The stages are declared to cost us nothing.")
        return Part(ident, title, reason=reason)
    if all(row["least_price"] is None for row in rows):
        reason = words("In the last twelve months no deal was won, so nobody knows the chance of a sale.")
        return Part(ident, title, grids=(_grid(draft, pipeline, rows),), reason=reason, tables=("worth", "chances"))
    figure = draft.figure("worth", tuple(rows), _finding(edition, rows), ident=ident)
    grids = (_grid(draft, pipeline, rows), *_unworthy(draft, pipeline))
    notes = tuple(_notes(edition, pipeline, rows))
    return Part(ident, title, (figure,), grids, notes, ("worth", "chances", "unworthy"))


def _finding(edition: Edition, rows: list[Row]) -> Markup:
    """Whether a mean sale is worth it at every stage."""
    words, sale = edition.words, rows[0]["mean_sale"]
    known = [row for row in rows if row["least_price"] is not None]
    texts: dict[str, object] = {"sale": words.money(sale)}
    if sale is None:
        return sentence(words, "No sale has a price, so the least price cannot be compared with the usual one.")
    above = [row for row in known if row["least_price"] > sale]
    if above:
        names = joined([crm(row["stage"]) for row in above], ", ")
        return sentence(
            words,
            "A mean sale of {sale} does not pay for what is still to be spent at: {names}.",
            names=names,
            **texts,
        )
    most = max(known, key=lambda row: row["least_price"])
    return sentence(
        words,
        "A mean sale of {sale} is worth it at every stage; the highest threshold is at {stage}: {price}.",
        stage=crm(most["stage"]),
        price=words.money(most["least_price"]),
        **texts,
    )


def _grid(draft: Draft, pipeline: Pipeline, rows: list[Row]) -> Grid:
    words = draft.edition.words
    heads = (
        Head(words("Stage"), "stage", number=False),
        Head(words("Won, of those that came here"), "win-chance"),
        Head(words("Chance of a sale"), "win-chance"),
        Head(words("Still to spend"), "remaining-cost"),
        Head(words("Least margin"), "least-margin"),
        Head(words("Expected value"), "expected-value"),
    )
    made = [_cells(draft.edition, row) for row in rows]
    targets = [draft.link(draft.edition.stage_address(pipeline, row["position"])) for row in rows]
    return grid(words("What is left to win and to spend at each stage"), heads, made, targets)


def _unworthy(draft: Draft, pipeline: Pipeline) -> Iterator[Grid]:
    """Open deals below the least price of the stage where they stand; who holds them is told on the head's page."""
    words = draft.edition.words
    found = draft.edition.numbers.rows("unworthy", pipeline.name)
    made = []
    for stage in pipeline.stages:
        rows = [row for row in found if row["stage"] == stage.name]
        if rows:
            deals, value = sum(int(row["deals"]) for row in rows), math.fsum(row["value"] for row in rows)
            least = words.money(rows[0]["least_value"])
            made.append([crm(stage.name), words.number(deals), words.money(value), least])
    if made:
        heads = (
            Head(words("Stage"), "stage", number=False),
            Head(words("Open deals")),
            Head(words("Their price together")),
            Head(words("Least price"), "least-margin"),
        )
        yield grid(
            words("Open deals that are smaller than the least price: refuse them, or find more value"), heads, made
        )


def _cells(edition: Edition, row: Row) -> list[str | Markup]:
    words, few = edition.words, row["reached"] < edition.book.project.metrics.min_n
    chance = words("too few to tell")
    if not few and row["win_chance"] is not None:
        between = span(words.share(row["win_low"]), words.share(row["win_high"]))
        chance = f"{words.share(row['win_chance'])} ({between})"
    return [
        crm(row["stage"]),
        words("{n} of {all}", n=words.number(row["won"]), all=words.number(row["reached"]))
        if row["reached"]
        else NOTHING,
        chance,
        words.money(row["remaining_cost"]),
        words.money(row["least_margin"]),
        words.money(row["expected"]),
    ]


def _notes(edition: Edition, pipeline: Pipeline, rows: list[Row]) -> Iterator[Markup]:
    words = edition.words
    yield sentence(
        words,
        "Only what is still to come counts: what was spent before the stage is gone whether we go on or not. The "
        "chances are those of the {n} deals closed in the twelve months before {as_of}.",
        n=words.number(rows[0]["reached"]),
        as_of=words.moment(edition.numbers.as_of),
    )
    margin = (
        mark("No margin is declared for the pipeline, so the whole price counts as ours: give it `margin`.")
        if pipeline.margin == 1
        else mark("Least price = least margin / {margin}, the pipeline's share of the price that is left to us.")
    )
    yield sentence(words, margin, margin=words.share(pipeline.margin))
    telling_row = telling(edition, pipeline)
    if telling_row is not None and telling_row["price_high"] is not None:
        yield sentence(
            words,
            "How sure is that? At {stage} the least price is {price}; at both ends of the chance's 95% interval, "
            "{range}.",
            stage=crm(telling_row["stage"]),
            price=words.money(telling_row["least_price"]),
            range=span(words.money(telling_row["price_low"]), words.money(telling_row["price_high"])),
        )
    unknown = [row for row in rows if row["least_price"] is None]
    if unknown:
        yield sentence(
            words,
            "No deal closed in these months shows the chance of going on, or none went on, so nothing is said of: "
            "{names}.",
            names=joined([crm(row["stage"]) for row in unknown], ", "),
        )
    yield from way_notes(edition, pipeline)
