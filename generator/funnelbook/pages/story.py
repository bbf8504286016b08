"""The month in three sentences: what happened, whether the win rate moved, where and why deals were lost."""

from __future__ import annotations

from markupsafe import Markup

from funnelbook.language import Words
from funnelbook.model.differences import newcombe, wilson
from funnelbook.model.pipeline import Pipeline
from funnelbook.model.results import Row
from funnelbook.pages import comparisons
from funnelbook.pages.comparisons import Past
from funnelbook.pages.decided import decided
from funnelbook.pages.edition import Edition
from funnelbook.pages.labels import CAUSES, label
from funnelbook.pages.numbers import later, total
from funnelbook.pages.text import UNNAMED, crm, filled, joined, mark, sentence, span, strong

#: Losses are compared with those of so many months before.
LOSSES_MONTHS = 12

_RATES = {
    1: (
        mark("{points} points above the month before ({verdict})"),
        mark("{points} points below the month before ({verdict})"),
        mark("the same as the month before"),
    ),
    12: (
        mark("{points} points above the same month a year ago ({verdict})"),
        mark("{points} points below the same month a year ago ({verdict})"),
        mark("the same as a year ago"),
    ),
}


_STAGES = (
    mark(
        "At {stage} {share} of the deals went on and the rest were lost: "
        "{points} points above the year before ({verdict})."
    ),
    mark(
        "At {stage} {share} of the deals went on and the rest were lost: "
        "{points} points below the year before ({verdict})."
    ),
)


def happened(edition: Edition, pipelines: tuple[Pipeline, ...], month: str) -> Markup:
    """What was won, lost and created, over some pipelines together: sums of counts and of money only."""
    words = edition.words
    rows = [row for each in pipelines if (row := edition.numbers.month(each.name, month))]
    won, revenue = total(rows, "won"), total(rows, "revenue")
    lost, created = (words.number(total(rows, column)) for column in ("lost", "created"))
    if not won:
        return sentence(words, "Nothing was won; {lost} lost, {created} new.", lost=lost, created=created)
    sales = strong(words.plural("{n} deal won", "{n} deals won", won))
    if not revenue:
        return sentence(words, "{sales}; {lost} lost, {created} new.", sales=sales, lost=lost, created=created)
    money = strong(words.money(revenue))
    return sentence(
        words,
        "{sales} for {money}; {lost} lost, {created} new.",
        sales=sales,
        money=money,
        lost=lost,
        created=created,
    )


def moved(edition: Edition, pipeline: Pipeline, month: str) -> Markup:
    """The win rate, and whether it differs from the month before and from a year ago."""
    words = edition.words
    row = edition.numbers.month(pipeline.name, month)
    if row is None or comparisons.closed(row) == 0:
        return sentence(words, "No deal was closed, so there is no win rate.")
    count, min_n = comparisons.closed(row), edition.book.project.metrics.min_n
    if count < min_n:
        return filled(
            words.plural(
                "Only {n} deal was closed, {won} of them won: too few for a win rate.",
                "Only {n} deals were closed, {won} of them won: too few for a win rate.",
                count,
                won=words.number(row["won"]),
            )
        )
    rate = strong(words.share(row["win_rate"]))
    between = span(words.share(row["win_rate_low"]), words.share(row["win_rate_high"]))
    changes = [
        each
        for before in comparisons.past(edition.numbers, pipeline.name, month)
        if (each := _change(edition, row, before))
    ]
    if not changes:
        return sentence(
            words,
            "The win rate was {rate} ({range}); there is nothing yet to compare it with.",
            rate=rate,
            range=between,
        )
    return sentence(
        words,
        "The win rate was {rate} ({range}): {changes}.",
        rate=rate,
        range=between,
        changes=joined(changes, ", "),
    )


def _change(edition: Edition, row: Row, before: Past) -> Markup | None:
    change = comparisons.win_rate_change(row, before.row, edition.book.project.metrics.min_n)
    if change is None:
        return None
    words, (above, below, same) = edition.words, _RATES[before.back]
    points = round(100 * change.value)
    if points == 0:
        return sentence(words, same)
    verdict = words("within noise") if change.noise else strong(words("not noise"))
    return sentence(words, above if points > 0 else below, points=words.number(abs(points)), verdict=verdict)


