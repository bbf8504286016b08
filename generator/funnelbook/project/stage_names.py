"""Stage names: a stage says what has happened, not what somebody does or means to do (sales-system.md, S19).

"Offer sent" is a fact: two people look at a deal and agree whether it stands there. "Negotiations" is an activity:
deals lie in it for months, and nobody can say when they should leave. The judgement is a few endings and word lists
for each language; a name without a sign of an activity or a plan passes, for a false alarm costs more than a miss.
"""

from __future__ import annotations

import re

from msgspec import Struct

from funnelbook.errors import Finding, Place, ProjectError
from funnelbook.project.loading import NAME, read_text
from funnelbook.project.names import quoted
from funnelbook.project.positions import locate
from funnelbook.project.settings import Project

_WORD = re.compile(r"[^\W\d_]+")
_CYRILLIC = re.compile(r"[а-яё]", re.IGNORECASE)


class Objection(Struct, frozen=True):
    """Why a name says no fact; `better` is a name that would, or "" when none is obvious."""

    reason: str
    better: str


def objection(name: str) -> Objection | None:
    """None for a name that says what has happened, or that cannot be judged."""
    from funnelbook.project import stage_words_en as english  # only here: a build judges no names
    from funnelbook.project import stage_words_ru as russian

    language = russian if _CYRILLIC.search(name) else english
    words = [word.casefold().replace("ё", "е") for word in _WORD.findall(name)]
    reason = language.objection(words) if words else None
    if reason is None:
        return None
    better = (text for stem, text in language.BETTER for word in words if word.startswith(stem))
    return Objection(reason, next(better, ""))


def lint_stage_names(project: Project) -> tuple[Finding, ...]:
    """A warning for each declared stage whose name is an activity, a plan or a bare thing."""
    named = [
        (("pipelines", i, "stages", j, "name"), stage.name)
        for i, pipeline in enumerate(project.pipelines)
        for j, stage in enumerate(pipeline.stages)
    ]
    wrong = [(path, name, found) for path, name in named if (found := objection(name))]
    if not wrong:
        return ()
    places = _places(project)
    return tuple(sorted(_finding(name, found, places.get(path, Place(NAME))) for path, name, found in wrong))


def _finding(name: str, found: Objection, place: Place) -> Finding:
    message = f"the stage name {quoted(name)} {found.reason}"
    example = f"say what has happened, such as “{found.better or 'Offer sent'}”"
    return Finding(place, "stage-name", message, example, "warning")


def _places(project: Project) -> dict[tuple[str | int, ...], Place]:
    """Where each name stands; nothing for a project that was not read from a file."""
    try:
        text = read_text(project.root)
    except ProjectError:
        return {}
    return {path: Place(NAME, *value) for path, (_, value) in locate(text).items()}
