"""Open stages of all pipelines as a small table to join with."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from funnelbook.model.pipeline import Pipeline

#: The stage of the row beyond the last open one.
WON = "won"


def positions(pipelines: Sequence[Pipeline], *, won: bool = False) -> pl.DataFrame:
    """`pipeline` UInt8, `position` UInt8, `stage` String, `k` UInt8; with `won`, a row k+1 of that name as well."""
    rows = [
        (number, position, name, pipeline.k)
        for number, pipeline in enumerate(pipelines)
        for position, name in enumerate((*(stage.name for stage in pipeline.stages), *([WON] if won else [])), 1)
    ]
    schema = {"pipeline": pl.UInt8, "position": pl.UInt8, "stage": pl.String, "k": pl.UInt8}
    return pl.DataFrame(rows, schema=schema, orient="row")


def pipeline_names(pipelines: Sequence[Pipeline]) -> pl.Expr:
    """The names of a column `pipeline` of indices."""
    names = pl.Series([pipeline.name for pipeline in pipelines], dtype=pl.String)
    return pl.lit(names).gather(pl.col("pipeline")).alias("pipeline")