def weakest(edition: Edition, pipeline: Pipeline, month: str) -> Markup | None:
    """The stage whose decided share moved most against the year before, when that is more than noise."""
    words, min_n = edition.words, edition.book.project.metrics.min_n
    signals = [
        (each.change.value, each)
        for each in decided(edition.numbers, pipeline.name, month, min_n)
        if each.change and not each.change.noise
    ]
    if not signals:
        return None
    change, stage = max(signals, key=lambda signal: (abs(signal[0]), signal[1].row["stage"]))
    text = _STAGES[0] if change > 0 else _STAGES[1]
    return sentence(
        words,
        text,
        stage=strong(crm(stage.row["stage"])),
        share=words.share(stage.on / stage.cases),
        points=words.number(abs(round(100 * change))),
        verdict=strong(words("not noise")),
    )


def why(edition: Edition, pipeline: Pipeline, month: str) -> Markup:
    """Where the pipeline changed, and the chief cause of losses."""
    signal = weakest(edition, pipeline, month)
    cause = lost(edition, pipeline, month)
    return joined([signal, cause]) if signal else cause


def lost(edition: Edition, pipeline: Pipeline, month: str) -> Markup:
    """The chief cause of the month's losses against the twelve months before."""
    words, numbers = edition.words, edition.numbers
    causes = _by_cause(numbers.rows("losses", pipeline.name, month=month))
    count = sum(causes.values())
    if not count:
        return sentence(words, "No deal was lost.")
    cause, deals = max(causes.items(), key=lambda item: (item[1], item[0]))
    if list(causes.values()).count(deals) > 1:
        return sentence(
            words,
            "No cause of loss stands out: the most frequent ones have {n} of {all} each.",
            n=words.number(deals),
            all=words.number(count),
        )
    if cause == "none" and deals == count:
        return sentence(words, "No reason was recorded for any of the losses.")
    values = {"cause": strong(label(words, CAUSES, cause)), "n": words.number(deals), "all": words.number(count)}
    text = (
        mark("Nobody recorded why {n} of {all} deals were lost{usual}.")
        if cause == "none"
        else mark("The chief cause of losses: {cause}, {n} of {all}{usual}.")
    )
    stage = _chief_stage(numbers.rows("losses", pipeline.name, month=month, cause=cause), deals)
    first = sentence(words, text, usual=_usual(edition, pipeline, month, cause, (deals, count)), **values)
    return joined([first, sentence(words, "Most of them at {stage}.", stage=crm(stage))]) if stage else first


def _usual(edition: Edition, pipeline: Pipeline, month: str, cause: str, now: tuple[int, int]) -> Markup:
    """The cause's share in the twelve months before, and whether this month's differs from it."""
    words = edition.words
    first, last = later(month, -LOSSES_MONTHS), later(month, -1)
    rows = [row for row in edition.numbers.rows("losses", pipeline.name) if first <= row["month"] <= last]
    causes = _by_cause(rows)
    then = (causes.get(cause, 0), sum(causes.values()))
    if min(now[1], then[1]) < edition.book.project.metrics.min_n:
        return Markup("")
    share, before = wilson(*now), wilson(*then)
    assert share is not None
    assert before is not None
    verdict = words("within noise") if newcombe(share, before).noise else strong(words("not noise"))
    return sentence(
        words,
        " ({share} against {before} over the year before: {verdict})",
        share=words.share(share.value),
        before=words.share(before.value),
        verdict=verdict,
    )


def _by_cause(rows: tuple[Row, ...] | list[Row]) -> dict[str, int]:
    found: dict[str, int] = {}
    for row in rows:
        found[str(row["cause"])] = found.get(str(row["cause"]), 0) + int(row["deals"])
    return found


def _chief_stage(rows: tuple[Row, ...], deals: int) -> str:
    """The stage that more than half of these losses happened at, or ""."""
    stages: dict[str, int] = {}
    for row in rows:
        stages[row["stage"]] = stages.get(row["stage"], 0) + int(row["deals"])
    stage = max(stages, key=lambda name: (stages[name], name))
    return stage if 2 * stages[stage] > deals and stage not in {None, UNNAMED} else ""


def unfinished(words: Words, days: float, all_days: int) -> Markup:
    """Said above a month that is not over."""
    return sentence(
        words,
        "This month is not over: the data cover {days} of its {all} days, so sums and counts are not "
        "compared with whole months.",
        days=words.number(days, 1),
        all=words.number(all_days),
    )
