"""What come-backs bring: sales and revenue month by month, and whether they are won more often than others."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from funnelbook.model.results import Row
from funnelbook.pages.cost.window import months
from funnelbook.pages.edition import Draft, Edition
from funnelbook.pages.grid import Grid, Head, grid
from funnelbook.pages.honesty import absence
from funnelbook.pages.labels import PARTIES, label
from funnelbook.pages.numbers import ALL, MONTHS, total
from funnelbook.pages.parts import Part
from funnelbook.pages.portions import Of
from funnelbook.pages.text import sentence, strong

IDENT = "money"


def money(draft: Draft) -> Part:
    edition = draft.edition
    words, numbers = edition.words, edition.numbers
    title = words("What come-backs bring")
    rows = numbers.table("comeback_sales", party=ALL)
    if not rows:
        reason = absence(edition, "comeback_sales")
        return Part(IDENT, title, reason=reason or words("No deal was closed of a buyer who had been lost before."))
    series = _series(numbers.months[-MONTHS:], rows)
    newest = numbers.months[-1]
    figure = (
        draft.figure(
            "revenue",
            series,
            _finding(edition),
            ident=IDENT,
            title=words("Revenue from come-backs by month"),
            partial="" if numbers.complete(newest) else newest,
        )
        if any(row["revenue"] for row in series)
        else None
    )
    notes = (
        sentence(
            words,
            "The data begin in {month}: losses before are not known, so the first months show fewer come-backs "
            "than there were.",
            month=words.month(numbers.months[0]),
        ),
    )
    return Part(IDENT, title, (figure,), (_by_party(draft),), notes, ("comeback_sales", "monthly"))


def _series(names: Sequence[str], rows: Sequence[Row]) -> tuple[Row, ...]:
    """Every month, those without a come-back too."""
    known = {row["month"]: row for row in rows}
    return tuple(known.get(month, {"month": month, "won": 0, "closed": 0, "revenue": 0.0}) for month in names)


def _window(edition: Edition, party: str = ALL) -> list[Row]:
    wanted = set(months(edition.numbers))
    return [row for row in edition.numbers.table("comeback_sales", party=party) if row["month"] in wanted]


def _everything(edition: Edition) -> list[Row]:
    """Rows of `monthly` of all pipelines in the window."""
    wanted = set(months(edition.numbers))
    return [
        row
        for pipeline in edition.numbers.pipelines
        for row in edition.numbers.series(pipeline.name)
        if row["month"] in wanted
    ]


def _of(rows: Sequence[Row]) -> Of:
    return Of(int(total(rows, "won")), int(total(rows, "closed")))


def _others(edition: Edition) -> Of:
    """Won of closed among the deals that are no come-backs."""
    every = _everything(edition)
    won = int(total(every, "won"))
    return _of(_window(edition)).rest(Of(won, won + int(total(every, "lost"))))


def answer(edition: Edition) -> Markup | None:
    """Sales and money of the last whole months, and their part of all that was sold."""
    words, rows = edition.words, _window(edition)
    if not rows:
        return None
    sales, revenue = total(rows, "won"), total(rows, "revenue")
    window = words.plural(
        "In the last {n} whole month", "In the last {n} whole months", len(months(edition.numbers))
    )
    if not sales:
        return sentence(
            words,
            "{window} come-backs bought nothing: {n} closed, none won.",
            window=window,
            n=words.number(total(rows, "closed")),
        )
    sold = strong(words.plural("{n} sale", "{n} sales", sales))
    every = total(_everything(edition), "revenue")
    if not revenue or not every:
        return sentence(words, "{window} come-backs brought {sold}.", window=window, sold=sold)
    return sentence(
        words,
        "{window} come-backs brought {sold} for {money}, {share} of all revenue.",
        window=window,
        sold=sold,
        money=strong(words.money(revenue)),
        share=words.share(revenue / every),
    )


def _finding(edition: Edition) -> Markup:
    """The win rate of come-backs beside that of all other deals."""
    words, min_n = edition.words, edition.book.project.metrics.min_n
    mine, others = _of(_window(edition)), _others(edition)
    return sentence(
        words,
        "Of the come-backs that were closed {mine} were won ({n} of {all}); of all other deals {others}: {change}.",
        mine=mine.written(words, min_n),
        n=words.number(mine.n),
        all=words.number(mine.whole),
        others=others.written(words, min_n),
        change=mine.change(words, others, min_n),
    )


def _by_party(draft: Draft) -> Grid:
    """Closed, won, revenue of the window by who ended the deal before; and of all other deals."""
    edition = draft.edition
    words, min_n = edition.words, edition.book.project.metrics.min_n
    others = _others(edition)
    made = [
        _line(edition, label(words, PARTIES, party), rows, others)
        for party in PARTIES
        if (rows := _window(edition, party))
    ]
    made.append(_line(edition, words("All come-backs"), _window(edition), others))
    brought = total(_everything(edition), "revenue") - total(_window(edition), "revenue")
    made.append(
        [
            words("All other deals"),
            words.number(others.whole),
            words.number(others.n),
            others.written(words, min_n),
            others.interval(words, min_n),
            "—",
            words.money(brought),
        ]
    )
    heads = (
        Head(words("Ended before by"), "party", number=False),
        Head(words("Closed"), "comeback-sales"),
        Head(words("Won"), "comeback-sales"),
        Head(words("Win rate"), "win-rate"),
        Head(words("95% interval"), "interval"),
        Head(words("Against all other deals"), "noise"),
        Head(words("Revenue"), "revenue"),
    )
    return grid(words("Come-backs in the last whole months"), heads, made)


def _line(edition: Edition, name: str | Markup, rows: Sequence[Row], others: Of) -> list[str | Markup]:
    words, min_n = edition.words, edition.book.project.metrics.min_n
    mine = _of(rows)
    return [
        name,
        words.number(mine.whole),
        words.number(mine.n),
        mine.written(words, min_n),
        mine.interval(words, min_n),
        mine.change(words, others, min_n),
        words.money(total(rows, "revenue")),
    ]
