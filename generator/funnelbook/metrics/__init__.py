"""The numbers of metrics.md: Polars in, one tidy table out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Protocol

import polars as pl

from funnelbook.metrics import conservation, restated
from funnelbook.metrics.absence import Absent
from funnelbook.metrics.stages import pipeline_names
from funnelbook.metrics.tables import (
    answered,
    by_age,
    capacity,
    capacity_plan,
    chances,
    comeback_intervals,
    comeback_sales,
    comebacks,
    cost,
    drift,
    effects,
    entries,
    eventual,
    exports,
    funnel,
    leads,
    leaks,
    losses,
    mistakes,
    monthly,
    order,
    plan,
    price_value,
    prices,
    qualification,
    ramp,
    repeat_buyers,
    response_by_hour,
    roles,
    sales,
    sellers,
    staffing,
    tasks,
    temperature,
    unanswered,
    unworthy,
    urgent,
    waves,
    ways,
    work,
    worth,
)
from funnelbook.metrics.ways import Ways, ways_of
from funnelbook.model.dataset import Dataset
from funnelbook.model.handbook_facts import HandbookFacts
from funnelbook.model.results import Results, Table
from funnelbook.project import Project

__all__ = ["CONSERVED", "TABLES", "Absent", "Metric", "Ways", "compute", "tabulate", "ways_of"]


class Metric(Protocol):
    """A module of `tables`: one table of metrics.md, section 3."""

    NAME: str
    SCHEMA: Mapping[str, pl.DataType]

    def table(self, ways: Ways, /) -> pl.DataFrame:
        """Rows in the order the module's docstring gives; the columns of SCHEMA, `pipeline` as its index or name.

        Raises Absent when the data lack what the table is made of.
        """
        ...


#: The tables whose numbers must add up (metrics.md, section 4).
CONSERVED: tuple[Metric, ...] = (funnel, ways, by_age, monthly, entries, losses)

#: Every table made from the ways. A new one is a module and a line here.
TABLES: tuple[Metric, ...] = (
    *CONSERVED,
    eventual,
    cost,
    tasks,
    worth,
    chances,
    order,
    capacity,
    capacity_plan,
    work,
    staffing,
    sellers,
    ramp,
    roles,
    repeat_buyers,
    comebacks,
    leads,
    temperature,
    qualification,
    waves,
    sales,
    answered,
    response_by_hour,
    drift,
    plan,
    leaks,
    price_value,
    prices,
    comeback_intervals,
    comeback_sales,
    effects,
    mistakes,
    unanswered,
    unworthy,
    urgent,
    exports,
)


def compute(
    dataset: Dataset,
    project: Project,
    metrics: Sequence[Metric] = TABLES,
    facts: HandbookFacts | None = None,
) -> Results:
    """The tables `metrics` of `dataset`, those of CONSERVED always among them and checked (metrics.md, section 4).

    Raises ConservationError with every number that does not add up.
    """
    facts = facts or HandbookFacts()
    reconstructed = ways_of(dataset, project, facts.reviews, facts.aims)
    tables: dict[str, Table] = {}
    absent: dict[str, str] = {}
    for metric in dict.fromkeys((*CONSERVED, *metrics)):
        try:
            tables[metric.NAME] = tabulate(metric, reconstructed)
        except Absent as absence:
            absent[metric.NAME] = absence.reason
    conservation.check(tables, reconstructed)
    tables["quality"] = Table("quality", dataset.quality)
    if facts.published is None:
        absent[restated.NAME] = "no-releases"
    else:
        tables[restated.NAME] = restated.table(tables["monthly"], facts.published)
    return Results(
        dataset.as_of, dataset.pipelines, MappingProxyType(tables), MappingProxyType(absent), dataset.notes
    )


def tabulate(metric: Metric, ways: Ways) -> Table:
    """One table in its contract's columns and types. Raises Absent."""
    rows = metric.table(ways)
    if rows.schema.get("pipeline") == pl.UInt8:
        rows = rows.with_columns(pipeline_names(ways.pipelines))
    return Table(metric.NAME, rows.select(pl.col(name).cast(kind) for name, kind in metric.SCHEMA.items()))
