"""Are leads answered in time: month by month, and by weekday and hour of creation."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from markupsafe import Markup
from msgspec import Struct

from funnelbook.charts.facts import capital
from funnelbook.model.differences import newcombe, wilson
from funnelbook.model.pipeline import Pipeline
from funnelbook.model.results import Row
from funnelbook.pages import findings
from funnelbook.pages.cost.window import months
from funnelbook.pages.edition import Draft, Edition, Figure
from funnelbook.pages.grid import Grid, Head, grid
from funnelbook.pages.honesty import absence, gap_notes
from funnelbook.pages.leads import speed
from funnelbook.pages.leads.complete import told_months
from funnelbook.pages.leads.written import change, part_of, with_interval
from funnelbook.pages.numbers import MONTHS
from funnelbook.pages.parts import Part
from funnelbook.pages.text import crm, joined, mark, sentence, strong

#: Working time as most teams have it: Monday to Friday, from the first hour to before the second.
_DAY = (9, 18)


class Block(Struct, frozen=True):
    """Leads that came in at some hours of the week; `answered` of them within the target."""

    name: str
    leads: int
    answered: int


def blocks(edition: Edition) -> list[Block]:
    """Working time, weekday mornings and evenings, weekends: sums of `response_by_hour`."""
    found: dict[str, list[Row]] = {
        mark("weekdays from 9 to 18"): [],
        mark("weekdays before 9 and after 18"): [],
        mark("weekends"): [],
    }
    names = list(found)
    for row in edition.numbers.table("response_by_hour"):
        if row["answered_in_target"] is not None:
            working = _DAY[0] <= row["hour"] < _DAY[1]
            found[names[2] if row["weekday"] > 5 else names[0] if working else names[1]].append(row)
    return [
        Block(
            edition.words(name),
            sum(int(row["leads"]) for row in rows),
            sum(round(row["answered_in_target"] * row["leads"]) for row in rows),
        )
        for name, rows in found.items()
        if rows
    ]


def told(edition: Edition) -> Markup:
    """How many leads are answered in time, and when they are not."""
    words = edition.words
    found = blocks(edition)
    if not found:
        return sentence(
            words,
            "Whether leads are answered in time is not known. {reason}",
            reason=absence(edition, "response_by_hour"),
        )
    return joined([_newest(edition), *_slowest(edition, found)])


def answered(edition: Edition, wanted: Sequence[str]) -> tuple[int, int]:
    """Leads created in some months and answered in time, and all of them, over all pipelines: sums of `monthly`."""
    rows = [
        row
        for pipeline in edition.numbers.pipelines
        for row in edition.numbers.series(pipeline.name)
        if row["month"] in wanted and row["answered_in_target"] is not None
    ]
    return sum(round(row["answered_in_target"] * row["created"]) for row in rows), sum(
        int(row["created"]) for row in rows
    )


def _newest(edition: Edition) -> Markup:
    """The newest whole month that has leads against those before it."""
    words, window = edition.words, months(edition.numbers)
    while len(window) > 1 and not answered(edition, window[-1:])[1]:
        window = window[:-1]
    target = words.minutes(edition.book.project.metrics.answer_target_minutes)
    now, before = answered(edition, window[-1:]), answered(edition, window[:-1])
    values = {
        "month": words.month(window[-1]).capitalize(),
        "share": strong(part_of(edition, *now)),
        "target": target,
    }
    share, then = wilson(*now), wilson(*before)
    if share is None or then is None or min(now[1], before[1]) < edition.book.project.metrics.min_n:
        return sentence(words, "{month}: leads answered within the {target} we promise: {share}.", **values)
    found = newcombe(share, then)
    return sentence(
        words,
        "{month}: {share} of the leads were answered within the {target} we promise; in the months before {then}: "
        "{change}.",
        then=words.share(then.value),
        change=change(edition, found),
        **values,
    )


def _slowest(edition: Edition, found: list[Block]) -> Iterator[Markup]:
    """The hours of the week at which fewest leads are answered in time, unless the differences are noise."""
    words = edition.words
    sure = [each for each in found if each.leads >= max(edition.book.project.metrics.min_n, 1)]
    if len(sure) < 2:
        return
    worst = min(sure, key=lambda each: each.answered / each.leads)
    best = max(sure, key=lambda each: each.answered / each.leads)
    if _noise(best, worst):
        yield sentence(words, "It is the same at all hours: the differences are noise.")
        return
    yield sentence(
        words,
        "Slowest over all the data: {worst}, {share} in time, and {n} of {all} leads come in then.",
        worst=worst.name,
        share=strong(words.share(worst.answered / worst.leads)),
        n=words.number(worst.leads),
        all=words.number(sum(each.leads for each in found)),
    )


def _noise(one: Block, other: Block) -> bool:
    first, second = wilson(one.answered, one.leads), wilson(other.answered, other.leads)
    return first is None or second is None or newcombe(first, second).noise


def part(draft: Draft) -> Part:
    """Nothing but the reason where no response can be seen."""
    edition = draft.edition
    words, title = edition.words, edition.words("First response")
    reason = absence(edition, "response_by_hour")
    rows = edition.numbers.table("response_by_hour")
    if reason or not rows:
        return Part("response", title, reason=reason or words("There are no leads yet."))
    monthly = [figure for pipeline in edition.numbers.pipelines if (figure := _by_month(draft, pipeline))]
    heat = draft.figure(
        "response_by_hour",
        rows,
        _by_hour(edition),
        target_minutes=edition.book.project.metrics.answer_target_minutes,
    )
    return Part(
        "response",
        title,
        (*monthly, heat),
        (_grid(edition), *speed.grids(edition)),
        notes=(*_notes(edition, rows), *speed.notes(edition)),
        tables=("monthly", "response_by_hour", *(("answered",) if edition.numbers.has("answered") else ())),
    )


def _by_month(draft: Draft, pipeline: Pipeline) -> Figure | None:
    edition, numbers = draft.edition, draft.edition.numbers
    rows = numbers.series(pipeline.name, count=MONTHS)
    if len(rows) < 2 or all(row["response_median_minutes"] is None for row in rows):
        return None
    target = edition.book.project.metrics.answer_target_minutes
    whole = [row for row in rows if numbers.complete(row["month"])]
    finding = findings.response(edition.words, (whole or rows)[-1], target, edition.book.project.metrics.min_n)
    finding = Markup("{}. {}").format(edition.words.month((whole or rows)[-1]["month"]).capitalize(), finding)
    if len(numbers.pipelines) > 1:
        finding = Markup("{}. {}").format(crm(pipeline.name), finding)
    last = rows[-1]["month"]
    return draft.figure(
        "response",
        told_months(edition, rows, "created"),
        finding,
        ident=f"response-{numbers.ordinal(pipeline.name)}",
        partial="" if numbers.complete(last) else last,
        target_minutes=target,
    )


def _by_hour(edition: Edition) -> Markup:
    """The hours of the week that are answered worst."""
    words = edition.words
    found = [each for each in blocks(edition) if each.leads]
    if not found:
        return sentence(words, "No lead has waited for the whole target yet.")
    listed = [
        sentence(words, "{when} — {share}", when=each.name, share=part_of(edition, each.answered, each.leads))
        for each in found
    ]
    return sentence(words, "Answered in time: {list}.", list=joined(listed, "; "))


def _grid(edition: Edition) -> Grid:
    words, found = edition.words, blocks(edition)
    heads = (
        Head(words("When the lead came in"), number=False),
        Head(words("Leads"), "created"),
        Head(words("Answered in time"), "response"),
        Head(words("Against working time"), "noise"),
    )
    made = [
        [
            capital(each.name),
            words.number(each.leads),
            with_interval(edition, each.answered, each.leads),
            _against(edition, each, found[0]),
        ]
        for each in found
    ]
    return grid(words("Answered in time, by hours of the week"), heads, made)


def _against(edition: Edition, block: Block, working: Block) -> str:
    share, base = wilson(block.answered, block.leads), wilson(working.answered, working.leads)
    if block == working or share is None or base is None:
        return "—"
    few = min(block.leads, working.leads) < edition.book.project.metrics.min_n
    return change(edition, None if few else newcombe(share, base))


def _notes(edition: Edition, rows: Sequence[Row]) -> Iterator[Markup]:
    words = edition.words
    if rows[0]["basis"] == "entries":
        yield sentence(
            words,
            "The data hold no calls, letters or messages, so the response is taken to be the first move to another "
            "stage: it may come later than the real answer. Export activities or events to see the real one.",
        )
        yield from gap_notes(edition, *edition.numbers.pipelines)
    else:
        yield sentence(
            words,
            "A response is the first outgoing call, letter, message or meeting after the lead came in. A lead that "
            "nobody answered counts as not in time; the median is over those that were answered.",
        )
    yield sentence(words, "By the hour and weekday: all leads of the data, all pipelines together.")
