"""When a new deal was first answered: metrics.md, section 3, `response_by_hour` and `monthly`."""

from __future__ import annotations

import polars as pl

from funnelbook.model.dataset import Dataset
from funnelbook.model.pipeline import WON_CODE


def responses_of(dataset: Dataset, deals: pl.DataFrame) -> pl.Series:
    """Microseconds from creation to the first response of each deal, Int64; null = none.

    A response is the first outgoing activity at or after creation. A data set without activities has the first
    stage entry later than the creation instead (`response_basis`). deals: `created`, one row a deal.
    """
    if dataset.has_activities:
        touches = dataset.activities.lazy().filter(pl.col("outgoing"))
        waits = _waits(touches.select("deal", "at"), deals).filter(pl.col("wait") >= 0)
    else:
        touches = dataset.entries.lazy().filter(pl.col("code") < WON_CODE)
        waits = _waits(touches.select("deal", "at"), deals).filter(pl.col("wait") > 0)
    first = waits.group_by("deal").agg(pl.col("wait").min()).collect()
    return (
        pl.select(pl.repeat(None, deals.height, dtype=pl.Int64)).to_series().scatter(first["deal"], first["wait"])
    )


def response_basis(dataset: Dataset) -> str:
    """What `responses_of` measures: `activities` or `entries`."""
    return "activities" if dataset.has_activities else "entries"


def _waits(touches: pl.LazyFrame, deals: pl.DataFrame) -> pl.LazyFrame:
    created = pl.lit(deals["created"]).gather(pl.col("deal"))
    return touches.select("deal", wait=pl.col("at").to_physical() - created)
