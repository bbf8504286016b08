"""The people: hours needed of hours available, and open deals against what the hours can carry."""

from __future__ import annotations

from collections.abc import Iterator

from markupsafe import Markup

from funnelbook.language import NOTHING
from funnelbook.model.results import Row
from funnelbook.pages import honesty
from funnelbook.pages.capacity.balance import months_words
from funnelbook.pages.capacity.hands import Hands, hands_of, usual_cycle
from funnelbook.pages.edition import Draft, Edition
from funnelbook.pages.grid import Grid, Head, grid
from funnelbook.pages.numbers import later
from funnelbook.pages.parts import Part
from funnelbook.pages.text import UNNAMED, crm, filled, sentence, strong

#: Months on the picture.
_MONTHS = 6


def load(draft: Draft) -> Part:
    edition, words = draft.edition, draft.edition.words
    title = words("Who is full")
    month = edition.numbers.last_complete
    rows = edition.numbers.table("capacity")
    if month is None or not rows:
        return Part("load", title, reason=honesty.absence(edition, "capacity") or _too_early(edition, rows))
    recent = tuple(row for row in rows if later(month, 1 - _MONTHS) <= row["month"] <= month)
    now = [row for row in recent if row["month"] == month]
    figure = None
    if any(row["utilisation"] is not None for row in recent):
        figure = draft.figure("load", recent, _finding(edition, month, now), ident="load")
    return Part(
        "load",
        title,
        (figure,),
        (_people(edition, month, now),) if now else (),
        tuple(_notes(edition, recent)),
        ("capacity",),
    )


def _too_early(edition: Edition, rows: tuple[Row, ...]) -> str:
    return edition.words("No month of the data is over yet.") if rows else ""


def _finding(edition: Edition, month: str, rows: list[Row]) -> Markup:
    words = edition.words
    known = [row for row in rows if row["utilisation"] is not None]
    over = [row for row in known if row["utilisation"] >= 1]
    name = words.month(month).capitalize()
    if not known:
        return sentence(words, "{month}: nobody's hours are known.", month=name)
    fullest = max(known, key=lambda row: (row["utilisation"], row["owner"]))
    texts = {
        "month": name,
        "owner": crm(fullest["owner"]),
        "share": words.share(fullest["utilisation"]),
        "n": words.number(len(over)),
        "all": words.number(len(known)),
    }
    if over:
        return sentence(
            words, "{month}: overloaded are {n} of {all}, most of all {owner}: {share} of the hours.", **texts
        )
    return sentence(
        words, "{month}: nobody is overloaded; the highest load is that of {owner}, {share} of the hours.", **texts
    )


def _people(edition: Edition, month: str, rows: list[Row]) -> Grid:
    words = edition.words
    heads = (
        Head(words("Who"), number=False),
        Head(words("Hours needed"), "utilisation"),
        Head(words("Hours available"), "utilisation"),
        Head(words("Load"), "utilisation"),
        Head(words("Open on average"), "open"),
        Head(words("Closed")),
        Head(words("Implied cycle"), "implied-cycle"),
    )
    ranked = sorted(rows, key=lambda row: (-(row["utilisation"] or -1), row["owner"]))
    made = [
        [
            _name(edition, row["owner"]),
            words.number(row["hours_needed"], 1),
            words.number(row["hours_available"], 1),
            words.share(row["utilisation"]),
            words.number(row["open_average"], 1),
            words.number(row["closed"]),
            words.days(row["implied_cycle_days"]),
        ]
        for row in ranked
    ]
    return grid(words("{month}, by owner", month=words.month(month).capitalize()), heads, made)


def _name(edition: Edition, owner: str) -> Markup | str:
    return edition.words("Nobody (no owner)") if owner == UNNAMED else crm(owner)


