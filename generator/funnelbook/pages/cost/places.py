"""Where the money went: at which stage, and on deals that were lost."""

from __future__ import annotations

import math
from collections.abc import Iterator

from markupsafe import Markup

from funnelbook.charts.cost_by_stage import stage_name
from funnelbook.model.differences import natural_limits
from funnelbook.model.pipeline import Pipeline
from funnelbook.model.results import Row
from funnelbook.pages import answers
from funnelbook.pages.comparisons import LIMITS_MONTHS
from funnelbook.pages.cost.window import MONTHS, by_position, lacking_too, months, nothing_closed, priced
from funnelbook.pages.edition import Draft, Edition
from funnelbook.pages.numbers import later
from funnelbook.pages.parts import Part
from funnelbook.pages.text import crm, mark, sentence, span, strong


def lost_share(edition: Edition, pipeline: Pipeline, back: int = 0) -> tuple[float, float] | None:
    """What lost deals took, and all that was spent, over the last whole months; None when nothing was spent."""
    rows = by_position(edition.numbers, pipeline, months(edition.numbers, back))
    lost, spent = (math.fsum(row[column] for row in rows) for column in ("spent_on_lost", "spent"))
    return (lost, spent) if spent else None


def told(edition: Edition, pipeline: Pipeline) -> Markup | None:
    """What part of the money went on deals that were lost."""
    words, found = edition.words, lost_share(edition, pipeline)
    if found is None:
        return None
    lost, spent = found
    return sentence(
        words,
        "{share} of that money, {money}, went on deals that were lost.",
        share=strong(words.share(lost / spent)),
        money=strong(words.money(lost)),
    )


def by_stage(draft: Draft, pipeline: Pipeline) -> Part:
    """What the deals closed in the last whole months cost at each stage, acquisition first."""
    edition, words = draft.edition, draft.edition.words
    ident, title = answers.anchor(draft, "by-stage", pipeline), words("Where the money goes")
    if reason := lacking_too(edition, pipeline):
        return Part(ident, title, reason=reason)
    rows = by_position(edition.numbers, pipeline, months(edition.numbers))
    if not any(row["spent"] for row in rows):
        return Part(ident, title, reason=nothing_closed(words))
    shown = [row for row in rows if row["spent"] or (row["position"] and priced(edition, pipeline))]
    figure = draft.figure("cost_by_stage", tuple(shown), _dearest(edition, shown), ident=ident)
    return Part(ident, title, (figure,), notes=tuple(_notes(edition, rows)), tables=("cost",))


def _dearest(edition: Edition, rows: list[Row]) -> Markup:
    """The place that took most, and the share of it that lost deals took."""
    words, whole = edition.words, math.fsum(row["spent"] for row in rows)
    most = max(rows, key=lambda row: row["spent"])
    return sentence(
        words,
        "The largest part is {stage}: {money} of {all}, {share}; of it {wasted} went on deals that were lost.",
        stage=crm(stage_name(most, words)),
        money=words.money(most["spent"]),
        all=words.money(whole),
        share=words.share(most["spent"] / whole),
        wasted=words.share(most["spent_on_lost"] / most["spent"]),
    )


def _notes(edition: Edition, rows: list[Row]) -> Iterator[Markup]:
    words = edition.words
    yield sentence(
        words,
        "Deals closed in the last {n} whole months, whenever they were created. A stage costs what it is declared "
        "to cost, once for each deal that stood there.",
        n=words.number(len(months(edition.numbers))),
    )
    if not rows[0]["spent"]:
        yield sentence(
            words,
            "What attracting the leads cost is not known, so a sale cost more than is shown: add "
            "content/exports/spend.csv with month, source and amount.",
        )
    if not any(row["spent"] for row in rows[1:]):
        yield sentence(
            words,
            "What the stages cost us is not known, so only attracting the leads is counted: give stages `cost`, or "
            "`minutes` and an `hour_rate`, in funnelbook.toml.",
        )


def wasted(draft: Draft, pipeline: Pipeline) -> Part:
    """Spent on won and on lost deals month by month."""
    edition, numbers = draft.edition, draft.edition.numbers
    words = edition.words
    ident, title = answers.anchor(draft, "wasted", pipeline), words("What went on deals that were lost")
    if reason := lacking_too(edition, pipeline):
        return Part(ident, title, reason=reason)
    wanted = months(numbers)
    rows = [
        _month(edition, pipeline, row) for row in numbers.rows("tasks", pipeline.name) if row["month"] in wanted
    ]
    found = lost_share(edition, pipeline)
    if found is None or not any(row["spent_on_won"] + row["spent_on_lost"] for row in rows):
        return Part(ident, title, reason=nothing_closed(words))
    figure = draft.figure("wasted", tuple(rows), _wasted(edition, pipeline, found), ident=ident)
    return Part(ident, title, (figure,), notes=tuple(_usual(edition, pipeline)), tables=("tasks", "cost"))


def _month(edition: Edition, pipeline: Pipeline, task: Row) -> Row:
    rows = by_position(edition.numbers, pipeline, [task["month"]])
    sums = {column: math.fsum(row[column] for row in rows) for column in ("spent_on_won", "spent_on_lost")}
    return {"month": task["month"], "wasted": task["wasted"], **sums}


def _wasted(edition: Edition, pipeline: Pipeline, found: tuple[float, float]) -> Markup:
    """The last whole months against the same number of months before."""
    words = edition.words
    whole = len(months(edition.numbers, MONTHS)) == MONTHS
    before = lost_share(edition, pipeline, MONTHS) if whole else None
    lost, spent = found
    texts = {
        "lost": words.money(lost),
        "spent": words.money(spent),
        "share": words.share(lost / spent),
        "n": words.number(len(months(edition.numbers))),
    }
    if before is None:
        return sentence(words, "Lost deals took {lost} of {spent} in {n} whole months: {share}.", **texts)
    return sentence(
        words,
        "Lost deals took {lost} of {spent} in {n} whole months: {share}, and {before} in the year before.",
        before=words.share(before[0] / before[1]),
        **texts,
    )


def _usual(edition: Edition, pipeline: Pipeline) -> Iterator[Markup]:
    """The newest whole month against the natural limits of the months before."""
    words, numbers, month = edition.words, edition.numbers, edition.numbers.last_complete
    rows = [row for row in numbers.rows("tasks", pipeline.name) if month and row["month"] <= month]
    if not rows or rows[-1]["wasted"] is None:
        return
    since = later(rows[-1]["month"], -LIMITS_MONTHS)
    limits = natural_limits(
        [row["wasted"] for row in rows[:-1] if row["month"] >= since and row["wasted"] is not None]
    )
    texts = {
        "month": words.month(rows[-1]["month"]).capitalize(),
        "share": words.share(rows[-1]["wasted"]),
    }
    if limits is None:
        yield sentence(words, "{month}: {share}; too few months before to tell noise.", **texts)
        return
    text = (
        mark("{month}: {share}, within noise: usually {range}.")
        if limits.holds(rows[-1]["wasted"])
        else mark("{month}: {share}, which is not noise: usually {range}.")
    )
    yield sentence(words, text, range=span(words.share(limits.low), words.share(min(1.0, limits.high))), **texts)
