"""Files that lost more of their rows than the project allows: a warning, or where it is asked for an end."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from funnelbook.errors import Finding, Place, SourceError

if TYPE_CHECKING:  # an unchanged site is told without reading anything
    from funnelbook.model.dataset import Dataset
    from funnelbook.project import Project

_RULE = "many-rejected"


def lossy(dataset: Dataset, project: Project) -> tuple[Finding, ...]:
    """A warning at the first file that lost more rows than `reject_share` allows, which tells of the others too.

    One renamed stage loses rows of every export of a series: that is one thing to mend.
    """
    paths = {file.label: str(file.path.relative_to(project.root)) for file in dataset.files}
    lost = [
        row
        for row in dataset.quality.iter_rows(named=True)
        if row["problem"] == "all" and row["rejected"] > project.metrics.reject_share * row["rows"]
    ]
    if not lost:
        return ()
    rejected, rows = (sum(row[name] for row in lost) for name in ("rejected", "rows"))
    message = f"{rejected} of {rows} rows were rejected"
    if len(lost) > 1:
        message = f"in this file and {len(lost) - 1} more, {message}"
    hint = f"the rows and their problems stand in {project.private.name}/refused.csv"
    return (Finding(Place(paths.get(lost[0]["file"], lost[0]["file"])), _RULE, message, hint, "warning"),)


def strictly(findings: Iterable[Finding]) -> list[Finding]:
    """The findings, a file that lost too many rows being an error."""
    return [replace(each, severity="error") if each.rule == _RULE else each for each in findings]


def refuse(findings: Iterable[Finding]) -> None:
    """Raises `SourceError` when files lost too many rows."""
    if lost := [each for each in strictly(findings) if each.rule == _RULE]:
        raise SourceError(lost)
