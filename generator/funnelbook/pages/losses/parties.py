"""Who ended the deals, and of how many we know why."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from funnelbook.model.results import Row
from funnelbook.pages import answers, findings
from funnelbook.pages.edition import Draft, Edition
from funnelbook.pages.grid import Head, grid
from funnelbook.pages.labels import PARTIES, label
from funnelbook.pages.losses.causes import before_heads
from funnelbook.pages.losses.lost import UNTOLD, Losses, portion
from funnelbook.pages.numbers import MONTHS, later, summed
from funnelbook.pages.parts import Part
from funnelbook.pages.portions import Of
from funnelbook.pages.text import mark, sentence, strong

#: The newest whole months whose recording is compared with as many before.
RECENT = 3


def party(draft: Draft, losses: Losses) -> Part:
    """We refused, the buyer declined, or it drifted away; only where reasons were recorded at all."""
    edition = draft.edition
    words, min_n = edition.words, edition.book.project.metrics.min_n
    ident, title = answers.anchor(draft, "party", losses.pipeline), words("Who ended it")
    if not losses.told:
        return Part(ident, title)
    counts = summed(losses.rows, "party")
    finding = findings.parties(words, {name: counts.get(name, 0) for name in PARTIES})
    months = edition.numbers.series(losses.pipeline.name, edition.numbers.last_complete or "9999-12", MONTHS)
    made: list[list[str | Markup]] = []
    for name in PARTIES:
        now, before = (_of_party(rows, name) for rows in (losses.rows, losses.before))
        line = [
            label(words, PARTIES, name),
            words.number(now.n),
            now.written(words, min_n),
            now.interval(words, min_n),
        ]
        made.append([*line, *(now.beside(words, before, min_n) if losses.before else ())])
    heads = (
        Head(words("Party"), "party", number=False),
        Head(words("Lost"), "lost"),
        Head(words("Share of all losses"), "party"),
        Head(words("95% interval"), "interval"),
        *(before_heads(words, losses) if losses.before else ()),
    )
    return Part(
        ident,
        title,
        (draft.figure("parties", months, finding, ident=ident),),
        (grid(words("Who ended the deals of the last whole months"), heads, made),),
        (_drifted(edition, losses),),
        ("losses", "monthly"),
    )


def _of_party(rows: Sequence[Row], party: str) -> Of:
    return portion(rows, lambda row: row["party"] == party)


def _drifted(edition: Edition, losses: Losses) -> Markup:
    return sentence(
        edition.words,
        "A deal that drifted away was refused by nobody and sold by nobody: a loss without a reason counts here.",
    )


def recorded(draft: Draft, losses: Losses) -> Part:
    """The share of each month's losses that have a reason."""
    edition = draft.edition
    words, numbers = edition.words, edition.numbers
    ident = answers.anchor(draft, "recorded", losses.pipeline)
    newest = numbers.months[-1]
    rows = [row for row in numbers.rows("losses", losses.pipeline.name) if row["month"] > later(newest, -MONTHS)]
    made = tuple(
        _month(month, [row for row in rows if row["month"] == month])
        for month in (later(newest, back) for back in range(1 - MONTHS, 1))
        if month in numbers.months
    )
    figure = draft.figure(
        "recorded", made, _trend(edition, losses), ident=ident, partial="" if numbers.complete(newest) else newest
    )
    return Part(ident, words("Do we know why?"), (figure,), tables=("losses",))


def _month(month: str, rows: Sequence[Row]) -> Row:
    told = _told(rows)
    share = told.share
    return {
        "month": month,
        "lost": told.whole,
        "recorded": told.n,
        "share": share and share.value,
        "share_low": share and share.low,
        "share_high": share and share.high,
    }


def _told(rows: Sequence[Row]) -> Of:
    return portion(rows, lambda row: row["cause"] != UNTOLD)


def _trend(edition: Edition, losses: Losses) -> Markup:
    """The share over the window, and the newest months against as many before."""
    words, min_n = edition.words, edition.book.project.metrics.min_n
    whole = _told(losses.rows)
    text = (
        mark("A reason is recorded for {n} of {all} losses.")
        if whole.whole < min_n
        else mark("A reason is recorded for {share} of the losses ({n} of {all}).")
    )
    counts = {"n": words.number(whole.n), "all": words.number(whole.whole)}
    first = sentence(words, text, share=strong(whole.written(words, min_n)), **counts)
    last = edition.numbers.last_complete
    if last is None or not whole.n:
        return first
    edge, far = later(last, -RECENT), later(last, -2 * RECENT)
    now = _told([row for row in losses.rows if row["month"] > edge])
    before = _told([row for row in losses.rows if far < row["month"] <= edge])
    if now.against(before, min_n) is None:
        return first
    second = sentence(
        words,
        "In the last {months} months {now}, in the {months} before {before}: {change}.",
        months=words.number(RECENT),
        now=now.written(words, min_n),
        before=before.written(words, min_n),
        change=now.change(words, before, min_n),
    )
    return Markup("{} {}").format(first, second)
