"""Whether the names of stages say what has happened: what `funnelbook check` warns of, where managers see it."""

from __future__ import annotations

from collections.abc import Mapping

from markupsafe import Markup

from funnelbook.pages.edition import Draft
from funnelbook.pages.grid import Grid, Head, grid
from funnelbook.pages.parts import Part
from funnelbook.pages.text import crm, mark, plain, sentence, toned
from funnelbook.project.stage_names import objection

#: What the check objects to, as it says it -> the same in the site's language.
OBJECTIONS: Mapping[str, str] = {
    "is a plan, not a fact": mark("is a plan, not a fact"),
    "says what is going on, not what has happened": mark("says what is going on, not what has happened"),
    "says where a deal lies, not what has happened": mark("says where a deal lies, not what has happened"),
    "is an activity, not a fact": mark("is an activity, not a fact"),
    "names a thing, not what has happened to it": mark("names a thing, not what has happened to it"),
}


def stage_names(draft: Draft) -> Part:
    """Every stage of every pipeline with deals; those that say no fact come with a hint."""
    words, numbers = draft.edition.words, draft.edition.numbers
    title = words("Do the names of the stages say what has happened?")
    names = [stage.name for pipeline in numbers.pipelines for stage in pipeline.stages]
    if not names:
        return Part("stage-names", title)
    wrong = sum(objection(name) is not None for name in names)
    if not wrong:
        said = words("All names say what has happened: two people will agree whether a deal stands there.")
        return Part("stage-names", title, grids=(_grid(draft),), said=said)
    said = words(
        "{n} of {all} names do not: deals lie there for months, and nobody can say when they should leave.",
        n=words.number(wrong),
        all=words.number(len(names)),
    )
    return Part("stage-names", title, grids=(_grid(draft),), said=said)


def _grid(draft: Draft) -> Grid:
    words, numbers = draft.edition.words, draft.edition.numbers
    several = len(numbers.pipelines) > 1
    heads = (
        Head(words("Stage"), "stage", number=False),
        *([Head(words("Pipeline"), "pipeline", number=False)] if several else []),
        Head(words("Says what has happened"), number=False),
        Head(words("Hint"), number=False),
    )
    rows: list[list[str | Markup]] = []
    targets = []
    for pipeline in numbers.pipelines:
        for position, stage in enumerate(pipeline.stages, 1):
            verdict, hint = _judged(draft, stage.name)
            rows.append([crm(stage.name), *([crm(pipeline.name)] if several else []), verdict, hint])
            targets.append(draft.link(draft.edition.stage_address(pipeline, position)))
    return grid(words("Every stage's name"), heads, rows, targets)


def _judged(draft: Draft, name: str) -> tuple[Markup, str | Markup]:
    """Whether the name is a fact, and what would be one."""
    words = draft.edition.words
    found = objection(name)
    if found is None:
        return toned(words("yes"), "verdict ok"), "—"
    reason = words(OBJECTIONS.get(found.reason, found.reason))
    if not found.better:
        return toned(words("no"), "verdict watch"), sentence(words, "The name {reason}.", reason=reason)
    return toned(words("no"), "verdict watch"), sentence(
        words, "The name {reason}; say “{better}”.", reason=reason, better=plain(found.better)
    )
