"""Whose hands deals are in, how soon each role answers, and what comes of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from markupsafe import Markup

from funnelbook.language import NOTHING
from funnelbook.model.pipeline import Pipeline
from funnelbook.model.results import Row
from funnelbook.pages.answers import anchor
from funnelbook.pages.edition import Draft, Edition
from funnelbook.pages.grid import Grid, Head, grid
from funnelbook.pages.honesty import absence
from funnelbook.pages.labels import ROLES, label
from funnelbook.pages.numbers import ALL, MONTHS, later
from funnelbook.pages.parts import Part
from funnelbook.pages.portions import Of, apart
from funnelbook.pages.text import sentence, strong

#: The order of a table of roles: selling as a job of its own first.
ORDER = ("seller", "head", "expert", "owner", "—")
MAKERS = ("owner", "expert")


def part(draft: Draft, pipeline: Pipeline) -> Part:
    edition, words = draft.edition, draft.edition.words
    title, ident = words("Whose hands the deals are in"), anchor(draft, "roles", pipeline)
    rows = edition.numbers.rows("roles", pipeline.name)
    if not rows:
        reason = absence(edition, "roles") or words("No deal came in or was closed in the last twelve months.")
        return Part(ident, title, reason=reason)
    whole = rows[0]
    each = sorted((row for row in rows if row["role"] != ALL), key=lambda row: ORDER.index(row["role"]))
    pictures = (
        draft.figure("hands", _monthly(edition, pipeline), _hands(edition, pipeline), ident=f"{ident}-hands"),
        draft.figure("role_win_rate", tuple(each), _rates(edition, each), ident=f"{ident}-rates")
        if whole["closed"]
        else None,
    )
    return Part(
        ident,
        title,
        pictures,
        (_answers(edition, (*each, whole)), _sales(edition, (*each, whole))),
        notes=tuple(_notes(edition, rows)),
        tables=("roles", "monthly"),
    )


def _notes(edition: Edition, rows: Sequence[Row]) -> Iterator[Markup | str]:
    """What the deals are; and whether sellers answer sooner than those who have other work, too."""
    words = edition.words
    yield words("Deals created or closed in the twelve months before the day of the data, by who is in charge now.")
    sellers, makers = (summed(rows, roles, "in_target", "due") for roles in (("seller",), MAKERS))
    if any(row["response_median_minutes"] is not None for row in rows) and sellers.whole and makers.whole:
        yield sentence(
            words,
            "Answered within {target}: sellers {sellers}, the owner and experts {makers}; {difference}.",
            target=words.minutes(edition.book.project.metrics.answer_target_minutes),
            sellers=sellers.counted(words, edition.min_n),
            makers=makers.counted(words, edition.min_n),
            difference=apart(words, sellers.against(makers, edition.min_n)),
        )


def summed(rows: Iterable[Row], roles: Sequence[str], part: str, whole: str) -> Of:
    """Two columns of `roles`, summed over some roles."""
    some = [row for row in rows if row["role"] in roles]
    return Of(sum(row[part] for row in some), sum(row[whole] for row in some))


def answer(edition: Edition) -> Markup | None:
    """The share of new deals in sellers' hands, all pipelines together."""
    words = edition.words
    rows = edition.numbers.table("roles")
    new = sum(row["created"] for row in rows if row["role"] == ALL)
    if not new:
        return None
    sellers, makers = (
        sum(row["created"] for row in rows if row["role"] in roles) for roles in (("seller",), MAKERS)
    )
    return sentence(
        words,
        "In sellers' hands: {sellers} of the new deals of twelve months; with the owner and experts: {makers}.",
        sellers=strong(Of(sellers, new).counted(words, edition.min_n)),
        makers=Of(makers, new).counted(words, edition.min_n),
    )


def _monthly(edition: Edition, pipeline: Pipeline) -> tuple[Row, ...]:
    """Rows of the last thirteen months; months without new deals have none, so that the picture has no gaps."""
    numbers = edition.numbers
    since = later(numbers.months[-1], 1 - MONTHS)
    rows = numbers.table("monthly", pipeline=pipeline.name, dimension="role")
    return tuple(row for row in rows if row["month"] >= since)


def _hands(edition: Edition, pipeline: Pipeline) -> Markup | str:
    """The last whole month against the twelve months before it."""
    words, month = edition.words, edition.numbers.last_complete
    rows = edition.numbers.table("monthly", pipeline=pipeline.name, dimension="role")
    if month is None:
        return words("Whose hands new deals are in, month by month.")
    now = _created([row for row in rows if row["month"] == month])
    before = _created([row for row in rows if later(month, -12) <= row["month"] < month])
    return sentence(
        words,
        "{month}: {now} in sellers' hands; in the twelve months before {before}: {difference}.",
        month=words.month(month).capitalize(),
        now=now.counted(words, edition.min_n),
        before=before.counted(words, edition.min_n),
        difference=apart(words, now.against(before, edition.min_n)),
    )


def _created(rows: Sequence[Row]) -> Of:
    new = [row for row in rows if row["created"]]
    return Of(sum(row["created"] for row in new if row["member"] == "seller"), sum(row["created"] for row in new))


def _rates(edition: Edition, rows: Sequence[Row]) -> Markup | str:
    words = edition.words
    sellers, makers = (summed(rows, roles, "won", "closed") for roles in (("seller",), MAKERS))
    if not sellers.whole or not makers.whole:
        return words("The share won of the deals that each role closed.")
    return sentence(
        words,
        "Sellers win {sellers}, the owner and experts {makers}: {difference}.",
        sellers=sellers.counted(words, edition.min_n),
        makers=makers.counted(words, edition.min_n),
        difference=apart(words, sellers.against(makers, edition.min_n)),
    )


def _answers(edition: Edition, rows: Sequence[Row]) -> Grid:
    words = edition.words
    target = words.minutes(edition.book.project.metrics.answer_target_minutes)
    heads = (
        Head(words("Role"), "role", number=False),
        Head(words("New deals"), "created"),
        Head(words("Share of all"), "in-hands"),
        Head(words("First response, median"), "response"),
        Head(words("Answered within {target}", target=target), "response"),
    )
    made = [
        [
            label(words, ROLES, row["role"]),
            words.number(row["created"]),
            words.share(row["share"]),
            words.minutes(row["response_median_minutes"]),
            Of(row["in_target"], row["due"]).estimated(words, edition.min_n)
            if row["response_median_minutes"] is not None
            else NOTHING,
        ]
        for row in rows
    ]
    return grid(words("New deals and their first answer, by role"), heads, made)


def _sales(edition: Edition, rows: Sequence[Row]) -> Grid:
    words = edition.words
    heads = (
        Head(words("Role"), "role", number=False),
        Head(words("Closed"), "lost"),
        Head(words("Won"), "won"),
        Head(words("Win rate"), "win-rate"),
        Head(words("Average sale"), "average-sale"),
        Head(words("Price kept, median"), "price-kept"),
        Head(words("Sales with a list price"), "price-kept"),
    )
    made = [
        [
            label(words, ROLES, row["role"]),
            words.number(row["closed"]),
            words.number(row["won"]),
            Of(row["won"], row["closed"]).estimated(words, edition.min_n),
            words.money(row["average_sale"]),
            words.share(row["price_kept"]),
            words.number(row["priced"]),
        ]
        for row in rows
    ]
    return grid(words("Sales and the price that was kept, by role"), heads, made)
