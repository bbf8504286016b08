"""Is it the price? Where price and value did not meet, and whether dear deals sell worse than cheap ones."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from markupsafe import Markup

from funnelbook.model.results import Row
from funnelbook.pages import answers
from funnelbook.pages.edition import Draft, Edition
from funnelbook.pages.honesty import absence
from funnelbook.pages.labels import ABSENCES, CAUSES, label
from funnelbook.pages.losses.lost import PRICE, UNDECIDED, Losses
from funnelbook.pages.numbers import ALL
from funnelbook.pages.parts import Part
from funnelbook.pages.portions import Of
from funnelbook.pages.text import UNNAMED, crm, joined, mark, sentence, strong

_MOSTLY = {
    "price": mark(
        "It is mostly the price: for price and value {price} of the losses with a reason; because the buyer did "
        "not decide or put it off {undecided}{rest}."
    ),
    "half": mark(
        "It is the price about half of the time: for price and value {price} of the losses with a reason; because "
        "the buyer did not decide or put it off {undecided}{rest}."
    ),
    "else": mark(
        "It is mostly not the price: for price and value {price} of the losses with a reason; because the buyer "
        "did not decide or put it off {undecided}{rest}."
    ),
}


def verdict(edition: Edition, losses: Losses) -> Markup:
    """The price, or something else: shares of causes, and dear deals beside cheap ones."""
    words, min_n = edition.words, edition.book.project.metrics.min_n
    price, undecided = losses.of_cause(PRICE), losses.of_cause(*UNDECIDED)
    others = [cause for cause in losses.causes if cause not in {PRICE, *UNDECIDED}][:2]
    rest = [
        sentence(
            words,
            "“{cause}” {share}",
            cause=label(words, CAUSES, cause),
            share=losses.of_cause(cause).written(words, min_n),
        )
        for cause in others
    ]
    first = sentence(
        words,
        _half(price),
        price=strong(price.written(words, min_n)),
        undecided=strong(undecided.written(words, min_n)),
        rest=sentence(words, "; other causes: {causes}", causes=joined(rest, ", ")) if rest else "",
    )
    dear = dear_and_cheap(edition, losses)
    return joined([first, dear]) if dear else first


def _half(price: Of) -> str:
    """Whether more than half of the losses are for the price, fewer, or nobody can tell."""
    share = price.share
    if share is None or share.low <= 1 / 2 <= share.high:
        return _MOSTLY["half"]
    return _MOSTLY["price" if share.low > 1 / 2 else "else"]


def buckets(edition: Edition, losses: Losses) -> tuple[Row, ...]:
    rows = edition.numbers.table("prices", pipeline=losses.pipeline.name)
    return tuple(row for row in rows if row["bucket"] is not None)


def dear_and_cheap(edition: Edition, losses: Losses) -> Markup | None:
    """The dearest price group's win rate beside the cheapest one's; None where they cannot be compared."""
    words, min_n = edition.words, edition.book.project.metrics.min_n
    rows = buckets(edition, losses)
    if len(rows) < 2:
        return None
    cheap, dear = (Of(int(row["won"]), int(row["closed"])) for row in (rows[0], rows[-1]))
    change = dear.against(cheap, min_n)
    if change is None:
        return None
    if change.noise:
        text = mark("The dearest deals sell about as often as the cheapest ones ({dear} against {cheap}: noise).")
    elif change.value < 0:
        text = mark("The dearest deals sell worse than the cheapest ones ({dear} against {cheap}: not noise).")
    else:
        text = mark(
            "The dearest deals even sell better than the cheapest ones ({dear} against {cheap}: not noise)."
        )
    return sentence(
        words,
        text,
        dear=strong(dear.written(words, min_n)),
        cheap=strong(cheap.written(words, min_n)),
    )


def price_value(draft: Draft, losses: Losses) -> Part:
    """Share of losses for price and value by stage, source and size of the deal."""
    edition, pipeline = draft.edition, losses.pipeline
    words = edition.words
    ident = answers.anchor(draft, "price-value", pipeline)
    title = words("Price and value: where they do not meet")
    rows = edition.numbers.table("price_value", pipeline=pipeline.name)
    if not rows:
        return Part(ident, title, reason=absence(edition, "price_value"))
    sized = tuple({**row, "dimension": "size"} for row in buckets(edition, losses))
    figure = draft.figure("price_value", (*rows, *sized), _peak(edition, rows), ident=ident)
    return Part(ident, title, (figure,), notes=(_reference(edition),), tables=("price_value", "prices"))


def _peak(edition: Edition, rows: Sequence[Row]) -> Markup:
    """The stage with the greatest share, and whether it differs from all others together."""
    words, min_n = edition.words, edition.book.project.metrics.min_n
    whole = next(_of(row) for row in rows if row["dimension"] == ALL)
    stages = [row for row in rows if row["dimension"] == "stage" and row["with_cause"] >= min_n]
    stages = [row for row in stages if row["member"] != UNNAMED]
    if not stages or not whole.n:
        return sentence(
            words,
            "For price and value: {n} of {all} losses with a recorded reason.",
            n=words.number(whole.n),
            all=words.number(whole.whole),
        )
    top = max(stages, key=lambda row: row["share"])
    here = _of(top)
    change = here.against(here.rest(whole), min_n)
    said = words("too few elsewhere to compare")
    if change is not None:
        said = (
            words("against the other stages: noise")
            if change.noise
            else words("against the other stages: not noise")
        )
    return sentence(
        words,
        "Most often at {stage}: {share} of the losses there ({n} of {all}), {range}; {said}.",
        stage=crm(top["member"]),
        share=here.written(words, min_n),
        n=words.number(here.n),
        all=words.number(here.whole),
        range=here.interval(words, min_n),
        said=said,
    )


def _of(row: Row) -> Of:
    return Of(int(row["price_value"]), int(row["with_cause"]))


def _reference(edition: Edition) -> Markup:
    words = edition.words
    return sentence(
        words,
        "Deals closed in the twelve months up to {as_of}.",
        as_of=words.date(edition.numbers.as_of.astimezone(edition.numbers.timezone).date()),
    )


def prices(draft: Draft, losses: Losses) -> Part:
    """Win rate by price, from the cheapest quarter of the deals to the dearest."""
    edition, pipeline = draft.edition, losses.pipeline
    words = edition.words
    ident, title = answers.anchor(draft, "prices", pipeline), words("Do dear deals sell worse?")
    rows = edition.numbers.table("prices", pipeline=pipeline.name)
    groups = buckets(edition, losses)
    if not groups:
        reason = label(words, ABSENCES, "no-values") if rows else absence(edition, "prices")
        return Part(ident, title, reason=reason)
    enough = sum(row["closed"] for row in groups) >= edition.book.project.metrics.min_n
    if enough and groups[0]["from"] == groups[-1]["to"]:
        said = words("All deals with a price have the same one, {price}.", price=words.money(groups[0]["from"]))
        return Part(ident, title, reason=said, tables=("prices",))
    finding = dear_and_cheap(edition, losses) or words(
        "There are too few deals with a price to compare dear with cheap."
    )
    figure = draft.figure("prices", rows, finding, ident=ident)
    return Part(ident, title, (figure,), notes=tuple(_limits(edition, rows)), tables=("prices",))


def _limits(edition: Edition, rows: Sequence[Row]) -> Iterator[Markup]:
    words = edition.words
    yield _reference(edition)
    for row in rows:
        if row["bucket"] is None:
            yield sentence(
                words,
                "{n} of the closed deals have no price, {won} of them won: a deal that dies early seldom gets one, "
                "so these rates are above the rate over all deals.",
                n=words.number(row["closed"]),
                won=words.number(row["won"]),
            )
