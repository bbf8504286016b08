"""What a release said of a month that was over, where it comes out otherwise today."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from markupsafe import Markup
from msgspec import Struct

from funnelbook.forms import MINUS
from funnelbook.language import NOTHING, Words
from funnelbook.model.pipeline import Pipeline
from funnelbook.model.results import Row
from funnelbook.pages.edition import Draft, Edition
from funnelbook.pages.grid import Grid, Head, grid
from funnelbook.pages.parts import Part
from funnelbook.pages.text import crm, filled, joined, linked, mark, plain, sentence, strong
from funnelbook.pages.tiles import PLUS, written


class _Figure(Struct, frozen=True):
    """A figure's name, its entry in the glossary, and its unit as `tiles.written` knows it."""

    label: str
    term: str
    unit: str


_FIGURES = {
    "created": _Figure(mark("New deals"), "created", "count"),
    "won": _Figure(mark("Won"), "won", "count"),
    "lost": _Figure(mark("Lost"), "lost", "count"),
    "revenue": _Figure(mark("Revenue"), "revenue", "money"),
    "win_rate": _Figure(mark("Win rate"), "win-rate", "share"),
    "cost_of_sale": _Figure(mark("Cost of sale"), "cost-of-sale", "money"),
}


def line(edition: Edition, pipelines: Sequence[Pipeline], month: str) -> Markup | None:
    """One line under the month's sentences; None when no release was made after the month was over."""
    words, told = edition.words, edition.book.published
    firsts = [told[month, each.name] for each in pipelines if (month, each.name) in told]
    if not firsts or not edition.numbers.complete(month):
        return None
    changed = [(each, rows) for each in pipelines if (rows := _rows(edition, each, month))]
    if not changed:
        return sentence(
            words,
            "No figure of this month has changed since version “{version}” first published it.",
            version=crm(firsts[0].title),
        )
    several = len(edition.numbers.pipelines) > 1
    parts = [_changes(words, crm(each.name) if several else "", rows) for each, rows in changed]
    return sentence(
        words,
        "{restated} since version “{version}” first published this month: {changes}. {link}",
        restated=strong(words("Restated")),
        version=crm(firsts[0].title),
        changes=joined(parts, "; "),
        link=linked("#restated", words("Both figures, and why")),
    )


def part(draft: Draft, pipelines: Sequence[Pipeline], month: str) -> Part:
    """The figures with what was published first; empty when nothing changed."""
    edition, words = draft.edition, draft.edition.words
    title = words("Restated")
    grids = tuple(_grids(edition, pipelines, month)) if edition.numbers.complete(month) else ()
    if not grids:
        return Part("restated", title)
    return Part(
        "restated",
        title,
        grids=grids,
        notes=(
            words(
                "A month is over once, and its figures can still change: a deal is closed late with an earlier "
                "date, an export is corrected or fuller, settings or the program change."
            ),
            words("The version that published the first figure keeps it: choose it at the top of the page."),
        ),
        tables=("restated",),
    )


def _grids(edition: Edition, pipelines: Sequence[Pipeline], month: str) -> Iterator[Grid]:
    words = edition.words
    for pipeline in pipelines:
        rows = _rows(edition, pipeline, month)
        if rows:
            title = edition.book.published[month, pipeline.name].title
            heads = (
                Head(words("Figure"), number=False),
                Head(words("First published"), "restated"),
                Head(words("Today")),
                Head(words("Difference")),
            )
            texts = [_texts(words, row) for row in rows]
            yield grid(_caption(edition, pipeline, title), heads, texts)


def _caption(edition: Edition, pipeline: Pipeline, title: str) -> str:
    words, version = edition.words, plain(title)
    if len(edition.numbers.pipelines) == 1:
        return words("As version “{version}” first published it, and today", version=version)
    name = plain(pipeline.name)
    return words("{pipeline}: as version “{version}” first published it, and today", pipeline=name, version=version)


def _rows(edition: Edition, pipeline: Pipeline, month: str) -> tuple[Row, ...]:
    return edition.numbers.rows("restated", pipeline.name, month=month)


def _changes(words: Words, name: Markup | str, rows: Sequence[Row]) -> Markup:
    texts = []
    for row in rows:
        figure, before, now, _ = _texts(words, row)
        texts.append(filled("{figure} {before} → {now}", figure=figure.lower(), before=before, now=now))
    changes = joined(texts, ", ")
    return filled("{name}\u00a0— {changes}", name=name, changes=changes) if name else changes


def _texts(words: Words, row: Row) -> tuple[str, str, str, str]:
    """Figure, published, now, difference; with more digits where both would be written alike."""
    figure = _FIGURES[row["figure"]]
    published, now = row["published"], row["now"]
    before, after = (_written(words, figure.unit, value) for value in (published, now))
    if published is None or now is None:
        return words(figure.label), before, after, NOTHING
    sign = PLUS if now > published else MINUS
    size = abs(now - published)
    if figure.unit == "share":
        return words(figure.label), before, after, words("{n} pp", n=sign + words.number(100 * size, 1))
    return words(figure.label), before, after, sign + _written(words, figure.unit, size)


def _written(words: Words, unit: str, value: float | None) -> str:
    return words.share(value, 1) if unit == "share" else written(words, unit, value)
