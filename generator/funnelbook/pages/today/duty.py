"""One thing to do: its section, and the sentence that calls for it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from markupsafe import Markup
from msgspec import Struct

from funnelbook.language import NOTHING
from funnelbook.model.results import Row
from funnelbook.pages.edition import Draft
from funnelbook.pages.grid import Grid, Head, grid
from funnelbook.pages.parts import Part
from funnelbook.pages.text import UNNAMED, crm

#: Deals beyond these are counted only; the table has them all.
MOST = 50


class Duty(Struct, frozen=True):
    """`call` says what to do with counts and money; "" when there is nothing to do. `money` is what is at stake."""

    part: Part
    call: Markup | str = ""
    money: float | None = None


def owners(draft: Draft, rows: Iterable[Row]) -> list[str]:
    """The owners of the rows by name, nobody last."""
    return sorted({row["owner"] for row in rows}, key=lambda owner: (owner == UNNAMED, owner))


def owner_name(draft: Draft, owner: str) -> Markup | str:
    return draft.edition.words("No owner") if owner == UNNAMED else crm(owner)


def summed(rows: Iterable[Row], column: str) -> float | None:
    """The sum of what is known; None when nothing is."""
    known = [row[column] for row in rows if row[column] is not None]
    return sum(known) if known else None


def deals_grid(draft: Draft, name: str) -> tuple[Grid, ...]:
    """The deals of a list by their ids, where the project publishes them."""
    words = draft.edition.words
    rows = draft.edition.numbers.table("urgent", list=name)
    if not rows:
        return ()
    several = len(draft.edition.numbers.pipelines) > 1
    heads = (
        Head(words("Deal"), "deal", number=False),
        *([Head(words("Pipeline"), "pipeline", number=False)] if several else []),
        Head(words("Stage"), "stage", number=False),
        Head(words("Seller"), number=False),
        Head(words("Value of the deals")),
        Head(words("Waiting")),
    )
    made: list[Sequence[str | Markup]] = [
        [
            crm(row["deal_id"]),
            *([crm(row["pipeline"])] if several else []),
            crm(row["stage"]),
            owner_name(draft, row["owner"]),
            words.money(row["value"]) if row["value"] is not None else NOTHING,
            words.days(row["days"]),
        ]
        for row in rows[:MOST]
    ]
    caption = words("The deals")
    if len(rows) > MOST:
        caption = words("The first {n} of {all} deals", n=words.number(MOST), all=words.number(len(rows)))
    return (grid(caption, heads, made),)


def tables_of(draft: Draft, *names: str) -> tuple[str, ...]:
    """The tables that were made, and the ids of the deals where they are published."""
    return tuple(name for name in (*names, "urgent") if draft.edition.numbers.has(name))
