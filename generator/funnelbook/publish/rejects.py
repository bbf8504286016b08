"""What the exports lost: a warning, where it is asked for an end, and an end in any case where nothing is left."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from msgspec.structs import replace

from funnelbook.errors import Finding, Place, SourceError
from funnelbook.publish import private

if TYPE_CHECKING:  # an unchanged site is told without reading anything
    from funnelbook.model.dataset import Dataset
    from funnelbook.project import Project

_RULE = "many-rejected"
#: What is told as a warning, and stops what is asked to be strict.
_STRICT = frozenset({_RULE, "without-rate"})
#: Rows after a moment that the project set by hand are no loss.
_BY_HAND = "after-as-of"
_WRITABLE = "make the site where the project can be written into, to have the rows and their problems listed"


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
    message = _message(rejected, rows)
    if len(lost) > 1:
        message = f"in this file and {len(lost) - 1} more, {message}"
    place = Place(paths.get(lost[0]["file"], lost[0]["file"]))
    return (Finding(place, _RULE, message, where_listed(project), "warning"),)


def unlisted(dataset: Dataset, project: Project) -> tuple[Finding, ...]:
    """A warning when rows were rejected and no list of them can be written."""
    rejected = dataset.refused.filter("primary", bucket="rejected").height
    if not rejected or private.is_writable(project.private):
        return ()
    message = f"the project is only for reading here: the list of rejected rows ({rejected}) was not written"
    return (Finding(Place(str(project.private)), "read-only", message, _WRITABLE, "warning"),)


def refuse_empty(dataset: Dataset, project: Project) -> None:
    """Raises `SourceError` for each file all of whose rows were rejected: it is not what it was taken for."""
    lost = dataset.refused.filter("primary", bucket="rejected")
    spoiled = dict(lost.filter(lost["problem"] != _BY_HAND)["file"].value_counts().iter_rows())
    found = [
        Finding(
            Place(str(file.path.relative_to(project.root))),
            _RULE,
            _message(file.rows, file.rows),
            where_listed(project),
        )
        for file in dataset.files
        if spoiled.get(file.number) == file.rows
    ]
    if found:
        raise SourceError(found)


def _message(rejected: int, rows: int) -> str:
    return f"{rejected} of {rows} rows were rejected"


def where_listed(project: Project) -> str:
    """A hint at the list of the rejected rows, or how to get one."""
    if not private.is_writable(project.private):
        return _WRITABLE
    return f"the rows and their problems stand in {project.private.name}/refused.csv"


def strictly(findings: Iterable[Finding]) -> list[Finding]:
    """The findings, a file that lost too many rows, or prices that no sum holds, being errors."""
    return [replace(each, severity="error") if each.rule in _STRICT else each for each in findings]


def refuse(findings: Iterable[Finding]) -> None:
    """Raises `SourceError` when files lost too many rows, or sums of money prices."""
    if lost := [each for each in strictly(findings) if each.rule in _STRICT]:
        raise SourceError(lost)
