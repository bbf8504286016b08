"""The plan as given, for any pipeline and owner: metrics.md, section 3, `plan` and `capacity_plan`."""

from __future__ import annotations

import math
from collections.abc import Iterator

from msgspec import Struct

from funnelbook.metrics.absence import Absent
from funnelbook.metrics.ways import Ways
from funnelbook.model.pipeline import fold

MEASURES = ("sales", "revenue")


class Targets(Struct, frozen=True):
    """rows: (month, pipeline, owner) -> (sales, revenue); None for a pipeline or owner means: not told apart."""

    rows: dict[tuple[str, str | None, str | None], tuple[float | None, float | None]]

    @property
    def months(self) -> list[str]:
        return sorted({month for month, _, _ in self.rows})

    @property
    def pipelines(self) -> list[str]:
        return sorted({pipeline for _, pipeline, _ in self.rows if pipeline is not None})

    @property
    def owners(self) -> list[str]:
        return sorted({owner for _, _, owner in self.rows if owner is not None})

    def target(self, measure: str, month: str, pipeline: str | None, owner: str | None) -> float | None:
        """Its own row, else the sum of its owners' rows, else of its pipelines; None when nothing was planned."""
        own = self.rows.get((month, pipeline, owner), (None, None))[MEASURES.index(measure)]
        if own is not None:
            return own
        of_owners = _sum(self._of_owners(measure, month, pipeline, owner))
        return _sum(self._of_pipelines(measure, month, pipeline, owner)) if of_owners is None else of_owners

    def _of_owners(
        self, measure: str, month: str, pipeline: str | None, owner: str | None
    ) -> Iterator[float | None]:
        if owner is None:
            for each in self.owners:
                yield self.rows.get((month, pipeline, each), (None, None))[MEASURES.index(measure)]

    def _of_pipelines(
        self, measure: str, month: str, pipeline: str | None, owner: str | None
    ) -> Iterator[float | None]:
        if pipeline is None:
            for each in self.pipelines:
                yield self.target(measure, month, each, owner)


def _sum(parts: Iterator[float | None]) -> float | None:
    known = [part for part in parts if part is not None]
    return math.fsum(known) if known else None


def targets_of(ways: Ways) -> Targets:
    """The last of several rows of one month, pipeline and owner counts; a null pipeline is the only one there is.

    A plan may name a pipeline that has no deals. Raises Absent when there is no plan.
    """
    plan = ways.dataset.plan
    if plan.is_empty():
        raise Absent("no-plan")
    only = ways.pipelines[0].name if len(ways.pipelines) == 1 else None
    names = {fold(name): each.name for each in ways.pipelines for name in (each.name, *each.aliases)}
    rows = {}
    for month, pipeline, owner, sales, revenue in plan.select("month", "pipeline", "owner", *MEASURES).rows():
        told = only if pipeline is None else names.setdefault(fold(pipeline), pipeline.strip())
        rows[month, told, owner] = (sales, revenue)
    return Targets(rows)
