"""Whose leads are recorded in full and answered in time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from markupsafe import Markup
from msgspec import Struct

from funnelbook.model.differences import newcombe, wilson
from funnelbook.model.results import Row
from funnelbook.pages.cost.window import months
from funnelbook.pages.edition import Draft, Edition
from funnelbook.pages.grid import Head, grid
from funnelbook.pages.labels import ABSENCES, label
from funnelbook.pages.leads.written import change, member_name, with_interval
from funnelbook.pages.parts import Part
from funnelbook.pages.text import UNNAMED, joined, sentence

#: People beyond these are not listed.
_MOST = 25

#: A part and its whole.
Cases = tuple[int, int]


class Person(Struct, frozen=True):
    """Over the last whole months: leads recorded in full of all, and answered in time of those that were due."""

    name: str
    recorded: Cases
    answered: Cases


def people(edition: Edition) -> list[Person]:
    """Those with most leads first; nobody in charge last. Sums of `leads` and of `monthly`."""
    numbers, wanted = edition.numbers, set(months(edition.numbers))
    found: dict[str, list[int]] = {}
    for row in numbers.table("leads", dimension="owner"):
        if row["month"] in wanted:
            _add(found, row, (row["complete"], row["leads"], 0, 0))
    for row in numbers.table("monthly", dimension="owner"):
        if row["month"] in wanted and row["answered_in_target"] is not None:
            answered = round(row["answered_in_target"] * row["created"])
            _add(found, row, (0, 0, answered, row["created"]))
    made = [Person(name, (sums[0], sums[1]), (sums[2], sums[3])) for name, sums in found.items() if sums[1]]
    return sorted(made, key=lambda each: (each.name == UNNAMED, -each.recorded[1], each.name))


def _add(found: dict[str, list[int]], row: Row, counts: Sequence[int]) -> None:
    sums = found.setdefault(str(row["member"]), [0, 0, 0, 0])
    for number, count in enumerate(counts):
        sums[number] += count


def part(draft: Draft) -> Part:
    edition = draft.edition
    words, title = edition.words, edition.words("Who records and who answers")
    found = people(edition)
    named = [each for each in found if each.name != UNNAMED]
    if not named:
        return Part("people", title, reason=label(words, ABSENCES, "no-owners"))
    known = edition.numbers.has("response_by_hour")
    heads = [
        Head(words("Person in charge"), number=False),
        Head(words("Leads"), "created"),
        Head(words("Recorded in full"), "complete"),
        Head(words("Against the others"), "noise"),
    ]
    if known:
        heads += [Head(words("Answered in time"), "response"), Head(words("Against the others"), "noise")]
    made = [[member_name(edition, each.name), *_cells(edition, each, found, known)] for each in found[:_MOST]]
    return Part(
        "people",
        title,
        grids=(grid(words("Leads of each person in charge, over the last whole months"), heads, made),),
        notes=tuple(_notes(edition, found, known)),
        tables=("leads", "monthly"),
    )


def _cells(edition: Edition, person: Person, everybody: Sequence[Person], known: bool) -> Iterator[str]:
    yield edition.words.number(person.recorded[1])
    yield with_interval(edition, *person.recorded)
    nobody = person.name == UNNAMED  # never recorded in full, by definition
    yield "—" if nobody else _against(edition, person.recorded, [each.recorded for each in everybody])
    if known:
        yield with_interval(edition, *person.answered)
        yield _against(edition, person.answered, [each.answered for each in everybody])


def _others(mine: Cases, everybody: Sequence[Cases]) -> Cases:
    return sum(each[0] for each in everybody) - mine[0], sum(each[1] for each in everybody) - mine[1]


def _against(edition: Edition, mine: Cases, everybody: Sequence[Cases]) -> str:
    """A person's share less that of all the others together."""
    others = _others(mine, everybody)
    share, theirs = wilson(*mine), wilson(*others)
    few = min(mine[1], others[1]) < edition.book.project.metrics.min_n
    return change(edition, None if few or share is None or theirs is None else newcombe(share, theirs))


def _notes(edition: Edition, found: Sequence[Person], known: bool) -> Iterator[Markup]:
    words = edition.words
    kinds = [(words("Recorded in full"), [each.recorded for each in found])]
    kinds += [(words("Answered in time"), [each.answered for each in found])] if known else []
    for name, cases in kinds:
        behind = [
            each
            for each, mine in zip(found, cases, strict=True)
            if each.name != UNNAMED and _behind(edition, mine, cases)
        ]
        if behind:
            yield sentence(
                words,
                "“{what}” is lower than with the others, and that is not noise: {list}.",
                what=name,
                list=joined([Markup("{}").format(member_name(edition, each.name)) for each in behind], ", "),
            )
    yield sentence(
        words,
        "By the person who is in charge of the lead now; it may have come to somebody else first. Talk about it "
        "before you judge: whoever gets the leads of the night answers later.",
    )
    if len(found) > _MOST:
        yield sentence(words, "Not shown: {n} people with fewer leads.", n=words.number(len(found) - _MOST))


def _behind(edition: Edition, mine: Cases, everybody: Sequence[Cases]) -> bool:
    share, theirs = wilson(*mine), wilson(*_others(mine, everybody))
    if share is None or theirs is None or mine[1] < edition.book.project.metrics.min_n:
        return False
    found = newcombe(share, theirs)
    return found.value < 0 and not found.noise
