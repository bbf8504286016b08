"""Where results and handbooks meet: losses nobody explains, losses no playbook answers, refusals nobody wrote down.

Causes that need no words (`WORDLESS`: nothing known, or nobody to speak to) need no playbook either. A translation
is the same playbook once more, so one language is enough here; `untranslated` tells of the other. A project without
any playbook is a site of numbers, and is told of missing reasons alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from funnelbook.errors import Finding, Place
from funnelbook.handbook import Handbook, Playbook
from funnelbook.model.results import Results, Row
from funnelbook.pages.labels import WORDLESS
from funnelbook.pages.numbers import later
from funnelbook.project import Project

#: Losses of so many months count, that of as_of among them.
MONTHS = 12


def check(results: Results, handbooks: Mapping[str, Handbook], project: Project) -> tuple[Finding, ...]:
    """Warnings of missing reasons, of causes without a playbook, and of causes we refuse for without a script."""
    playbooks = [playbook for each in handbooks.values() for playbook in each.playbooks]
    losses = _recent(results, project)
    found = [*_without_reason(Place(str(project.exports.relative_to(project.root))), losses)]
    if playbooks:
        place = Place(project.content.name)
        rows = [row for row in losses if row["cause"] not in WORDLESS]
        found += [*_without_playbook(place, rows, playbooks), *_without_script(place, rows, playbooks)]
    return tuple(found)


def _recent(results: Results, project: Project) -> list[Row]:
    """The losses of the newest months."""
    newest = results.as_of.astimezone(project.site.timezone).strftime("%Y-%m")
    rows = results["losses"].rows if "losses" in results else ()
    return [row for row in rows if row["month"] > later(newest, -MONTHS)]


def _without_reason(place: Place, rows: Sequence[Row]) -> Iterator[Finding]:
    """When more losses have no reason than the most frequent cause has: then nobody knows the chief cause."""
    counts = dict(_counted(rows))
    untold, most = counts.pop("none", 0), max(counts.values(), default=0)
    if untold > most:
        yield Finding(
            place,
            "losses-without-reason",
            f"{untold} of the {sum(counts.values()) + untold} deals lost in the last twelve months have no reason, "
            f"more than any cause has ({most})",
            "let the CRM ask for a reason whenever a deal is closed, and export that column",
            "warning",
        )


def _without_playbook(place: Place, rows: Sequence[Row], playbooks: Iterable[Playbook]) -> Iterator[Finding]:
    covered = {cause for each in playbooks for cause in each.cause}
    for cause, deals in _counted(rows):
        if cause not in covered:
            yield Finding(
                place,
                "cause-without-playbook",
                f"{deals} of the deals lost in the last twelve months died of {cause}, and no playbook answers it",
                f"write one with `cause: {cause}` in its front matter",
                "warning",
            )


def _without_script(place: Place, rows: Sequence[Row], playbooks: Iterable[Playbook]) -> Iterator[Finding]:
    written = {cause for each in playbooks if each.kind == "refusal" for cause in each.cause}
    for cause, deals in _counted([row for row in rows if row["party"] == "refused"]):
        if cause not in written:
            yield Finding(
                place,
                "refusal-without-script",
                f"{deals} buyers were refused for {cause} in the last twelve months, and no refusal says how",
                f"write a playbook with `kind: refusal` and `cause: {cause}`",
                "warning",
            )


def _counted(rows: Sequence[Row]) -> list[tuple[str, int]]:
    """Causes with their deals, by name."""
    found: dict[str, int] = {}
    for row in rows:
        found[row["cause"]] = found.get(row["cause"], 0) + int(row["deals"])
    return sorted(found.items())
