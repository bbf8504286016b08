"""How new people come up to speed: sums of rows of `ramp` over phases of their first year."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from markupsafe import Markup

from funnelbook.language import NOTHING
from funnelbook.model.results import Row
from funnelbook.pages.edition import Draft, Edition
from funnelbook.pages.grid import Grid, Head, grid
from funnelbook.pages.honesty import absence
from funnelbook.pages.numbers import ALL
from funnelbook.pages.parts import Part
from funnelbook.pages.portions import Of, apart
from funnelbook.pages.sellers.team import is_silent, newest
from funnelbook.pages.text import crm, joined, plain, sentence, strong

#: Full months since the start, first and last; None = and later.
PHASES: tuple[tuple[int, int | None], ...] = ((0, 2), (3, 5), (6, 11), (12, None))
FIRST, SETTLED = PHASES[0], PHASES[-1]
#: Whoever began so many months ago is new no more.
YEAR = 12
#: New people on the picture and in the table, the newest first.
SHOWN = 4


def part(draft: Draft) -> Part:
    edition, words = draft.edition, draft.edition.words
    title = words("How new people come up to speed")
    if not edition.numbers.table("ramp"):
        reason = absence(edition, "ramp") or words("Nobody has had a deal since the day they began.")
        return Part("ramp", title, reason=reason)
    figure = draft.figure("ramp", tuple(phases(edition)), finding(edition) or words("Nobody began in this time."))
    return Part("ramp", title, (figure,), tuple(_months(edition)), notes=tuple(_notes(edition)), tables=("ramp",))


def rows_of(edition: Edition, owner: str, phase: tuple[int, int | None]) -> list[Row]:
    first, last = phase
    return [
        row
        for row in edition.numbers.table("ramp", owner=owner)
        if first <= row["months"] and (last is None or row["months"] <= last)
    ]


def counted(rows: Sequence[Row]) -> Of:
    return Of(sum(row["won"] for row in rows), sum(row["closed"] for row in rows))


def beginners(edition: Edition) -> list[tuple[str, int]]:
    """Those in their first year who still get deals, the newest first: name, full months since the start."""
    last, months = newest(edition), dict[str, int]()
    for row in edition.numbers.table("ramp"):
        if row["owner"] != ALL:
            months[row["owner"]] = max(row["months"], months.get(row["owner"], 0))
    new = [(owner, age) for owner, age in months.items() if age < YEAR and not is_silent(edition, owner, last)]
    return sorted(new, key=lambda one: (one[1], one[0]))


def phases(edition: Edition) -> Iterator[Row]:
    """What the chart takes: all together, then each of the newest."""
    for owner in (ALL, *(name for name, _ in beginners(edition)[:SHOWN])):
        for since, until in PHASES:
            some = counted(rows_of(edition, owner, (since, until)))
            if found := some.share:
                ends = {"low": found.low, "high": found.high}
                phase = {"owner": owner, "since": since, "until": until}
                yield {**phase, "closed": some.whole, "won": some.n, **ends}


def answer(edition: Edition) -> Markup | None:
    """Who is new and how far they are, and how new people start."""
    words, new = edition.words, beginners(edition)
    if not edition.numbers.table("ramp"):
        return None
    if not new:
        return joined([sentence(words, "Nobody is in the first year."), *_maybe(finding(edition))])
    names = [
        sentence(
            words,
            "{name} — month {month}, {counts} won",
            name=strong(crm(owner)),
            month=words.number(age + 1),
            counts=counted(rows_of(edition, owner, (0, None))).counts(words),
        )
        for owner, age in new[:SHOWN]
    ]
    told = sentence(words, "In the first year: {names}.", names=joined(names, "; "))
    return joined([told, *_maybe(finding(edition))])


def _maybe(text: Markup | None) -> list[Markup]:
    return [text] if text else []


def finding(edition: Edition) -> Markup | None:
    """The first three months against those after the first year; None when nobody is seen in them."""
    words = edition.words
    first, settled = (counted(rows_of(edition, ALL, phase)) for phase in (FIRST, SETTLED))
    if not first.whole:
        return None
    if not settled.whole:
        return sentence(
            words,
            "In the first three months new people win {first}.",
            first=strong(first.counted(words, edition.min_n)),
        )
    return sentence(
        words,
        "In the first three months new people win {first}, after a year {settled}: {difference}.",
        first=strong(first.counted(words, edition.min_n)),
        settled=settled.counted(words, edition.min_n),
        difference=apart(words, first.against(settled, edition.min_n)),
    )


def _notes(edition: Edition) -> Iterator[str]:
    words = edition.words
    yield words(
        "A month is counted from the day a person began by the team file; deals of all pipelines and roles "
        "together. "
        "People who left early are in the first months only, so the later ones are those of people who stayed."
    )
    if len(beginners(edition)) > SHOWN:
        yield words("Shown are the newest people; the table to download has everybody.")


def _months(edition: Edition) -> Iterator[Grid]:
    """Month by month of the first year: all together, and what each of the newest won."""
    words, numbers = edition.words, edition.numbers
    new = [name for name, _ in beginners(edition)[:SHOWN]]
    rows = [row for row in numbers.table("ramp", owner=ALL) if row["months"] < YEAR]
    if not rows:
        return
    heads = (
        Head(words("Month"), "ramp", number=False),
        Head(words("New deals"), "created"),
        Head(words("First response, median"), "response"),
        Head(words("Closed"), "lost"),
        Head(words("Won"), "won"),
        Head(words("Win rate"), "win-rate"),
        *(Head(words("{name}, won", name=plain(name)), "won") for name in new),
    )
    own = {(row["owner"], row["months"]): row for row in numbers.table("ramp")}
    made = [
        [
            words.number(row["months"] + 1),
            words.number(row["leads"]),
            words.minutes(row["response_median_minutes"]),
            words.number(row["closed"]),
            words.number(row["won"]),
            Of(row["won"], row["closed"]).estimated(words, edition.min_n),
            *(_own(edition, own.get((name, row["months"]))) for name in new),
        ]
        for row in rows
    ]
    yield grid(words("The first year, month by month"), heads, made)


def _own(edition: Edition, row: Row | None) -> str:
    return Of(row["won"], row["closed"]).counts(edition.words) if row and row["closed"] else NOTHING
