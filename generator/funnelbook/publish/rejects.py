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
    """A warning for each file that lost more rows than `reject_share` allows."""
    paths = {file.label: str(file.path.relative_to(project.root)) for file in dataset.files}
    return tuple(
        Finding(
            Place(paths.get(row["file"], row["file"])),
            _RULE,
            f"{row['rejected']} of {row['rows']} rows were rejected",
            f"the rows and their problems stand in {project.private.name}/refused.csv",
            "warning",
        )
        for row in dataset.quality.iter_rows(named=True)
        if row["problem"] == "all" and row["rejected"] > project.metrics.reject_share * row["rows"]
    )


def strictly(findings: Iterable[Finding]) -> list[Finding]:
    """The findings, a file that lost too many rows being an error."""
    return [replace(each, severity="error") if each.rule == _RULE else each for each in findings]


def refuse(findings: Iterable[Finding]) -> None:
    """Raises `SourceError` for the files that lost too many rows."""
    if lost := [each for each in strictly(findings) if each.rule == _RULE]:
        raise SourceError(lost)
