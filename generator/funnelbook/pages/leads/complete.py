"""Are all leads recorded in full: source, contact, owner, and a next step for those that are open."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from markupsafe import Markup
from msgspec import Struct

from funnelbook.model.differences import newcombe, wilson
from funnelbook.model.results import Row
from funnelbook.pages.cost.window import months
from funnelbook.pages.edition import Draft, Edition
from funnelbook.pages.grid import Grid, Head, grid
from funnelbook.pages.leads.written import part_of, window_words
from funnelbook.pages.numbers import ALL, MONTHS, total
from funnelbook.pages.parts import Part
from funnelbook.pages.text import joined, mark, sentence, strong
from funnelbook.pages.tiles import points

#: What must be recorded of a lead, and of how many: column, the whole it is part of, its name.
_FIELDS = (
    ("with_source", "leads", mark("Source")),
    ("with_contact", "leads", mark("Contact")),
    ("with_owner", "leads", mark("Person in charge")),
    ("with_next_step", "open", mark("Next step (open leads)")),
)


class Field(Struct, frozen=True):
    """`missing` of `whole` leads have nothing recorded there."""

    name: str
    missing: int
    whole: int


def rows_of(edition: Edition) -> tuple[Row, ...]:
    """`leads` over all members, by month, oldest first."""
    return edition.numbers.table("leads", dimension=ALL)


def newest(edition: Edition) -> tuple[Row, ...]:
    """Those of the last whole months."""
    wanted = set(months(edition.numbers))
    return tuple(row for row in rows_of(edition) if row["month"] in wanted)


def fields(edition: Edition, rows: Sequence[Row]) -> list[Field]:
    """What is missing most first."""
    found = []
    for column, whole, name in _FIELDS:
        count = int(total(rows, whole))
        found.append(Field(edition.words(name), count - int(total(rows, column)), count))
    return sorted(found, key=lambda each: -(each.missing / each.whole if each.whole else 0.0))


def told(edition: Edition) -> Markup:
    """How many of the newest leads are recorded in full, and what is missing most."""
    words, rows = edition.words, newest(edition)
    leads, complete = int(total(rows, "leads")), int(total(rows, "complete"))
    if not leads:
        return sentence(words, "No lead came in in the last whole months.")
    found = fields(edition, rows)
    bare = [each for each in found if each.whole and each.missing == each.whole]
    if bare:
        return sentence(
            words,
            "No lead of the last whole months is recorded in full, for none has this: {fields}. Either the export "
            "lacks the column, or nobody fills it in.",
            fields=strong(words.listing(each.name.lower() for each in bare)),
        )
    worst = found[0]
    said = sentence(
        words,
        "{window} {share} of {leads} were recorded in full.",
        window=window_words(edition, len(months(edition.numbers))),
        share=strong(_share(edition, complete, leads)),
        leads=words.plural("{n} lead", "{n} leads", leads),
    )
    if not worst.missing:
        return joined([said, sentence(words, "Nothing is missing.")])
    missing = sentence(
        words,
        "Missing most: {field}, {n} of {all}.",
        field=strong(worst.name.lower()),
        n=words.number(worst.missing),
        all=words.number(worst.whole),
    )
    return joined([said, missing])


def _share(edition: Edition, part: int, whole: int) -> str:
    """A share where the whole is said beside it: the count of a part of few."""
    words = edition.words
    return words.number(part) if whole < edition.book.project.metrics.min_n else words.share(part / whole)


def part(draft: Draft) -> Part:
    edition = draft.edition
    words, rows = edition.words, rows_of(edition)[-MONTHS:]
    title = words("Are all leads recorded?")
    if not rows:
        return Part("complete", title, reason=words("There are no leads yet."))
    last = rows[-1]["month"]
    partial = "" if edition.numbers.complete(last) else last
    shown = told_months(edition, rows, "leads") if total(rows, "complete") else ()
    figure = draft.figure("complete", shown, _finding(edition, rows), partial=partial)
    return Part(
        "complete", title, (figure,), (_grid(edition),), notes=tuple(_notes(edition, rows)), tables=("leads",)
    )


def told_months(edition: Edition, rows: Sequence[Row], column: str, month: str = "month") -> tuple[Row, ...]:
    """Without a newest month that is not over and has fewer leads than a share is told of."""
    last = rows[-1]
    young = not edition.numbers.complete(last[month]) and last[column] < edition.book.project.metrics.min_n
    return tuple(rows[:-1] if young and len(rows) > 1 else rows)


def _finding(edition: Edition, rows: Sequence[Row]) -> Markup:
    """The newest whole month against the months before it that are shown."""
    words = edition.words
    whole = [row for row in rows if edition.numbers.complete(row["month"])]
    if not whole:
        return sentence(words, "No month is over yet.")
    now, before = whole[-1], whole[:-1]
    text = {
        "month": words.month(now["month"]).capitalize(),
        "share": part_of(edition, now["complete"], now["leads"]),
    }
    min_n = edition.book.project.metrics.min_n
    share, then = (
        wilson(now["complete"], now["leads"]),
        wilson(*(int(total(before, k)) for k in ("complete", "leads"))),
    )
    if share is None or then is None or min(now["leads"], total(before, "leads")) < min_n:
        return sentence(words, "{month}: {share} were recorded in full.", **text)
    found = newcombe(share, then)
    noise = mark(
        "{month}: {share} were recorded in full; the months before {then}. The difference is noise ({points})."
    )
    signal = mark(
        "{month}: {share} were recorded in full; the months before {then}. The difference is not noise ({points})."
    )
    return sentence(
        words,
        noise if found.noise else signal,
        then=words.share(then.value),
        points=points(words, found.value),
        **text,
    )


def _grid(edition: Edition) -> Grid:
    words = edition.words
    heads = (
        Head(words("What must be recorded"), "complete", number=False),
        Head(words("Leads"), "created"),
        Head(words("Missing"), "complete"),
    )
    made = [
        [each.name, words.number(each.whole), part_of(edition, each.missing, each.whole)]
        for each in fields(edition, newest(edition))
    ]
    return grid(words("What is missing, over the last whole months"), heads, made)


def _notes(edition: Edition, rows: Sequence[Row]) -> Iterator[Markup]:
    words = edition.words
    yield sentence(
        words,
        "Recorded in full: source, contact and person in charge, and for a lead that is still open its next step. "
        "Young months have more open leads, so they can look worse than old ones.",
    )
