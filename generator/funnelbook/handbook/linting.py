"""Checks of the handbook against the project: warnings that do not stop a build."""

from __future__ import annotations

from collections.abc import Mapping

from funnelbook.errors import ContentError, Finding, Place
from funnelbook.handbook.loading import load
from funnelbook.handbook.playbook import Handbook
from funnelbook.project import Project, fold, quoted, suggestion

_RULE = "unknown-stage"


def lint(project: Project) -> tuple[Finding, ...]:
    """Warnings about the project's playbooks; a handbook that cannot be read is left to `load`."""
    handbooks: dict[str, Handbook] = {}
    for language in project.site.languages:
        try:
            handbooks[language] = load(project.content, language)
        except ContentError:
            continue
    found = [finding for handbook in handbooks.values() for finding in handbook.warnings]
    for handbook in handbooks.values():
        found += unknown_stages(handbook, project)
    return tuple(sorted({*found, *untranslated(handbooks)}))


def unknown_stages(handbook: Handbook, project: Project) -> list[Finding]:
    """Playbooks for stages that no declared pipeline has; none when no pipeline is declared."""
    stages = [stage for pipeline in project.pipelines for stage in pipeline.stages]
    known = {fold(name) for stage in stages for name in (stage.name, *stage.aliases)}
    names = [stage.name for stage in stages]
    return [
        Finding(
            Place(playbook.path, 1),
            _RULE,
            f"no pipeline has the stage {quoted(name)}",
            suggestion(name, names),
            "warning",
        )
        for playbook in handbook.playbooks
        for name in playbook.stage
        if known and fold(name) not in known
    ]


def untranslated(handbooks: Mapping[str, Handbook]) -> list[Finding]:
    """Playbooks that lack a namesake in another language of the site, or whose namesake is of another kind."""
    found = []
    for handbook in handbooks.values():
        for other in handbooks.values():
            for playbook in handbook.playbooks if other is not handbook else ():
                pair = other.by_slug(playbook.slug)
                place = Place(playbook.path, 1)
                if pair is None:
                    message = f"it has no translation: {other.language}/ has no {playbook.slug}.md"
                    found.append(Finding(place, "untranslated", message, severity="warning"))
                elif pair.kind != playbook.kind:
                    message = f"its translation {pair.path} is of another kind"
                    found.append(Finding(place, "translation-kind", message, severity="warning"))
    return found
