"""Owners under pseudonyms: the same names from build to build, which only the key of the project can make."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl
from msgspec.structs import replace

from funnelbook.model.dataset import Dataset
from funnelbook.model.names import categories
from funnelbook.model.pipeline import fold
from funnelbook.project import Project
from funnelbook.sources.persons import Persons

#: Of the hash, in hexadecimal; more where two people of a team would share them.
_DIGITS = 6


def pseudonymous(dataset: Dataset, project: Project) -> Dataset:
    """`dataset` with every owner, and person of the team and the plan, under a pseudonym like `№ 3f2a9c`.

    It is a keyed hash of the name as it is compared, so it needs the project's key: the project file is not read
    without one. Who has the key can tell who is who; nobody else can, however short the list of names.
    """
    if project.privacy.owners != "pseudonyms":
        return dataset
    owners = categories(dataset.deals["owner"])
    others = pl.concat([dataset.plan["owner"], dataset.team["person"]]).drop_nulls().unique(maintain_order=True)
    told = _pseudonyms([*owners, *others.to_list()], Persons.of(project))
    numbers = dataset.deals["owner"].to_physical()
    deals = dataset.deals.with_columns(
        numbers.cat.to(pl.Enum([told[fold(name)] for name in owners])).alias("owner")
    )
    return replace(
        dataset,
        deals=deals,
        plan=dataset.plan.with_columns(_told(dataset.plan["owner"], told)),
        team=dataset.team.with_columns(_told(dataset.team["person"], told)),
    )


def _pseudonyms(names: Sequence[str], persons: Persons) -> dict[str, str]:
    """By the folded name."""
    marks = {key: persons.mark(f"owner {key}") for key in dict.fromkeys(map(fold, names))}
    digits = _DIGITS
    while len({mark[:digits] for mark in marks.values()}) < len(marks):
        digits += 1
    return {key: f"№ {mark[:digits]}" for key, mark in marks.items()}


def _told(names: pl.Series, told: dict[str, str]) -> pl.Series:
    return pl.Series(names.name, [None if name is None else told[fold(name)] for name in names], dtype=pl.String)
