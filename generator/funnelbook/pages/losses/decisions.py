"""Buying is a chain of choices: who did not decide is told apart from price losses, and how long a choice takes."""

from __future__ import annotations

from markupsafe import Markup

from funnelbook.model.results import Row
from funnelbook.pages import answers
from funnelbook.pages.edition import Draft, Edition, Figure
from funnelbook.pages.grid import Grid, Head, grid
from funnelbook.pages.honesty import assumed_ways
from funnelbook.pages.labels import ABSENCES, label
from funnelbook.pages.losses.lost import PRICE, UNDECIDED, Losses, portion
from funnelbook.pages.numbers import ALL
from funnelbook.pages.parts import Part
from funnelbook.pages.portions import Of
from funnelbook.pages.text import UNNAMED, crm, mark, sentence


def fear(draft: Draft, losses: Losses) -> Part:
    """Undecided beside price losses by stage; days that deals stay at each stage."""
    words = draft.edition.words
    ident = answers.anchor(draft, "fear", losses.pipeline)
    title = words("Too dear, or not sure?")
    times = _times(draft, losses)
    if not losses.told:
        return Part(ident, title, (times,), reason=label(words, ABSENCES, "no-reasons"))
    figure = draft.figure(
        "motives",
        losses.told,
        _finding(draft.edition, losses),
        ident=f"{ident}-stages",
        stages=tuple(stage.name for stage in losses.pipeline.stages),
    )
    return Part(
        ident,
        title,
        (figure, times),
        (_by_stage(draft, losses),),
        tuple(assumed_ways(draft.edition, losses.pipeline)),
        ("losses", "funnel"),
    )


def _finding(edition: Edition, losses: Losses) -> Markup:
    """The stage where most buyers did not decide."""
    words = edition.words
    some = [(name, *_both(losses, name)) for name in _stages(losses)]
    if not any(undecided.n for _, undecided, _ in some):
        return sentence(words, "Of no loss it is recorded that the buyer did not decide or put it off.")
    known = [each for each in some if each[0] != UNNAMED and each[1].n]
    if not known:
        return sentence(words, "At which stage buyers did not decide nobody knows.")
    stage, undecided, price = max(known, key=lambda each: (each[1].n, each[1].whole))
    return sentence(
        words,
        "Most of those who did not decide are lost at {stage}: {n} of {all}; for price and value {price}.",
        stage=crm(stage),
        n=words.number(undecided.n),
        all=words.number(undecided.whole),
        price=words.number(price.n),
    )


def _stages(losses: Losses) -> list[str]:
    """Stages of losses with a reason, in the pipeline's order; the unknown one last."""
    met = {row["stage"] for row in losses.told}
    order = [stage.name for stage in losses.pipeline.stages if stage.name in met]
    return [*dict.fromkeys(order), *sorted(met - set(order))]


def _both(losses: Losses, stage: str) -> tuple[Of, Of]:
    """Undecided, and lost for the price, of a stage's losses with a reason."""
    rows = [row for row in losses.told if row["stage"] == stage]
    undecided = portion(rows, lambda row: row["cause"] in UNDECIDED)
    return undecided, portion(rows, lambda row: row["cause"] == PRICE)


def _by_stage(draft: Draft, losses: Losses) -> Grid:
    edition = draft.edition
    words, min_n = edition.words, edition.book.project.metrics.min_n
    times = {row["stage"]: row for row in _timed(edition, losses)}
    heads = (
        Head(words("Stage"), "stage", number=False),
        Head(words("Losses with a reason"), "lost"),
        Head(words("Did not decide, not now"), "undecided"),
        Head(words("95% interval"), "interval"),
        Head(words("Price and value"), "price-losses"),
        Head(words("95% interval"), "interval"),
        Head(words("Half decide within"), "time-in-stage"),
        Head(words("Nine tenths within"), "time-in-stage"),
    )
    made: list[list[str | Markup]] = []
    for name in _stages(losses):
        undecided, price = _both(losses, name)
        row = times.get(name, {})
        made.append(
            [
                words("Stage not known") if name == UNNAMED else crm(name),
                words.number(undecided.whole),
                undecided.written(words, min_n),
                undecided.interval(words, min_n),
                price.written(words, min_n),
                price.interval(words, min_n),
                words.days(row.get("median_days")),
                words.days(row.get("p90_days")),
            ]
        )
    return grid(words("Undecided and price losses by stage, and how long a deal stays"), heads, made)


def _timed(edition: Edition, losses: Losses) -> tuple[Row, ...]:
    rows = edition.numbers.rows("funnel", losses.pipeline.name, cohort=ALL)
    return tuple(row for row in rows if row["median_days"] is not None)


def _times(draft: Draft, losses: Losses) -> Figure | None:
    """How long deals stay at each stage; nothing where no time is known."""
    timed = _timed(draft.edition, losses)
    if not timed:
        return None
    finding = _slowest(draft.edition, timed)
    rows = draft.edition.numbers.rows("funnel", losses.pipeline.name, cohort=ALL)
    ident = answers.anchor(draft, "fear", losses.pipeline)
    return draft.figure("stage_times", rows, finding, ident=f"{ident}-times")


def _slowest(edition: Edition, timed: tuple[Row, ...]) -> Markup:
    """The stage of the longest choice, of those where enough deals were timed."""
    words = edition.words
    sure = [row for row in timed if row["timed"] >= edition.book.project.metrics.min_n]
    if not sure:
        return sentence(words, "Too few deals were timed at each stage to tell where the choice is longest.")
    slowest = max(sure, key=lambda row: row["median_days"])
    return sentence(
        words,
        _SLOWEST,
        stage=crm(slowest["stage"]),
        median=words.days(slowest["median_days"]),
        p90=words.days(slowest["p90_days"]),
        n=words.number(slowest["timed"]),
    )


_SLOWEST = mark(
    "The longest choice is made at {stage}: half leave it within {median}, nine of ten within {p90} "
    "({n} deals timed)."
)
