"""Moves of deals counted by month: when stages were first entered, and where deals stood at a month's end."""

from __future__ import annotations

import polars as pl

from funnelbook.metrics.keys import Key
from funnelbook.metrics.ways import Ways

_FLOW = Key.of(["pipeline", "month", "from", "to"])


def first_entries(ways: Ways) -> pl.DataFrame:
    """`deal`, `above`, `to`, `month`: the deal first entered positions above+1..to then (metrics.md, 2.7).

    An entry dated after the winning is taken at the winning, which is a position beyond it.
    """
    raises = ways.moves.lazy().filter(pl.col("to") > pl.col("above"), pl.col("month").is_not_null())
    won = ways.deals.select(pl.when(pl.col("status") == "won").then("closing")).to_series()
    return raises.select(
        "deal", "above", "to", month=pl.min_horizontal("month", pl.lit(won).gather(pl.col("deal")))
    ).collect()


def standing_at_ends(ways: Ways) -> pl.DataFrame:
    """`pipeline`, `month`, `position`, `deals`: open deals by their last position at the end of the month.

    A deal stands somewhere from its creation to its closing: before its first recorded entry at the position of
    that entry, between a closing that did not last and the reopening where it stood. The month of as_of ends then,
    and has the current stages, unrecorded ones too. Only counts that are not 0.
    """
    last = len(ways.calendar) - 1
    flows = pl.concat([_arrivals_and_departures(ways), _closings(ways)])
    change = (
        flows.group_by("pipeline", "position", "month").agg(pl.col("change").sum()).filter(pl.col("position") > 0)
    )
    past = pl.DataFrame({"month": pl.Series(range(last), dtype=pl.UInt16)})
    grid = change.select("pipeline", "position").unique().join(past, how="cross")
    changes = grid.join(change, on=["pipeline", "position", "month"], how="left").sort(
        "pipeline", "position", "month"
    )
    earlier = changes.select(
        "pipeline",
        "month",
        "position",
        deals=pl.col("change").fill_null(0).cum_sum().over("pipeline", "position"),
    )
    now = ways.deals.filter(pl.col("standing").is_not_null()).group_by("pipeline", position="standing")
    today = now.agg(deals=pl.len().cast(pl.Int64)).with_columns(month=pl.lit(last, pl.UInt16))
    return pl.concat([earlier, today.select(earlier.columns)]).filter(pl.col("deals") != 0)


def _arrivals_and_departures(ways: Ways) -> pl.DataFrame:
    """Entries as +1 where a deal came to and -1 where it came from, in a month of its open time."""
    deals, deal = ways.deals, pl.col("deal")
    open_until = deals["closing"].fill_null(len(ways.calendar))
    when = pl.col("month").clip(pl.lit(deals["cohort"]).gather(deal), pl.lit(open_until).gather(deal))
    counts = (
        ways.moves.lazy()
        .filter(pl.col("month").is_not_null(), pl.col("to") <= pl.lit(deals["k"]).gather(deal))
        .select(
            "from",
            "to",
            month=pl.when(pl.col("from") == 0).then(pl.lit(deals["cohort"]).gather(deal)).otherwise(when),
            pipeline=pl.lit(deals["pipeline"]).gather(deal),
        )
        .select(_FLOW.pack())
        .group_by("key")
        .agg(change=pl.len().cast(pl.Int64))
        .collect()
    )
    counts = _FLOW.unpack(counts)
    return pl.concat(
        [
            counts.select("pipeline", "month", "change", position="to"),
            counts.select("pipeline", "month", -pl.col("change"), position="from"),
        ]
    )


def _closings(ways: Ways) -> pl.DataFrame:
    closed = ways.deals.filter(pl.col("closed").is_not_null())
    return (
        closed.group_by("pipeline", month="closing", position="stood")
        .agg(change=-pl.len().cast(pl.Int64))
        .select("pipeline", "month", "change", "position")
    )
