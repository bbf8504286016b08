"""Moves of deals counted by month: when stages were first entered, and where deals stood at a month's end."""

from __future__ import annotations

import polars as pl

from funnelbook.metrics.ways import Ways


def first_entries(ways: Ways) -> pl.DataFrame:
    """`deal`, `above`, `to`, `month`: the deal first entered positions above+1..to then (metrics.md, 2.7).

    An entry dated after the winning is taken at the winning, which is a position beyond it.
    """
    raises = ways.moves.filter(pl.col("to") > pl.col("above"), pl.col("at").is_not_null())
    won = ways.deals.select(pl.when(pl.col("status") == "won").then("closed")).to_series()
    at = raises.select(pl.min_horizontal("at", won.gather(raises["deal"]).alias("won"))).to_series()
    return raises.select("deal", "above", "to", month=ways.calendar.index(at.cast(pl.Datetime("us", "UTC"))))


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
    deals = ways.deals
    moves = ways.moves.filter(pl.col("at").is_not_null(), pl.col("to") <= deals["k"].gather(ways.moves["deal"]))
    deal = moves["deal"]
    open_until = deals.select(pl.col("closing").fill_null(len(ways.calendar))).to_series()
    month = ways.calendar.index(moves["at"].cast(pl.Datetime("us", "UTC")))
    counts = (
        moves.select(
            "from",
            "to",
            month=month,
            created=deals["cohort"].gather(deal),
            closing=open_until.gather(deal),
            pipeline=deals["pipeline"].gather(deal),
        )
        .with_columns(
            month=pl.when(pl.col("from") == 0).then("created").otherwise(pl.col("month").clip("created", "closing"))
        )
        .group_by("pipeline", "month", "from", "to")
        .agg(change=pl.len().cast(pl.Int64))
    )
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