def _notes(edition: Edition, rows: tuple[Row, ...]) -> Iterator[Markup]:
    words = edition.words
    yield sentence(
        words,
        "Hours needed are the minutes declared for the stages that the owner's deals first came to in the month, "
        "and nothing else: 60% here may be a full day.",
    )
    yield from honesty.gap_notes(edition, *edition.numbers.pipelines)
    if all(row["hours_needed"] is None for row in rows):
        yield sentence(words, "No stage declares minutes, so nobody knows the hours needed.")
    unknown = {row["owner"] for row in rows if row["hours_available"] is None and row["owner"] != UNNAMED}
    if unknown:
        yield filled(
            words.plural(
                "{n} owner of deals is not in the team or has no hours told: no load is known.",
                "{n} owners of deals are not in the team or have no hours told: no load is known.",
                len(unknown),
            )
        )
    left = sorted({row["owner"] for row in rows if row["hours_available"] == 0 and row["open_average"]})
    for owner in left:
        yield sentence(
            words,
            "{owner} has no hours in some of these months and still holds open deals: hand them over.",
            owner=crm(owner),
        )


def hands(draft: Draft) -> Part:
    """Open deals at hand against what the hours carry at the usual pace, over the last whole months."""
    edition, words = draft.edition, draft.edition.words
    title = words("Open deals at hand")
    told = hands_of(edition.numbers)
    if not told:
        return Part("hands", title, reason=honesty.absence(edition, "capacity"))
    return Part(
        "hands",
        title,
        grids=(_hands_grid(edition, told),),
        notes=tuple(_hands_notes(edition, told)),
        tables=("capacity", "monthly", *(["work"] if any(each.carried is not None for each in told) else [])),
    )


def _hands_grid(edition: Edition, told: list[Hands]) -> Grid:
    words = edition.words
    usual = usual_cycle(edition.numbers)
    heads = (
        Head(words("Who"), number=False),
        Head(words("Open on average"), "open"),
        Head(words("The hours carry"), "open-carried"),
        Head(words("Closed")),
        Head(words("Implied cycle"), "implied-cycle"),
        Head(words("What it says"), number=False),
    )
    made = [
        [
            _name(edition, each.owner),
            words.number(each.open, 1),
            words.number(each.carried),
            words.number(each.closed),
            words.days(each.cycle),
            _verdict(edition, each, usual),
        ]
        for each in told
    ]
    months = months_words(words, told[0].months)
    return grid(words("Over {months}, by owner", months=months), heads, made)


def _verdict(edition: Edition, each: Hands, usual: float | None) -> Markup | str:
    """Too many for the hours; or they lie longer than deals usually take to a sale; else nothing."""
    words, min_n = edition.words, edition.book.project.metrics.min_n
    if each.carried is not None and each.open > each.carried:
        return strong(words("more than the hours carry"))
    if each.hours == 0 and each.open:
        return strong(words("open deals and no hours"))
    if each.closed < min_n:
        return words("too few closed to tell")
    if usual is not None and each.cycle is not None and each.cycle > 2 * usual:
        return strong(words("they lie: twice the usual cycle"))
    return words("within what is usual") if each.carried is not None else NOTHING


def _hands_notes(edition: Edition, told: list[Hands]) -> Iterator[Markup]:
    words = edition.words
    usual = usual_cycle(edition.numbers)
    if usual is not None:
        yield sentence(
            words,
            "The usual cycle is {days}: the middle of the medians of the last twelve months, over won deals.",
            days=words.days(usual),
        )
    yield sentence(
        words,
        "Implied cycle = open deals ÷ deals closed a day, won and lost: how long a deal will lie at this pace.",
    )
    if any(each.carried is not None for each in told):
        yield sentence(
            words,
            "The hours carry: hours a day ÷ hours that a lead takes × the usual cycle. Above it a seller has more "
            "deals than time for them.",
        )
    elif usual is None:
        yield sentence(
            words, "Nothing was sold, so there is no usual cycle: nobody knows how many deals the hours carry."
        )
    else:
        yield sentence(words, "Without minutes or a team nobody knows how many deals the hours carry.")
