"""A section for each mistake, and all eight at a glance."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from markupsafe import Markup

from funnelbook.handbook import Card
from funnelbook.language import NOTHING
from funnelbook.pages.edition import Draft, Figure
from funnelbook.pages.grid import Grid, Head, grid
from funnelbook.pages.mistakes.signals import Judged, Told, verdict_mark
from funnelbook.pages.mistakes.texts import MISTAKES
from funnelbook.pages.navigation import QUESTIONS
from funnelbook.pages.parts import Part
from funnelbook.pages.reviewed import overdue_since
from funnelbook.pages.text import crm, joined, linked, sentence


def glance(draft: Draft, mistakes: Sequence[Judged]) -> Part:
    """All eight: verdict, the number that gives it, what it cost."""
    words = draft.edition.words
    heads = (
        Head(words("Mistake"), number=False),
        Head(words("Verdict"), "signal", number=False),
        Head(words("Signal"), "signal", number=False),
        Head(words("Value of the signal"), "signal"),
        Head(words("What it costs")),
    )
    rows: list[list[str | Markup]] = [
        [
            each.name,
            each.badge,
            each.worst.name,
            each.worst.figure,
            words.money(each.worst.row["money"]) if each.worst.costs else NOTHING,
        ]
        for each in mistakes
    ]
    made = grid(words("All eight, the worst first"), heads, rows, [f"#{each.anchor}" for each in mistakes])
    return Part("all-eight", words("At a glance"), grids=(made,), tables=("mistakes",))


def section(draft: Draft, mistake: Judged) -> Part:
    """The signals against their thresholds, what they say and cannot say, and the playbook with the checklist."""
    known = [told for told in mistake.signals if told.known]
    return Part(
        mistake.anchor,
        sentence(draft.edition.words, "{mistake} {verdict}", mistake=mistake.name, verdict=mistake.badge),
        (_figure(draft, known),),
        ((_grid(draft, mistake),) if known else ()) + (_overdue(draft) if mistake.slug == "too_precious" else ()),
        tuple(_notes(draft, mistake)),
        ("mistakes",),
        reason="" if known else joined([told.missing for told in mistake.signals]),
    )


def _figure(draft: Draft, known: Sequence[Told]) -> Figure | None:
    rows = tuple(
        {
            "name": told.name,
            **{key: told.row[key] for key in ("value", "watch", "alarm", "cases")},
            "value_text": told.figure,
            "watch_text": told.number(told.row["watch"]),
            "alarm_text": told.number(told.row["alarm"]),
            "verdict_text": told.verdict,
        }
        for told in known
    )
    finding = joined([part for told in known for part in (told.says, told.costs) if part])
    return (
        draft.figure("bullets", rows, finding, ident=known[0].row["mistake"].replace("_", "-")) if known else None
    )


def _grid(draft: Draft, mistake: Judged) -> Grid:
    """Each signal over all pipelines and, where there are several, over each of them."""
    words, numbers = draft.edition.words, draft.edition.numbers
    heads = (
        Head(words("Signal"), "signal", number=False),
        Head(words("Value of the signal"), "signal"),
        Head(words("Cases"), "signal"),
        Head(words("95% interval"), "interval"),
        Head(words("Watch")),
        Head(words("Alarm")),
        Head(words("Verdict"), "signal", number=False),
    )
    rows: list[list[str | Markup]] = []
    for told in mistake.signals:
        rows.append(_row(told, told.name))
        if len(numbers.pipelines) > 1:
            parts = [each for each in mistake.details if each.row["signal"] == told.row["signal"]]
            rows += [_row(each, crm(each.row["pipeline"])) for each in parts]
    return grid(words("The signals, their thresholds, and each pipeline apart"), heads, rows)


def _overdue(draft: Draft) -> tuple[Grid, ...]:
    """Which playbooks of this language are overdue for review, the longest first."""
    words, edition = draft.edition.words, draft.edition
    due = [(day, each) for each in edition.playbooks if (day := overdue_since(edition, each))]
    if not due:
        return ()
    due.sort(key=lambda item: (item[0], item[1].slug))
    heads = (
        Head(words("Playbook"), number=False),
        Head(words("Owner"), number=False),
        Head(words("Was due"), "overdue-review", number=False),
    )
    rows = [[each.title, each.owner or NOTHING, words.date(day)] for day, each in due]
    targets = [draft.link(f"playbooks/{each.slug}.html") for _, each in due]
    return (grid(words("Overdue for review"), heads, rows, targets),)


def _row(told: Told, name: str | Markup) -> list[str | Markup]:
    words = told.words
    return [
        name,
        told.figure if told.few else told.number(told.row["value"]),
        words.number(told.row["cases"]),
        told.written_interval,
        told.threshold("watch"),
        told.threshold("alarm"),
        verdict_mark(words, told.row["verdict"]),
    ]


def _notes(draft: Draft, mistake: Judged) -> Iterator[Markup | str]:
    words, edition = draft.edition.words, draft.edition
    yield words(MISTAKES[mistake.slug].meaning)
    for told in mistake.signals:
        if told.known:
            yield words(told.signal.limits)
            if told.chance:
                yield told.chance
    known = any(told.known for told in mistake.signals)
    if known and mistake.slug == "refusing_to_sell" and "response_by_hour" in edition.numbers.absent:
        yield words("The data hold no calls or letters: a move to a later stage counts as the answer.")
    if known:
        yield from (told.missing for told in mistake.signals if not told.known)
    if len(edition.numbers.pipelines) > 1:
        for told in mistake.worse_apart:
            yield sentence(
                words,
                "{pipeline} alone, {signal}: {figure}, {verdict}.",
                pipeline=crm(told.row["pipeline"]),
                signal=told.name,
                figure=told.figure,
                verdict=verdict_mark(words, told.row["verdict"]),
            )
    yield from _pages(draft, mistake.slug)
    playbooks = edition.about(mistake=mistake.slug)
    lists = joined([_link(draft, each) for each in playbooks if each.kind == "mistake"], ", ")
    others = joined([_link(draft, each) for each in playbooks if each.kind != "mistake"], ", ")
    if lists:
        yield sentence(words, "What data cannot say, ask yourselves: {playbooks}.", playbooks=lists)
    if others:
        yield sentence(words, "What to do about it: {playbooks}.", playbooks=others)


def _pages(draft: Draft, slug: str) -> Iterator[Markup]:
    """The pages of numbers on which the mistake is to be seen from near."""
    names = {address: draft.edition.words(name) for address, name in QUESTIONS}
    links = [linked(draft.link(address), names[address]) for address in MISTAKES[slug].pages if address in names]
    if links:
        yield sentence(draft.edition.words, "In detail: {pages}.", pages=joined(links, ", "))


def _link(draft: Draft, playbook: Card) -> Markup:
    return linked(draft.link(f"playbooks/{playbook.slug}.html"), playbook.title)
