"""What a sale cost month by month."""

from __future__ import annotations

import math
from collections.abc import Iterator

from markupsafe import Markup

from funnelbook.model.pipeline import Pipeline
from funnelbook.pages import answers, comparisons, findings
from funnelbook.pages.cost.window import MONTHS, change, lacking, months, nothing_closed, of_pipeline, rows_of
from funnelbook.pages.edition import Draft, Edition
from funnelbook.pages.leads.written import window_words
from funnelbook.pages.parts import Part
from funnelbook.pages.text import joined, mark, sentence, span, strong
from funnelbook.pages.tiles import signed_share, verdict


def told(edition: Edition, pipeline: Pipeline) -> Markup:
    """What a sale cost over the last whole months, and what of it lost deals took."""
    words = edition.words
    if reason := lacking(edition, pipeline):
        return sentence(words, "What a sale costs is not known yet. {reason}", reason=reason)
    spent = of_pipeline(edition.numbers, pipeline)
    if not spent.closed:
        return sentence(words, "No deal was closed in the last whole months, so no sale has a cost.")
    window = window_words(edition, len(months(edition.numbers)))
    lost = words.plural("{n} lost deal", "{n} lost deals", spent.lost)
    if spent.of_sale is None:
        return sentence(
            words,
            "{window} nothing was sold: {cost} in all, {lost}.",
            window=window,
            cost=strong(words.money(spent.cost)),
            lost=lost,
        )
    return sentence(
        words,
        "{window} one sale cost us {sale}: {cost} in all, {won}, {lost}.",
        window=window,
        sale=strong(words.money(spent.of_sale)),
        cost=words.money(spent.cost),
        won=words.plural("{n} sale", "{n} sales", spent.won),
        lost=lost,
    )


def by_month(draft: Draft, pipeline: Pipeline) -> Part:
    """Cost of a sale over the last whole months, so that their average is the cost that the page opens with."""
    edition, numbers = draft.edition, draft.edition.numbers
    words = edition.words
    ident, title = answers.anchor(draft, "by-month", pipeline), words("Cost of a sale by month")
    rows = rows_of(numbers, pipeline)
    if reason := lacking(edition, pipeline) or (not rows and nothing_closed(words)):
        return Part(ident, title, reason=reason)
    last = rows[-1]["month"]
    figure = draft.figure(
        "cost_of_sale",
        rows,
        findings.cost_of_sale(words, rows),
        ident=ident,
        partial="" if numbers.complete(last) else last,
    )
    notes = (*_year(edition, pipeline), *_against(edition, pipeline))
    return Part(ident, title, (figure,), notes=notes, tables=("monthly",))


def _year(edition: Edition, pipeline: Pipeline) -> Iterator[Markup]:
    """The last whole months together against as many before them."""
    words, numbers = edition.words, edition.numbers
    now, before = of_pipeline(numbers, pipeline), of_pipeline(numbers, pipeline, MONTHS)
    changed = change(now, before)
    if changed is None or len(months(numbers, MONTHS)) < MONTHS:
        return
    yield sentence(
        words,
        "The twelve months before: {value} over {won}. Since then {change}: {verdict}.",
        value=words.money(before.of_sale),
        won=words.plural("{n} sale", "{n} sales", before.won),
        change=signed_share(words, math.expm1(changed.value)),
        verdict=verdict(words, changed.noise),
    )


def _against(edition: Edition, pipeline: Pipeline) -> Iterator[Markup]:
    """The newest whole month against the month before, a year ago and the usual range."""
    words, numbers = edition.words, edition.numbers
    month = numbers.last_complete
    row = numbers.month(pipeline.name, month) if month else None
    if month is None or row is None or row["cost_of_sale"] is None:
        return
    compared = [
        Markup("{}: {}").format(words.month(each.month), words.money(each.row["cost_of_sale"]))
        for each in comparisons.past(numbers, pipeline.name, month)
        if each.row["cost_of_sale"] is not None
    ]
    text = (
        mark("{month}: {value} over {won}; for comparison, {others}.")
        if compared
        else mark("{month}: {value} over {won}.")
    )
    yield sentence(
        words,
        text,
        month=words.month(month).capitalize(),
        value=strong(words.money(row["cost_of_sale"])),
        won=words.plural("{n} sale", "{n} sales", row["won"]),
        others=joined(compared, ", "),
    )
    limits = comparisons.usual(numbers, pipeline.name, month, "cost_of_sale")
    if limits is None:
        yield sentence(words, "There are too few months before to tell a change from noise.")
        return
    usually = (
        mark("Usually {range}: the month is within noise.")
        if limits.holds(row["cost_of_sale"])
        else mark("Usually {range}: the month is outside it, which is not noise.")
    )
    yield sentence(words, usually, range=span(words.money(limits.low), words.money(limits.high)))
