"""The three waves: sold the easy, sold the hard, and the buyers who came back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from markupsafe import Markup

from funnelbook.model.results import Row
from funnelbook.pages.edition import Draft, Edition
from funnelbook.pages.grid import Head, grid
from funnelbook.pages.leads.complete import rows_of
from funnelbook.pages.numbers import MONTHS, total
from funnelbook.pages.parts import Part
from funnelbook.pages.text import mark, sentence, strong

#: The waves, and what they are called.
WAVES = (("easy", mark("Easy sales")), ("hard", mark("Hard sales")), ("returned", mark("Of these returned")))


def by_month(edition: Edition) -> tuple[Row, ...]:
    """The last months of creation, oldest first: leads, those still open, each wave's sales and revenue."""
    money = {(row["month"], row["wave"]): row["revenue"] for row in edition.numbers.table("waves")}
    return tuple(
        {
            "month": row["month"],
            "leads": row["leads"],
            "open": row["open"],
            **{wave: row[wave] for wave, _ in WAVES},
            **{f"revenue_{wave}": money.get((row["month"], wave)) for wave, _ in WAVES},
        }
        for row in rows_of(edition)[-MONTHS:]
    )


def easy_days(edition: Edition) -> float | None:
    """The most days of an easy sale."""
    for row in edition.numbers.table("waves"):
        return None if row["easy_days"] is None else float(row["easy_days"])
    return None


def part(draft: Draft) -> Part:
    edition = draft.edition
    words, rows = edition.words, by_month(edition)
    title = words("Easy sales, hard sales, and those who came back")
    if not any(row["easy"] or row["hard"] for row in rows):
        return Part("waves", title, reason=words("Nothing was sold yet, so there are no waves."))
    figure = draft.figure("waves", rows, _finding(edition, rows))
    heads = (
        Head(words("Wave"), "waves", number=False),
        Head(words("Sales"), "won"),
        *([Head(words("Revenue"), "revenue")] if edition.numbers.money_told() else []),
    )
    made = [
        [
            words(name),
            words.number(total(rows, wave)),
            *([words.money(total(rows, f"revenue_{wave}"))] if edition.numbers.money_told() else []),
        ]
        for wave, name in WAVES
    ]
    table = grid(words("What each wave brought, over the months shown"), heads, made)
    return Part("waves", title, (figure,), (table,), notes=tuple(_notes(edition, rows)), tables=("waves", "leads"))


def _finding(edition: Edition, rows: Sequence[Row]) -> Markup:
    """How much of the sales of the months shown came later than an easy sale does."""
    words = edition.words
    easy, hard = int(total(rows, "easy")), int(total(rows, "hard"))
    told = edition.numbers.money_told()
    if not told:
        return sentence(
            words, "Of {all} sales {hard} were hard ones.", all=words.number(easy + hard), hard=words.number(hard)
        )
    money = [total(rows, f"revenue_{wave}") for wave in ("easy", "hard")]
    return sentence(
        words,
        "Hard sales brought {money} of {sum}: {hard} of {all} sales came only after patience.",
        money=strong(words.money(money[1])),
        sum=words.money(sum(money)),
        hard=words.number(hard),
        all=words.number(easy + hard),
    )


def _notes(edition: Edition, rows: Sequence[Row]) -> Iterator[Markup]:
    words, days = edition.words, easy_days(edition)
    if days is not None:
        yield sentence(
            words,
            "An easy sale is won within {days} of the lead's creation, a hard one later. All pipelines together.",
            days=words.days(days),
        )
    yield sentence(
        words,
        "Buyers who came back after a loss (↺) are easy or hard sales too: they are among the bars, and are never "
        "added to them.",
    )
    waiting = int(total(rows, "open"))
    if waiting:
        yield sentence(
            words,
            "{n} of {all} leads of these months are still open, most of them in the newest ones: their easy "
            "and hard sales will still grow, so do not compare young months with old ones.",
            n=words.number(waiting),
            all=words.number(total(rows, "leads")),
        )
