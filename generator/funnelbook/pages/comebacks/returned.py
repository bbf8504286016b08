"""The share of lost buyers who came back, by who ended the deal, and how soon."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from markupsafe import Markup

from funnelbook.language import Words
from funnelbook.model.differences import Share, newcombe
from funnelbook.model.results import Row
from funnelbook.pages.edition import Draft, Edition
from funnelbook.pages.honesty import absence
from funnelbook.pages.numbers import ALL, Numbers
from funnelbook.pages.parts import Part
from funnelbook.pages.text import joined, mark, sentence, span, strong

IDENT = "returned"

#: A contact with several losses is several observations: so many losses a contact are said.
CROWDED = 1.5

_GROUPS: Mapping[str, str] = {
    "refused": mark("of those we refused {share}"),
    "declined": mark("of those who declined {share}"),
    "drifted": mark("of those who drifted away {share}"),
}
#: What those we refused are compared with: what is said when they come back as often, more often, less often.
_COMPARED = {
    "drifted": (
        mark("Between those we refused and those who drifted away there is no difference beyond noise."),
        mark(
            "Those we refused come back more often than those who drifted away, which is not noise. "
            "The refusal need not be the reason, but try to refuse rather than fall silent."
        ),
        mark("Those who drifted away come back more often than those we refused, which is not noise."),
    ),
    "declined": (
        mark("Whether we refuse or the buyer does makes no difference beyond noise."),
        mark("Those we refused come back more often than those who declined, which is not noise."),
        mark("Those who declined come back more often than those we refused, which is not noise."),
    ),
}


def rows_of(numbers: Numbers) -> tuple[Row, ...]:
    """`comebacks` with the columns of `comeback_intervals`, row by row; nothing when either could not be made."""
    sure = {(row["party"], row["days"]): row for row in numbers.table("comeback_intervals")}
    return tuple(
        {**row, **sure[row["party"], row["days"]]}
        for row in numbers.table("comebacks")
        if (row["party"], row["days"]) in sure
    )


def longest(rows: Sequence[Row], party: str = ALL) -> Row | None:
    """The row of the longest time that is known for a party."""
    known = [row for row in rows if row["party"] == party and row["returned"] is not None]
    return max(known, key=lambda row: int(row["days"]), default=None)


def returned(draft: Draft) -> Part:
    edition = draft.edition
    words, rows = edition.words, rows_of(edition.numbers)
    title = words("Who comes back, and when")
    reason = absence(edition, "comebacks")
    whole = longest(rows)
    if reason or whole is None:
        return Part(IDENT, title, reason=reason or too_young(edition, rows))
    figure = draft.figure("comebacks", rows, _finding(words, rows, whole), ident=IDENT)
    tables = ("comebacks", "comeback_intervals")
    return Part(IDENT, title, (figure,), notes=tuple(_notes(edition, rows, whole)), tables=tables)


def too_young(edition: Edition, rows: Sequence[Row]) -> str:
    words = edition.words
    if not any(row["losses"] for row in rows):
        return words("No deal with a contact was lost, so nobody could come back.")
    return words("No loss is 90 days old yet: what share comes back is known later.")


def share_of(words: Words, row: Row, min_n: int) -> str:
    """`22 %`, or the counts while fewer than `min_n` losses were watched to the end."""
    if row["losses"] < min_n:
        return words("{n} of {all}", n=words.number(row["returns"]), all=words.number(row["losses"]))
    return words.share(row["returned"])


def interval_of(words: Words, row: Row) -> str:
    return span(words.share(row["returned_low"]), words.share(row["returned_high"]))


def answer(edition: Edition) -> Markup:
    """Whether they come back, by party, and whether the party matters."""
    words, min_n = edition.words, edition.book.project.metrics.min_n
    rows = rows_of(edition.numbers)
    whole = longest(rows)
    if whole is None:
        reason = absence(edition, "comebacks") or too_young(edition, rows)
        return sentence(words, "Whether lost buyers come back is not known yet. {reason}", reason=reason)
    first = sentence(
        words,
        "Within {days} {share} of the lost buyers come back with another deal ({range}, {n} losses).",
        days=words.days(whole["days"]),
        share=strong(share_of(words, whole, min_n)),
        range=interval_of(words, whole),
        n=words.number(whole["losses"]),
    )
    parts = [
        sentence(words, text, share=strong(share_of(words, row, min_n)))
        for party, text in _GROUPS.items()
        if (row := _at(rows, party, whole["days"])) and row["losses"]
    ]
    told = [first]
    if len(parts) > 1:
        told.append(sentence(words, "By who ended the deal: {parts}.", parts=joined(parts, ", ")))
    told += _compared(words, rows, int(whole["days"]), min_n)
    return joined(told)


def when(edition: Edition) -> Markup | None:
    """Half of those who come back do it within so many days."""
    words = edition.words
    whole = longest(rows_of(edition.numbers))
    if whole is None or whole["median_days"] is None:
        return None
    return sentence(
        words,
        "Half of those who come back do it within {median} of the loss: get in touch in that time.",
        median=strong(words.days(whole["median_days"])),
    )


def _at(rows: Sequence[Row], party: str, days: int) -> Row | None:
    return next(
        (row for row in rows if row["party"] == party and row["days"] == days and row["returned"] is not None), None
    )


def _compared(words: Words, rows: Sequence[Row], days: int, min_n: int) -> Iterator[Markup]:
    """Whether those we refused come back more often than others, where both are enough."""
    mine = _share(_at(rows, "refused", days), min_n)
    for party, texts in _COMPARED.items():
        theirs = _share(_at(rows, party, days), min_n)
        if mine and theirs:
            change = newcombe(mine, theirs)
            text = texts[0] if change.noise else texts[1] if change.value > 0 else texts[2]
            yield sentence(words, text)


def _share(row: Row | None, min_n: int) -> Share | None:
    """The share of a row with its interval; None over fewer than `min_n` losses."""
    if row is None or row["losses"] < min_n or row["returned_low"] is None:
        return None
    return Share(row["returned"], row["returned_low"], row["returned_high"])


def _finding(words: Words, rows: Sequence[Row], whole: Row) -> Markup:
    """The party whose buyers come back most, at the longest time that is known."""
    some = [row for party in _GROUPS if (row := _at(rows, party, whole["days"])) and row["losses"]]
    if not some:
        return sentence(words, "Nobody is known who could come back.")
    text = {
        "refused": mark("The highest share is that of those we refused: {share} within {days} ({range})."),
        "declined": mark("The highest share is that of those who declined: {share} within {days} ({range})."),
        "drifted": mark("The highest share is that of those who drifted away: {share} within {days} ({range})."),
    }
    most = max(some, key=lambda row: row["returned"])
    if not whole["returned"]:
        return sentence(words, "Nobody has come back yet.")
    said = text[str(most["party"])]
    return sentence(
        words,
        said,
        share=words.share(most["returned"]),
        days=words.days(most["days"]),
        range=interval_of(words, most),
    )


def _notes(edition: Edition, rows: Sequence[Row], whole: Row) -> Iterator[Markup]:
    words = edition.words
    yield sentence(
        words,
        "A loss is watched until its contact's next deal, or until today; a share takes into account that young "
        "losses were not watched to the end. n: losses watched for so long without a come-back.",
    )
    if whole["losses"] > CROWDED * whole["contacts"]:
        yield sentence(
            words,
            "{n} losses are of {contacts} only: the intervals are narrower than they should be.",
            n=words.number(whole["losses"]),
            contacts=words.plural("{n} contact", "{n} contacts", whole["contacts"]),
        )
    if whole["days"] < max(row["days"] for row in rows):
        yield sentence(words, "The data are too young to tell how many come back within a year.")
