"""A review as one page in the site's theme, with its stylesheet beside it; it opens from any folder."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from markupsafe import Markup
from msgspec import Struct

from funnelbook import __version__
from funnelbook.bundled import bundled
from funnelbook.errors import Finding
from funnelbook.pages.grid import Grid, Head, grid
from funnelbook.pages.text import crm, isolated, joined, plain, rendered, strong, toned
from funnelbook.pages.theme import open_theme, read_assets
from funnelbook.review.numbers import Figure
from funnelbook.review.playbooks import Changed
from funnelbook.review.telling import FIGURES, Telling, what, where

_ASSETS = ("assets/favicon.svg", "assets/site.css")


class Shown(Struct, frozen=True):
    """A playbook on the page."""

    ident: str
    title: str
    path: str
    fate: str
    extent: str
    matter: Grid | None
    rows: Sequence[ShownRow]


class ShownRow(Struct, frozen=True):
    """`unchanged` says how many blocks stayed, "" for blocks that did not."""

    unchanged: str
    before: Markup
    after: Markup
    mark_up: bool


def files(told: Telling) -> dict[str, bytes]:
    """Path -> content. The theme is the program's own: a change must not alter how it is reviewed."""
    default = bundled("templates")
    html = open_theme((default,)).render("review.html", _context(told))
    assets = read_assets((default,))
    return {"index.html": html.encode(), **{path: assets[path] for path in _ASSETS}}


def _context(told: Telling) -> dict[str, object]:
    words, review = told.words, told.review
    site = review.after.project or review.before.project
    return {
        "_": words,
        "lang": words.code,
        "title": told.heading,
        "site": plain(site.site.title) if site else "",
        "states": told.states,
        "counts": told.counts,
        "notes": told.notes,
        "playbooks": [_playbook(told, number, each) for number, each in enumerate(review.playbooks, 1)],
        "gained": _findings(told, words("New mistakes"), review.findings.gained),
        "fixed": _findings(told, words("Mended mistakes"), review.findings.fixed),
        "kept": words.plural(
            "{n} mistake stands in both states.", "{n} mistakes stand in both states.", review.findings.kept
        )
        if review.findings.kept
        else "",
        "numbers": [*_figures(told), *(each for each in (_settings(told), _exports(told), _tables(told)) if each)],
        "compared": review.figures is not None,
        "version": __version__,
        "asset": str,
        "anchor": str,
    }


def _playbook(told: Telling, number: int, changed: Changed) -> Shown:
    rows = [
        ShownRow(
            told.words.plural("{n} part unchanged", "{n} parts unchanged", row.blocks) if row.same else "",
            rendered(row.before),
            rendered(row.after),
            row.mark_up,
        )
        for row in changed.rows
    ]
    return Shown(
        f"playbook-{number}",
        plain(changed.title),
        changed.path,
        told.fate(changed),
        told.extent(changed),
        _matter(told, changed),
        rows,
    )


def _matter(told: Telling, changed: Changed) -> Grid | None:
    words = told.words
    heads = _heads(words("Key"), words("Before"), words("After"))
    rows = [
        (key, crm(before) if before else "", crm(after) if after else "") for key, before, after in changed.matter
    ]
    return grid(words("Front matter"), heads, rows) if rows else None


def _heads(*labels: str) -> list[Head]:
    return [Head(label, number=False) for label in labels]


def _findings(told: Telling, title: str, findings: Sequence[Finding]) -> Grid | None:
    words = told.words
    rows = [(isolated(where(each)), what(each), each.rule) for each in findings]
    return grid(title, _heads(words("Where"), words("Mistake"), words("Rule")), rows) if rows else None


def _figures(told: Telling) -> Iterator[Grid]:
    """All headline figures of a month of a pipeline, also those that stay: that nothing else moves is told, too."""
    words = told.words
    heads = [*_heads(words("Figure")), Head(words("Before")), Head(words("After")), *_heads(words("Moved by"))]
    for (month, pipeline), figures in groupby(
        told.review.figures or (), key=lambda each: (each.month, each.pipeline)
    ):
        caption = f"{plain(pipeline)}, {words.month(month)}"
        yield grid(caption, heads, [_figure(told, each) for each in figures])


def _figure(told: Telling, figure: Figure) -> tuple[str | Markup, ...]:
    before, after = told.values(figure)
    moved = figure.before != figure.after
    why = told.why(figure) if moved else told.words("did not move")
    return told.words(FIGURES[figure.name]), before, strong(after) if moved else after, why


def _settings(told: Telling) -> Grid | None:
    words = told.words
    rows = [(isolated(each.key), crm(each.before), crm(each.after)) for each in told.review.settings]
    return grid(words("Config"), _heads(words("Key"), words("Before"), words("After")), rows) if rows else None


def _exports(told: Telling) -> Grid | None:
    words = told.words
    rows = [(isolated(path), fate) for path, fate in told.exports]
    return grid(words("Exports"), _heads(words("File"), words("What")), rows) if rows else None


def _tables(told: Telling) -> Grid | None:
    words = told.words
    heads = [
        *_heads(words("Table")),
        Head(words("Rows changed")),
        Head(words("Rows added")),
        Head(words("Rows removed")),
        *_heads(words("Moved by")),
    ]
    rows = [
        (
            joined([told.table(each), toned(each.table, "quiet")]),
            *(words.number(count) for count in (each.changed, each.added, each.removed)),
            told.cause(each.cause),
        )
        for each in told.review.tables or ()
    ]
    return grid(words("Tables that move"), heads, rows) if rows else None
