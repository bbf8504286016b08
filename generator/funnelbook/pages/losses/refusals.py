"""Our own refusals: how often for which reason, and whether anybody wrote down what to say."""

from __future__ import annotations

from collections.abc import Iterator

from markupsafe import Markup

from funnelbook.handbook import Card
from funnelbook.model.results import Row
from funnelbook.pages import answers
from funnelbook.pages.edition import Draft, Edition
from funnelbook.pages.grid import Grid, Head, grid
from funnelbook.pages.labels import CAUSES, WORDLESS, label
from funnelbook.pages.losses.lost import Losses, deals, value
from funnelbook.pages.parts import Part
from funnelbook.pages.text import UNNAMED, crm, joined, linked, sentence


def refusals(draft: Draft, losses: Losses) -> Part:
    """Refusals by reason and cause with their scripts; those without one, and what to write."""
    edition = draft.edition
    words = edition.words
    ident, title = answers.anchor(draft, "refusals", losses.pipeline), words("Our refusals and their scripts")
    rows = [row for row in losses.rows if row["party"] == "refused"]
    if not rows:
        reason = words(
            "We refused nobody in these months, or nobody recorded it: a refusal is a reason of the CRM whose "
            "party is `refused` in funnelbook.toml."
        )
        return Part(ident, title, reason=reason)
    return Part(ident, title, grids=(_grid(edition, rows),), notes=tuple(_notes(draft, rows)), tables=("losses",))


def scripts(edition: Edition, cause: str) -> tuple[Card, ...]:
    """The refusals of the handbook that are written for a cause."""
    return tuple(each for each in edition.about(kind="refusal", cause=cause))


def _grid(edition: Edition, rows: list[Row]) -> Grid:
    words = edition.words
    found: dict[tuple[str, str], list[Row]] = {}
    for row in rows:
        found.setdefault((row["reason"] or UNNAMED, row["cause"]), []).append(row)
    ranked = sorted(found.items(), key=lambda item: (-deals(item[1]), item[0]))
    made: list[list[str | Markup]] = [
        [
            crm(reason),
            label(words, CAUSES, cause),
            _script(edition, cause),
            words.number(deals(same)),
            words.money(value(same)),
        ]
        for (reason, cause), same in ranked
    ]
    heads = (
        Head(words("Reason"), number=False),
        Head(words("Cause"), "cause", number=False),
        Head(words("Scripts"), number=False),
        Head(words("We refused"), "refusal"),
        Head(words("Value"), "lost-value"),
    )
    return grid(words("Refusals by reason"), heads, made)


def _script(edition: Edition, cause: str) -> str:
    words = edition.words
    if cause in WORDLESS:
        return words("no words needed")
    count = len(scripts(edition, cause))
    return words.plural("{n} script", "{n} scripts", count) if count else words("nothing written yet")


def _notes(draft: Draft, rows: list[Row]) -> Iterator[Markup]:
    """For each cause what we say; without a script, what to write."""
    words = draft.edition.words
    for cause in sorted({row["cause"] for row in rows} - WORDLESS):
        links = [
            linked(draft.link(f"playbooks/{each.slug}.html"), each.title) for each in scripts(draft.edition, cause)
        ]
        if links:
            yield sentence(
                words, "{cause}: {scripts}.", cause=label(words, CAUSES, cause), scripts=joined(links, "; ")
            )
            continue
        yield sentence(
            words,
            "{cause}: there is no script. Write a playbook of the kind refusal with cause: {code}; it says why "
            "we refuse, which criteria were not met, what we are good at and why it costs so, how we differ "
            "from others, and how the door stays open.",
            cause=label(words, CAUSES, cause),
            code=cause,
        )
