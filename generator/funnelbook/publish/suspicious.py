"""Columns that the site would publish as a dimension and that seem to hold free text, phones or addresses."""

from __future__ import annotations

from collections.abc import Iterator

from funnelbook.errors import Finding, Place, SourceError
from funnelbook.model.dataset import Dataset
from funnelbook.model.dimensions import Suspicion, suspicions
from funnelbook.project import Project, fold, place_of

_RULE = "looks-personal"


def refuse(dataset: Dataset, project: Project) -> None:
    """Raises `SourceError` for each such column that the project gives no reason to publish."""
    if found := [each for column in suspicions(dataset) for each in _findings(column, project)]:
        raise SourceError(found)


def _findings(found: Suspicion, project: Project) -> Iterator[Finding]:
    headers = [each.columns.get(found.column, "") for each in project.sources if each.table == "deals"]
    names = {fold(name) for name in (found.column, *headers) if name}
    if any(fold(each.column) in names for each in project.privacy.exceptions if each.column):
        return
    told = f"{found.distinct} different values in {found.filled} deals"
    if found.personal:
        told += f", {found.personal} of them with a phone or an e-mail address"
    name = next((header for header in headers if header), found.column)
    hint = (
        "leave it out of the mapping, or map its values to a few; where all of it may be published, say so: "
        f'[[privacy.exceptions]] with column = "{name}" and a reason'
    )
    message = f"the column {found.column} would be published and looks personal: {told}"
    yield Finding(_place(found.column, project), _RULE, message, hint)


def _place(column: str, project: Project) -> Place:
    """The line of the mapping that publishes it; without one, the exports."""
    for number, each in enumerate(project.sources):
        if each.table == "deals" and column in each.columns:
            return place_of(project.root, ("sources", number, "columns", column))
    return Place(project.exports.relative_to(project.root).as_posix())
