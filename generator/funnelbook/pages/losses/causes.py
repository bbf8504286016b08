"""Why, and at which stage: the causes with their money, against the year before; and the reasons as written."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from markupsafe import Markup

from funnelbook.language import Words
from funnelbook.model.results import Row
from funnelbook.pages import answers, findings
from funnelbook.pages.edition import Draft, Edition
from funnelbook.pages.grid import Grid, Head, grid
from funnelbook.pages.honesty import way_notes
from funnelbook.pages.labels import ABSENCES, CAUSES, PARTIES, label
from funnelbook.pages.losses.lost import UNTOLD, Losses, deals, portion, value
from funnelbook.pages.numbers import summed
from funnelbook.pages.parts import Part
from funnelbook.pages.text import UNNAMED, crm, mark, sentence, strong

#: Reasons beyond these are summed up in one row.
REASONS = 12


def chief(edition: Edition, losses: Losses) -> Markup:
    """The most frequent recorded cause: where, how much of all, against the year before, in money."""
    words = edition.words
    if not losses.told:
        return sentence(words, "No reason was recorded for any of the losses.")
    first = losses.of_cause(losses.causes[0])
    if len(losses.causes) > 1 and losses.of_cause(losses.causes[1]).n == first.n:
        return sentence(
            words,
            "No cause of loss stands out: the most frequent ones have {n} of {all} each.",
            n=words.number(first.n),
            all=words.number(first.whole),
        )
    cause = losses.causes[0]
    rows = [row for row in losses.told if row["cause"] == cause]
    worth = value(rows)
    money = sentence(words, ", {money} in all", money=words.money(worth)) if worth is not None else Markup("")
    text = (
        mark("The chief cause: {cause}, {n} of {all} losses with a recorded reason{money}.{where}")
        if first.whole < edition.book.project.metrics.min_n
        else mark(
            "The chief cause: {cause}, {share} of the losses with a recorded reason ({n} of {all}{money}){usual}."
            "{where}"
        )
    )
    return sentence(
        words,
        text,
        cause=strong(label(words, CAUSES, cause)),
        share=strong(first.written(words, edition.book.project.metrics.min_n)),
        n=words.number(first.n),
        all=words.number(first.whole),
        money=money,
        usual=_usual(edition, losses, cause),
        where=_where(edition, rows),
    )


def _usual(edition: Edition, losses: Losses, cause: str) -> Markup:
    words, min_n = edition.words, edition.book.project.metrics.min_n
    now, before = losses.of_cause(cause), losses.of_cause_before(cause)
    change = now.against(before, min_n)
    if change is None:
        return Markup("")
    return sentence(
        words,
        ", against {share} ({n} of {all}) in the {months} before: {verdict}",
        months=words.plural("{n} month", "{n} months", losses.months_before),
        share=before.written(words, min_n),
        n=words.number(before.n),
        all=words.number(before.whole),
        verdict=words("within noise") if change.noise else strong(words("not noise")),
    )


def _where(edition: Edition, rows: Sequence[Row]) -> Markup:
    """The stage that most of these losses happened at."""
    stages = summed(rows, "stage")
    stage = max(sorted(stages), key=lambda name: stages[name])
    if stage == UNNAMED:
        return Markup("")
    return Markup(" {}").format(
        sentence(
            edition.words,
            "Most of them at {stage}: {n}.",
            stage=strong(crm(stage)),
            n=edition.words.number(stages[stage]),
        )
    )


def causes(draft: Draft, losses: Losses) -> Part:
    """Pareto of the causes, and each against the months before."""
    words = draft.edition.words
    ident, title = answers.anchor(draft, "causes", losses.pipeline), words("Why")
    if not losses.told:
        return Part(ident, title, reason=label(words, ABSENCES, "no-reasons"))
    finding = findings.causes(words, summed(losses.rows, "cause"))
    return Part(
        ident,
        title,
        (draft.figure("losses", losses.rows, finding, ident=ident),),
        (_against(draft, losses),),
        tuple(_untold(draft.edition, losses)),
        ("losses",),
    )


def _untold(edition: Edition, losses: Losses) -> Iterator[Markup]:
    words = edition.words
    none = portion(losses.rows, lambda row: row["cause"] == UNTOLD)
    if none.n:
        yield sentence(
            words,
            "Nobody recorded a reason for {n} of {all} losses.",
            n=words.number(none.n),
            all=words.number(none.whole),
        )


def _against(draft: Draft, losses: Losses) -> Grid:
    words, min_n = draft.edition.words, draft.edition.book.project.metrics.min_n
    heads = [
        Head(words("Cause"), "cause", number=False),
        Head(words("Lost"), "lost"),
        Head(words("Share of those with a reason"), "told-share"),
        Head(words("95% interval"), "interval"),
        Head(words("Value"), "lost-value"),
    ]
    if losses.before:
        heads += before_heads(words, losses)
    made: list[list[str | Markup]] = []
    for cause in losses.causes:
        now, before = losses.of_cause(cause), losses.of_cause_before(cause)
        line = [
            label(words, CAUSES, cause),
            words.number(now.n),
            now.written(words, min_n),
            now.interval(words, min_n),
            words.money(value([row for row in losses.told if row["cause"] == cause])),
        ]
        made.append([*line, *(now.beside(words, before, min_n) if losses.before else ())])
    return grid(words("Causes of the last whole months"), heads, made)


def before_heads(words: Words, losses: Losses) -> list[Head]:
    """Columns of a share in the months before, and of the difference."""
    months = words.plural("{n} month", "{n} months", losses.months_before)
    return [Head(words("{months} before", months=months), "told-share"), Head(words("Difference"), "noise")]


def matrix(draft: Draft, losses: Losses) -> Part:
    """Stage by cause as a picture; stage, reason and party as they were written."""
    words, rows = draft.edition.words, losses.rows
    ident, title = answers.anchor(draft, "matrix", losses.pipeline), words("Where: stage, reason, who ended it")
    if not losses.told and set(summed(rows, "stage")) == {UNNAMED}:
        return Part(ident, title)
    figure = draft.figure(
        "losses_by_stage",
        rows,
        findings.stages(words, summed(rows, "stage")),
        ident=ident,
        stages=tuple(stage.name for stage in losses.pipeline.stages),
    )
    return Part(
        ident,
        title,
        (figure,),
        (_reasons(draft, rows),) if losses.told else (),
        tuple(way_notes(draft.edition, losses.pipeline)),
        ("losses",),
    )


def _reasons(draft: Draft, rows: tuple[Row, ...]) -> Grid:
    """The reasons in the CRM's own words by stage, the most frequent first, and what they were sorted into."""
    words = draft.edition.words
    found: dict[tuple[str, str, str, str], list[Row]] = {}
    for row in rows:
        key = (row["stage"], row["reason"] or UNNAMED, row["cause"], row["party"])
        found.setdefault(key, []).append(row)
    ranked = sorted(found.items(), key=lambda item: (-deals(item[1]), item[0]))
    made: list[list[str | Markup]] = [
        [
            crm(reason),
            words("Stage not known") if stage == UNNAMED else crm(stage),
            label(words, CAUSES, cause),
            label(words, PARTIES, party),
            words.number(deals(same)),
            words.money(value(same)),
        ]
        for (stage, reason, cause, party), same in ranked[:REASONS]
    ]
    rest = [row for _, same in ranked[REASONS:] for row in same]
    if rest:
        made.append([words("All others"), "—", "—", "—", words.number(deals(rest)), words.money(value(rest))])
    heads = (
        Head(words("Reason"), number=False),
        Head(words("Stage"), "stage", number=False),
        Head(words("Cause"), "cause", number=False),
        Head(words("Party"), "party", number=False),
        Head(words("Lost"), "lost"),
        Head(words("Value"), "lost-value"),
    )
    return grid(words("Stages, reasons, and what they were sorted into"), heads, made)
