"""`monthly`: what happened in a month, whenever its deals were created (metrics.md, section 3).

Rows: pipeline, dimension, member, month. `all` has every month from the pipeline's first creation to as_of;
a member those in which a deal of it was created, qualified, won or lost.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import polars as pl

from funnelbook.metrics.calendar import MICROSECONDS_A_DAY, MICROSECONDS_A_MINUTE
from funnelbook.metrics.costs import amount
from funnelbook.metrics.intervals import share, wilson
from funnelbook.metrics.moves import first_entries
from funnelbook.metrics.quantiles import quantile
from funnelbook.metrics.ways import Ways

NAME = "monthly"
SCHEMA: Mapping[str, pl.DataType] = MappingProxyType(
    {
        **dict.fromkeys(("month", "pipeline", "dimension", "member"), pl.String()),
        **dict.fromkeys(
            ("created", "qualified", "won", "lost", "refused", "declined", "drifted"),
            pl.Int64(),
        ),
        **dict.fromkeys(
            (
                "revenue", "average_sale", "win_rate", "win_rate_low", "win_rate_high", "cycle_median_days",
                "cycle_p90_days", "response_median_minutes", "answered_in_target", "cost", "cost_of_sale",
            ),
            pl.Float64(),
        ),
    }
)  # fmt: skip
_BY = ("pipeline", "month")
_ROW = ("dimension", "member", *_BY)
_PARTIES = ("refused", "declined", "drifted")
_COUNTS = ("created", "qualified", "won", "lost", *_PARTIES)


def table(ways: Ways) -> pl.DataFrame:
    every = ways.months().select(pl.lit(0, pl.UInt8).alias("dimension"), pl.lit(0, pl.UInt32).alias("member"), *_BY)
    rows = every
    for part in (_created(ways), _answered(ways), _qualified(ways), _closed(ways), _cycles(ways)):
        rows = rows.join(part, on=_ROW, how="full", coalesce=True)
    rows = rows.join(ways.months(), on=_BY, how="semi")
    return (
        rows.pipe(_measures, ways)
        .sort("pipeline", "dimension", "member", "month")
        .pipe(ways.slicer.label)
        .with_columns(ways.calendar.label("month"))
    )


def _created(ways: Ways) -> pl.DataFrame:
    """By month of creation: deals, those that should have been answered by now, and those that were in time."""
    target = round(ways.project.metrics.answer_target_minutes * MICROSECONDS_A_MINUTE)
    as_of = pl.lit(ways.dataset.as_of).cast(pl.Datetime("us", "UTC")).to_physical()
    due = pl.col("created") + target <= as_of
    deals = ways.deals.select(
        "deal",
        month="cohort",
        due=due,
        in_target=due & (pl.col("response") <= target).fill_null(value=False),
    )
    aggregates = [
        pl.len().alias("created"),
        pl.col("due").sum(),
        pl.col("in_target").sum(),
    ]
    return ways.slicer.cut(deals, _BY, aggregates)


def _answered(ways: Ways) -> pl.DataFrame:
    """By month of creation: how long those that were answered waited. Quantiles cost least without nulls."""
    deals = ways.deals.filter(pl.col("response").is_not_null()).select("deal", "response", month="cohort")
    median = quantile("response", 0.5, MICROSECONDS_A_MINUTE).alias("response_median_minutes")
    return ways.slicer.cut(deals, _BY, [median])


def _cycles(ways: Ways) -> pl.DataFrame:
    """By month of closing: how long winning took."""
    deals = ways.deals.filter(pl.col("cycle").is_not_null()).select("deal", "cycle", month="closing")
    aggregates = [
        quantile("cycle", 0.5, MICROSECONDS_A_DAY).alias("cycle_median_days"),
        quantile("cycle", 0.9, MICROSECONDS_A_DAY).alias("cycle_p90_days"),
    ]
    return ways.slicer.cut(deals, _BY, aggregates)


def _qualified(ways: Ways) -> pl.DataFrame:
    """First entries at or beyond the qualifying stage, by their month."""
    positions = pl.Series([pipeline.qualifying_position for pipeline in ways.pipelines], dtype=pl.UInt8)
    firsts = first_entries(ways)
    qualifying = positions.gather(ways.deals["pipeline"].gather(firsts["deal"]))
    crossed = firsts.filter((firsts["above"] < qualifying) & (qualifying <= firsts["to"]))
    return ways.slicer.cut(crossed.select("deal", "month"), _BY, [pl.len().alias("qualified")])


def _closed(ways: Ways) -> pl.DataFrame:
    """By month of closing: outcomes and money."""
    won = pl.col("status") == "won"
    deals = ways.deals.filter(pl.col("closed").is_not_null()).select(
        "deal", "status", "party", "cost", month="closing", sale=amount(pl.when(won).then("value"))
    )
    aggregates = [
        won.sum().alias("won"),
        (pl.col("status") == "lost").sum().alias("lost"),
        *((pl.col("party") == party).sum().alias(party) for party in _PARTIES),
        pl.col("sale").sum().alias("revenue"),
        pl.col("sale").count().alias("sales"),
        pl.col("cost").sum(),
    ]
    return ways.slicer.cut(deals, _BY, aggregates)


def _measures(rows: pl.DataFrame, ways: Ways) -> pl.DataFrame:
    qualifies = pl.Series(
        [pipeline.qualifying_position is not None for pipeline in ways.pipelines], dtype=pl.Boolean
    )
    won, closed = pl.col("won"), pl.col("won") + pl.col("lost")
    low, high = wilson(won, closed)
    counted = rows.with_columns(
        pl.col(*_COUNTS, "sales", "due", "in_target").fill_null(0).cast(pl.Int64),
        pl.col("revenue", "cost").cast(pl.Float64).fill_null(0.0),
    )
    return counted.with_columns(
        qualified=pl.when(pl.lit(qualifies).gather(pl.col("pipeline"))).then("qualified"),
        average_sale=share(pl.col("revenue"), pl.col("sales")),
        win_rate=share(won, closed),
        win_rate_low=low,
        win_rate_high=high,
        answered_in_target=share(pl.col("in_target"), pl.col("due")),
        cost_of_sale=share(pl.col("cost"), won),
    )
