"""The two risks of giving selling away, watched in numbers: lost expertise, and buyers who were pressed.

Expertise: sellers' win rate, and the share of their sales at the list price or above, against the owner's and the
experts', with Newcombe's interval. Pressing: buyers who come with another deal (Kaplan-Meier; the interval of a
difference by the same hybrid of the two intervals, see G. Y. Zou and A. Donner, Statistics in Medicine 27 (2008)),
and the share of losses that the buyer ended. None of them proves anything: deals are not dealt out by lot.
"""

from __future__ import annotations

from collections.abc import Iterator

from markupsafe import Markup

from funnelbook.language import NOTHING
from funnelbook.model.differences import Share, newcombe
from funnelbook.model.results import Row
from funnelbook.pages.edition import Draft, Edition, Figure
from funnelbook.pages.grid import Grid, Head, grid
from funnelbook.pages.honesty import absence
from funnelbook.pages.parts import Part
from funnelbook.pages.portions import Of, apart
from funnelbook.pages.sellers.roles import MAKERS, summed
from funnelbook.pages.text import crm, sentence, span

DAYS = (365, 180, 90)
_BOTH = "+".join(MAKERS)


def part(draft: Draft) -> Part:
    edition, words = draft.edition, draft.edition.words
    title = words("Two risks of giving selling away")
    if not edition.numbers.table("roles"):
        return Part("delegation-risks", title, reason=absence(edition, "roles") or words("There are no deals yet."))
    figure = _figure(draft)
    return Part(
        "delegation-risks",
        title,
        (figure,),
        (_expertise(edition), _pressing(edition)),
        notes=tuple(_notes(edition, drawn=figure is not None)),
        tables=("roles", "repeat_buyers") if edition.numbers.has("repeat_buyers") else ("roles",),
    )


def _notes(edition: Edition, *, drawn: bool) -> Iterator[Markup | str]:
    words = edition.words
    yield words(
        "Lost expertise would show in sellers who win less, or give more off the price, than the owner and the "
        "experts."
    )
    yield words(
        "Selling under pressure would show in buyers who do not come again, and in more losses that buyers end "
        "themselves. Read it as a question: who gets which buyers, and how well reasons are recorded, shows "
        "here, too."
    )
    if not any(row["role"] in MAKERS for row in edition.numbers.table("roles")):
        yield words(
            "Neither the owner nor an expert had a deal, so there is nobody to compare sellers with: watch the "
            "course "
            "of their own numbers."
        )
    days = shown_days(edition)
    if days and days < DAYS[0]:
        yield words(
            "Fewer than {n} buyers of one side have been watched for {year}, so shown is what came of {days}.",
            n=words.number(edition.min_n),
            year=words.plural("{n} day", "{n} days", DAYS[0]),
            days=words.plural("{n} day", "{n} days", days),
        )
    if not drawn:
        reason = absence(edition, "repeat_buyers")
        yield reason or words("No buyer has been watched long enough to tell whether buyers come again.")


def _expertise(edition: Edition) -> Grid:
    words = edition.words
    measures = (
        (words("Win rate"), "won", "closed"),
        (words("Sold at the list price or above"), "full_price", "priced"),
    )
    return _compared(edition, words("Is expertise lost?"), measures)


def _compared(
    edition: Edition, caption: str, measures: tuple[tuple[str, str, str], ...], *more: list[str | Markup]
) -> Grid:
    """Sellers against the owner and experts, a row a pipeline and measure; then `more` rows."""
    words, numbers = edition.words, edition.numbers
    several = len(numbers.pipelines) > 1
    made: list[list[str | Markup]] = list(more)
    for pipeline in numbers.pipelines:
        rows = numbers.rows("roles", pipeline.name)
        for name, part, whole in measures:
            one, other = (summed(rows, roles, part, whole) for roles in (("seller",), MAKERS))
            named = Markup("{}, {}").format(name, crm(pipeline.name)) if several else name
            made.append([named, *_cells(edition, one, other)])
    heads = (
        Head(words("What is compared"), number=False),
        Head(words("Sellers"), "in-hands"),
        Head(words("Owner and experts"), "in-hands"),
        Head(words("Difference"), "noise", number=False),
    )
    return grid(caption, heads, made)


def _cells(edition: Edition, one: Of, other: Of) -> list[str]:
    words, least = edition.words, edition.min_n
    return [
        one.counted(words, least),
        other.counted(words, least),
        apart(words, one.against(other, least)),
    ]


def _pressing(edition: Edition) -> Grid:
    words = edition.words
    measures = ((words("Losses that the buyer ended"), "declined", "lost"),)
    return _compared(edition, words("Are buyers pressed?"), measures, *_again(edition))


def _again(edition: Edition) -> Iterator[list[str | Markup]]:
    """Buyers who came again, over the longest time that enough of both were watched for; all pipelines together."""
    words = edition.words
    days = horizon(edition, ("seller", _BOTH)) or horizon(edition, ("seller",))
    if days is None:
        return
    sellers, makers = (_estimate(edition, role, days) for role in ("seller", _BOTH))
    name = words("Buyers who came again within {days}", days=words.plural("{n} day", "{n} days", days))
    found = newcombe(sellers, makers) if sellers and makers else None
    yield [
        name,
        *(_written(edition, role, days) for role in ("seller", _BOTH)),
        apart(words, found),
    ]


def shown_days(edition: Edition) -> int | None:
    """Of both sides, else of sellers alone, else of all buyers."""
    sides: tuple[tuple[str, ...], ...] = (("seller", _BOTH), ("seller",), ("all",))
    return next((days for roles in sides if (days := horizon(edition, roles))), None)


def horizon(edition: Edition, roles: tuple[str, ...]) -> int | None:
    """The longest time for which all roles have `min_n` buyers watched."""
    return next((days for days in DAYS if all(_estimate(edition, role, days) for role in roles)), None)


def _row(edition: Edition, role: str, days: int) -> Row | None:
    rows = edition.numbers.table("repeat_buyers", role=role)
    return next((row for row in rows if row["days"] == days), None)


def _estimate(edition: Edition, role: str, days: int) -> Share | None:
    """None when too few are watched so long."""
    row = _row(edition, role, days)
    if row is None or row["again_low"] is None or row["at_risk"] < edition.min_n:
        return None
    return Share(row["again"], row["again_low"], row["again_high"])


def _written(edition: Edition, role: str, days: int) -> str:
    words, row, found = edition.words, _row(edition, role, days), _estimate(edition, role, days)
    if row is None:
        return NOTHING
    buyers = words.plural("{n} buyer", "{n} buyers", row["buyers"])
    if found is None:
        return buyers
    return words(
        "{share} ({range}) of {buyers}",
        share=words.share(found.value),
        range=span(words.share(found.low), words.share(found.high)),
        buyers=buyers,
    )


def _figure(draft: Draft) -> Figure | None:
    edition, words = draft.edition, draft.edition.words
    days = shown_days(edition)
    if days is None:
        return None
    rows = tuple(row for row in edition.numbers.table("repeat_buyers") if row["days"] == days)
    whole = _row(edition, "all", days)
    finding = sentence(
        words,
        "Of {buyers} {share} came with another deal within {days}.",
        buyers=words.plural("{n} buyer", "{n} buyers", whole["buyers"] if whole else 0),
        share=words.share(whole["again"] if whole else None),
        days=words.plural("{n} day", "{n} days", days),
    )
    return draft.figure("repeat_buyers", rows, finding)
