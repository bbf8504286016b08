"""The numbers of metrics.md: Polars in, one tidy table out."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Protocol

import polars as pl

from funnelbook.metrics import conservation
from funnelbook.metrics.stages import pipeline_names
from funnelbook.metrics.tables import by_age, entries, funnel, losses, monthly, ways
from funnelbook.metrics.ways import Ways, ways_of
from funnelbook.model.dataset import Dataset
from funnelbook.model.results import Results, Table
from funnelbook.project import Project

__all__ = ["TABLES", "Metric", "Ways", "compute", "ways_of"]


class Metric(Protocol):
    """A module of `tables`: one table of metrics.md, section 3."""

    NAME: str
    SCHEMA: Mapping[str, pl.DataType]

    def table(self, ways: Ways, /) -> pl.DataFrame:
        """Rows in the order the module's docstring gives; the columns of SCHEMA, `pipeline` as its index."""
        ...


#: Every table made from the ways, in the order of metrics.md. A new one is a module and a line here.
TABLES: tuple[Metric, ...] = (funnel, ways, by_age, monthly, entries, losses)


def compute(dataset: Dataset, project: Project) -> Results:
    """Every table of `dataset`, checked for conservation (metrics.md, section 4).

    Raises ConservationError with every number that does not add up.
    """
    reconstructed = ways_of(dataset, project)
    tables = {metric.NAME: tabulate(metric, reconstructed) for metric in TABLES}
    conservation.check(tables, reconstructed)
    tables["quality"] = Table("quality", dataset.quality)
    return Results(dataset.as_of, dataset.pipelines, MappingProxyType(tables), MappingProxyType({}), dataset.notes)


def tabulate(metric: Metric, ways: Ways) -> Table:
    """One table in its contract's columns and types."""
    rows = metric.table(ways).with_columns(pipeline_names(ways.pipelines))
    return Table(metric.NAME, rows.select(pl.col(name).cast(kind) for name, kind in metric.SCHEMA.items()))
