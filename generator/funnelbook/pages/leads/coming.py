"""How many leads come in, and how many are qualified, month by month."""

from __future__ import annotations

from markupsafe import Markup

from funnelbook.model.pipeline import Pipeline
from funnelbook.pages import answers, comparisons
from funnelbook.pages.edition import Draft, Edition
from funnelbook.pages.leads.complete import told_months
from funnelbook.pages.numbers import MONTHS
from funnelbook.pages.parts import Part
from funnelbook.pages.text import joined, sentence, strong
from funnelbook.pages.tiles import signed, verdict


def part(draft: Draft, pipeline: Pipeline) -> Part:
    edition, numbers = draft.edition, draft.edition.numbers
    words = edition.words
    ident, title = answers.anchor(draft, "coming", pipeline), words("How many leads come in")
    rows = numbers.series(pipeline.name, count=MONTHS)
    last = rows[-1]["month"]
    figure = draft.figure(
        "leads",
        told_months(edition, rows, "created"),
        _finding(edition, pipeline),
        ident=ident,
        partial="" if numbers.complete(last) else last,
    )
    return Part(ident, title, (figure,), tables=("monthly",))


def _finding(edition: Edition, pipeline: Pipeline) -> Markup:
    """The newest whole month against the month before and a year ago, by their rates per day."""
    words, numbers = edition.words, edition.numbers
    month = numbers.last_complete
    row = numbers.month(pipeline.name, month) if month else None
    if month is None or row is None:
        return sentence(words, "No month is over yet.")
    said = sentence(
        words,
        "{month}: {leads} came in",
        month=words.month(month).capitalize(),
        leads=strong(words.plural("{n} lead", "{n} leads", row["created"])),
    )
    compared = [
        sentence(
            words,
            "{n} against {month} ({verdict})",
            n=signed(words, row["created"] - before.row["created"]),
            month=words.month_brief(before.month),
            verdict=verdict(words, comparisons.count_noise(numbers, row, before.row, "created")) or "—",
        )
        for before in comparisons.past(numbers, pipeline.name, month)
    ]
    return Markup("{}.").format(joined([said, *compared], ", "))
