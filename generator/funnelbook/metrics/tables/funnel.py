"""`funnel`: how far the deals created in a month came (metrics.md, sections 2 and 3).

Rows: pipeline, dimension, member, cohort (`all` first), position; every cohort of a member that has deals.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import polars as pl

from funnelbook.metrics.calendar import MICROSECONDS_A_DAY
from funnelbook.metrics.intervals import bounds, share, wilson
from funnelbook.metrics.quantiles import quantile
from funnelbook.metrics.stages import positions
from funnelbook.metrics.ways import Ways

NAME = "funnel"
SCHEMA: Mapping[str, pl.DataType] = MappingProxyType(
    {
        "cohort": pl.String(),
        "pipeline": pl.String(),
        "dimension": pl.String(),
        "member": pl.String(),
        "position": pl.Int64(),
        "stage": pl.String(),
        **dict.fromkeys(("reached", "advanced", "lost", "open", "skipped", "unknown_lost"), pl.Int64()),
        **dict.fromkeys(
            ("conversion", "conversion_low", "conversion_high", "bound_low", "bound_high", "decided", "from_first"),
            pl.Float64(),
        ),
        "timed": pl.Int64(),
        **dict.fromkeys(("median_days", "p75_days", "p90_days"), pl.Float64()),
    }
)
_SLICE = ("dimension", "member", "pipeline", "month")
_ROW = (*_SLICE, "position")


def table(ways: Ways) -> pl.DataFrame:
    counted = _counts(ways)
    whole = counted.with_columns(month=pl.lit(0, pl.UInt16)).group_by(_ROW).agg(pl.exclude(_ROW).sum())
    counts = pl.concat([whole.select(counted.columns), counted])
    known = counts.filter(pl.col("position") > 0)
    unknown = counts.filter(pl.col("position") == 0).select(*_SLICE, unknown_lost="deals")
    return (
        counts.select(_SLICE)
        .unique()
        .join(positions(ways.pipelines, won=True), on="pipeline")
        .join(known, on=_ROW, how="left")
        .join(unknown, on=_SLICE, how="left")
        .join(_times(ways), on=_ROW, how="left")
        .with_columns(
            pl.col("deals", "lost", "open", "skipped", "unknown_lost", "timed").fill_null(0).cast(pl.Int64)
        )
        .sort("pipeline", "dimension", "member", "month", "position")
        .pipe(_measures)
        .pipe(ways.slicer.label)
        .with_columns(ways.cohort_label())
    )


def _counts(ways: Ways) -> pl.DataFrame:
    """Deals, lost and open ones, by furthest position (0 = unknown), and skips by position."""
    deals = ways.deals.select(
        "deal", "status", position=pl.col("furthest").fill_null(0), month=pl.col("cohort") + 1
    )
    status = pl.col("status")
    of_deals = [
        pl.len().alias("deals"),
        (status == "lost").sum().alias("lost"),
        (status == "open").sum().alias("open"),
    ]
    reach = ways.slicer.cut(deals, ("pipeline", "month", "position"), of_deals)
    skips = ways.skips.with_columns(month=deals["month"].gather(ways.skips["deal"]))
    skipped = ways.slicer.cut(skips, ("pipeline", "month", "position"), [pl.len().alias("skipped")])
    return reach.join(skipped, on=_ROW, how="full", coalesce=True).fill_null(0)


def _times(ways: Ways) -> pl.DataFrame:
    """Quantiles of days in stage by cohort (month + 1) and over all of them (0)."""
    aggregates = [
        pl.len().alias("timed"),
        *(
            quantile("stay", at, MICROSECONDS_A_DAY).alias(name)
            for name, at in (("median_days", 0.5), ("p75_days", 0.75), ("p90_days", 0.9))
        ),
    ]
    stays = ways.stays.with_columns(ways.deals["cohort"].gather(ways.stays["deal"]))
    whole, by_month = ways.slicer.cut_sorted(stays, ("pipeline", "position", "cohort"), "stay", aggregates)
    by_month = by_month.with_columns(month=pl.col("cohort") + 1).drop("cohort")
    whole = whole.with_columns(month=pl.lit(0, pl.UInt16))
    return pl.concat([whole.select(by_month.columns), by_month])


def _measures(rows: pl.DataFrame) -> pl.DataFrame:
    """Rows sorted by slice and position, with the columns of SCHEMA; unknown ways count at position 1."""
    first, last, open_stage = (
        pl.col("position") == 1,
        pl.col("position") == pl.col("k"),
        pl.col("position") <= pl.col("k"),
    )
    unknown = pl.col("unknown_lost")
    at_first = pl.when(first).then(unknown).otherwise(0)
    rows = rows.with_columns(
        known=pl.col("deals").cum_sum(reverse=True).over(_SLICE, mapping_strategy="group_to_rows")
    )
    rows = rows.with_columns(
        reached=pl.col("known") + at_first,
        advanced=pl.col("known").shift(-1),
        lost=pl.col("lost") + at_first,
    ).with_columns(start=pl.col("reached").first().over(_SLICE))
    reached, advanced, lost = pl.col("reached"), pl.col("advanced"), pl.col("lost")
    low, high = wilson(advanced, reached)
    bound_low, bound_high = bounds(pl.col("known"), advanced, unknown, first=first, last=last)
    of_open_stages = {
        "advanced": advanced,
        "lost": lost,
        "open": pl.col("open"),
        "skipped": pl.col("skipped"),
        "unknown_lost": unknown,
        "conversion": share(advanced, reached),
        "conversion_low": low,
        "conversion_high": high,
        "bound_low": bound_low,
        "bound_high": bound_high,
        "decided": share(advanced, advanced + lost),
        "timed": pl.col("timed"),
    }
    return rows.with_columns(
        from_first=share(reached, pl.col("start")),
        **{name: pl.when(open_stage).then(measure) for name, measure in of_open_stages.items()},
    )
