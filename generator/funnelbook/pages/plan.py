"""Plan, fact, forecast: will the month's plan be met, by whom, and how often it was."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

from markupsafe import Markup

from funnelbook.model.pipeline import Pipeline
from funnelbook.model.results import Row
from funnelbook.pages import answers
from funnelbook.pages.answers import Answer, Group
from funnelbook.pages.edition import Draft, Edition, Figure
from funnelbook.pages.grid import Grid, Head, grid
from funnelbook.pages.honesty import absence
from funnelbook.pages.numbers import ALL, later
from funnelbook.pages.page import Page, Task
from funnelbook.pages.parts import Part
from funnelbook.pages.targets import Target, forecast_words, target_of
from funnelbook.pages.text import UNNAMED, crm, mark, sentence, strong

ADDRESS = "plan.html"

#: Months on the picture: a year up to the newest, and what the plan has beyond.
WINDOW = 13


def pages(edition: Edition) -> Iterator[Task]:
    yield partial(page, edition)


def page(edition: Edition) -> Page:
    words = edition.words
    draft = edition.draft(ADDRESS)
    reason = absence(edition, "plan")
    parts: tuple[Part, ...] = (Part("course", words("Plan and fact by month"), reason=reason),)
    if not reason and edition.numbers.months:
        parts = (course(draft, ALL), pipelines(draft), sellers(draft))
    return answers.page(
        draft,
        Answer(
            words("Plan"),
            words("Will we make the plan, and who is behind?"),
            () if reason else answer(edition),
            groups=(Group("", "plan", parts),),
            playbooks=edition.about(kind="head"),
        ),
    )


def answer(edition: Edition) -> tuple[Markup, ...]:
    """The month under way, the last whole month, and how often a plan was met."""
    numbers = edition.numbers
    if not numbers.months:
        return ()
    found: list[Markup] = []
    now = target_of(edition, ALL, numbers.months[-1])
    if now and not numbers.complete(now.month):
        found.append(under_way(edition, now))
    last = target_of(edition, ALL, numbers.last_complete) if numbers.last_complete else None
    if last:
        found.append(ended(edition, last))
    made = how_often(edition)
    return (*found, made) if made else tuple(found)


def under_way(edition: Edition, target: Target) -> Markup:
    """What the month that is not over will come to."""
    words = edition.words
    planned = mark("{month}, {days} of {all} days: {fact} of a plan of {plan}; {forecast}.")
    unplanned = mark("{month}, {days} of {all} days: {fact}, and nothing was planned; {forecast}.")
    return sentence(
        words,
        planned if target.plan else unplanned,
        month=words.month(target.month).capitalize(),
        days=words.number(edition.numbers.days(target.month), 1),
        all=words.number(edition.numbers.all_days(target.month)),
        fact=strong(target.write(words, target.fact)),
        plan=strong(target.write(words, target.plan)),
        forecast=forecast_words(words, target),
    )


def ended(edition: Edition, target: Target) -> Markup:
    """The last whole month against its plan."""
    words = edition.words
    values = {
        "month": words.month(target.month).capitalize(),
        "fact": target.write(words, target.fact),
        "plan": target.write(words, target.plan),
    }
    if not target.plan:
        return sentence(words, "{month}: {fact}; nothing was planned.", **values)
    share = strong(target.reached(words))
    return sentence(words, "{month}: {share} of the plan, {fact} of {plan}.", share=share, **values)


def how_often(edition: Edition) -> Markup | None:
    """In how many of the last twelve whole months the plan was met."""
    words, numbers = edition.words, edition.numbers
    if not numbers.last_complete:
        return None
    months = [later(numbers.last_complete, -back) for back in range(12)]
    told = [target for month in months if (target := target_of(edition, ALL, month)) and target.plan is not None]
    if len(told) < 2:
        return None
    met = sum(target.fact >= (target.plan or 0.0) for target in told)
    return sentence(
        words,
        "The plan was met in {met} of the last {all} whole months.",
        met=strong(words.number(met)),
        all=words.number(len(told)),
    )


def course(draft: Draft, pipeline: str) -> Part:
    """Plan and fact month by month, sales and money, with the forecast of the month under way."""
    words = draft.edition.words
    note = words(
        "The forecast adds to what was sold the chances of the deals that are open now; deals that will still "
        "be created in the month are not in it."
    )
    return Part(
        "course",
        words("Plan and fact by month"),
        figures(draft, pipeline, draft.edition.numbers.months[-1], beyond=True),
        notes=(note,),
        tables=("plan",),
    )


def figures(
    draft: Draft, pipeline: str, month: str, *, beyond: bool = False
) -> tuple[Figure | None, Figure | None]:
    """The two pictures up to a month, or with the months that are only planned."""
    edition = draft.edition
    since = later(month, 1 - WINDOW)
    rows = tuple(
        row
        for row in edition.numbers.table("plan", pipeline=pipeline, owner=ALL)
        if row["month"] >= since and (beyond or row["month"] <= month)
    )

    def drawn(column: str) -> Figure | None:
        planned = any(row[column] is not None for row in rows)
        return draft.figure(column, rows, _finding(edition, rows, column)) if planned else None

    return drawn("plan_sales"), drawn("plan_revenue")


def of_month(draft: Draft, pipeline: Pipeline, month: str) -> Part:
    """A month against its plan, in money where that is planned; over all pipelines where this one has no plan."""
    edition = draft.edition
    title = edition.words("Plan, fact, forecast")
    whose = next((name for name in (pipeline.name, ALL) if _planned(edition, name, month)), None)
    target = target_of(edition, whose, month) if whose else None
    if whose is None or target is None:
        return Part("plan", title)
    told = ended(edition, target) if edition.numbers.complete(month) else under_way(edition, target)
    sales, money = figures(draft, whose, month)
    return Part("plan", title, (money or sales,), notes=(told,), tables=("plan",))


def _planned(edition: Edition, pipeline: str, month: str) -> bool:
    target = target_of(edition, pipeline, month)
    return target is not None and target.plan is not None


def _finding(edition: Edition, rows: Sequence[Row], column: str) -> Markup:
    """In whole months with a plan: how often it was met, and by how much it was missed on the whole."""
    words, numbers = edition.words, edition.numbers
    fact = column.removeprefix("plan_")
    whole = [row for row in rows if row[column] and row[fact] is not None and numbers.complete(row["month"])]
    if not whole:
        return sentence(words, "No whole month has a plan yet.")
    met = sum(row[fact] >= row[column] for row in whole)
    share = sum(row[fact] for row in whole) / sum(row[column] for row in whole)
    text = (
        mark("Revenue: the plan was met in {met} of {all} months; together they brought {share} of it.")
        if column == "plan_revenue"
        else mark("Sales: the plan was met in {met} of {all} months; together they brought {share} of it.")
    )
    return sentence(words, text, met=words.number(met), all=words.number(len(whole)), share=words.share(share))


def pipelines(draft: Draft) -> Part:
    """The pipelines side by side, in the last whole month and in the month under way."""
    words, numbers = draft.edition.words, draft.edition.numbers
    title = words("By pipeline")
    if len(numbers.pipelines) < 2:
        return Part("pipelines", title)
    names = [pipeline.name for pipeline in numbers.pipelines]
    grids = [_grid(draft, month, [(name, ALL) for name in names]) for month in _months(draft.edition)]
    return Part("pipelines", title, grids=tuple(each for each in grids if each), tables=("plan",))


def sellers(draft: Draft) -> Part:
    """The sellers side by side, over all pipelines."""
    edition = draft.edition
    grids = []
    for month in _months(edition):
        owners = sorted(
            {row["owner"] for row in edition.numbers.table("plan", pipeline=ALL, month=month)} - {ALL},
            key=lambda owner: (owner == UNNAMED, owner),
        )
        grids.append(_grid(draft, month, [(ALL, owner) for owner in owners]))
    notes = (
        edition.words(
            "A seller closes few deals a month: one month above or below the plan says little about the seller."
        ),
    )
    return Part(
        "sellers",
        edition.words("By seller"),
        grids=tuple(each for each in grids if each),
        notes=notes,
        tables=("plan",),
    )


def _months(edition: Edition) -> tuple[str, ...]:
    """The month under way, then the last whole one."""
    numbers = edition.numbers
    newest = numbers.months[-1]
    found = () if numbers.complete(newest) else (newest,)
    return (*found, numbers.last_complete) if numbers.last_complete else found


def _grid(draft: Draft, month: str, members: Sequence[tuple[str, str]]) -> Grid | None:
    """Plan, fact, forecast of pipelines or sellers in one month; the forecast only while the month is under way."""
    edition = draft.edition
    words = edition.words
    forecast = not edition.numbers.complete(month)
    found = [(pipeline, owner, target_of(edition, pipeline, month, owner)) for pipeline, owner in members]
    rows = [
        _row(edition, crm(pipeline if owner == ALL else owner), target, forecast=forecast)
        for pipeline, owner, target in found
        if target
    ]
    if not rows:
        return None
    heads = [
        Head(words("Pipeline") if members[0][1] == ALL else words("Seller"), number=False),
        Head(words("Plan"), "sales-plan"),
        Head(words("Fact"), "won"),
        Head(words("Of the plan")),
        *([Head(words("Forecast"), "forecast"), Head(words("95% interval"), "forecast")] if forecast else []),
    ]
    return grid(words.month(month).capitalize(), heads, rows)


def _row(edition: Edition, name: Markup, target: Target, *, forecast: bool) -> list[str | Markup]:
    words = edition.words
    row = [name, target.write(words, target.plan), target.write(words, target.fact), target.reached(words)]
    return [*row, target.write(words, target.forecast), target.interval(words)] if forecast else row
