"""`qualification`: how many leads were qualified, how soon, and whether the questions tell buyers from others.

Rows: pipeline, dimension, member, cohort (`all` first, then months of creation); pipelines with a qualifying stage.

- `leads`; `qualified`, those that came to the qualifying stage or beyond it (furthest position >= its position; a
  lost deal of unknown way counts at position 1), share = qualified / leads with Wilson's interval.
- `median_days` from creation to the first entry at or beyond that stage, over `timed` deals: those with a history
  or snapshots whose entry has a time that is not before their creation.
- Of the closed deals: `closed` = won + lost and win_rate = won / closed; `qualified_closed` and
  qualified_win_rate = won / qualified_closed. A won deal stands beyond every stage, so that none of those that were
  not qualified was won: the second rate is the higher one by definition and proves nothing alone.
- The power of the questions is therefore measured among closed deals that went beyond the qualifying stage and have
  a recorded history: `stood` at the stage against `skipped` it, both closed and won. power = the difference of the
  two win rates, with Newcombe's interval; null when either side is empty, as when the first stage qualifies.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import polars as pl

from funnelbook.metrics.absence import Absent
from funnelbook.metrics.calendar import MICROSECONDS_A_DAY
from funnelbook.metrics.intervals import newcombe, share, wilson
from funnelbook.metrics.quantiles import quantile
from funnelbook.metrics.ways import Ways

NAME = "qualification"
_POWER = ("stood_closed", "stood_won", "skipped_closed", "skipped_won")
SCHEMA: Mapping[str, pl.DataType] = MappingProxyType(
    {
        **dict.fromkeys(("cohort", "pipeline", "dimension", "member"), pl.String()),
        **dict.fromkeys(("leads", "qualified"), pl.Int64()),
        **dict.fromkeys(("share", "share_low", "share_high"), pl.Float64()),
        "timed": pl.Int64(),
        "median_days": pl.Float64(),
        **dict.fromkeys(("closed", "won"), pl.Int64()),
        "win_rate": pl.Float64(),
        "qualified_closed": pl.Int64(),
        "qualified_win_rate": pl.Float64(),
        **dict.fromkeys(_POWER, pl.Int64()),
        **dict.fromkeys(("power", "power_low", "power_high"), pl.Float64()),
    }
)


def table(ways: Ways) -> pl.DataFrame:
    """Raises Absent when no pipeline that has deals has a qualifying stage."""
    facts = _facts(ways)
    if facts.is_empty():
        raise Absent("no-qualifying-stage")
    facts = facts.drop("stage")
    all_months = facts.with_columns(month=pl.lit(0, pl.UInt16))
    whole, by_month = (ways.slicer.cut(each, ("pipeline", "month"), _aggregates()) for each in (all_months, facts))
    return (
        pl.concat([whole, by_month])
        .sort("dimension", "member", "month")
        .pipe(_measures)
        .pipe(ways.slicer.label)
        .sort("pipeline", maintain_order=True)
        .with_columns(ways.cohort_label())
    )


def _facts(ways: Ways) -> pl.DataFrame:
    """One row a deal of a pipeline with a qualifying stage: what it was, and whether it stood there."""
    positions = pl.Series([pipeline.qualifying_position for pipeline in ways.pipelines], dtype=pl.UInt8)
    stage = positions.gather(ways.deals["pipeline"]).alias("stage")
    at_stage = ways.skips["deal"].filter(ways.skips["position"] == stage.gather(ways.skips["deal"]))
    jumped = pl.Series([False]).new_from_index(0, len(stage)).scatter(at_stage, True)
    closed = pl.col("status") != "open"
    known = closed & (pl.col("furthest") > stage) & (pl.col("basis") == "history")
    return ways.deals.select(
        "deal",
        stage,
        _waits(ways, stage),
        month=pl.col("cohort") + 1,
        qualified=pl.col("furthest").fill_null(1) >= stage,
        closed=closed,
        won=pl.col("status") == "won",
        stood=known & ~jumped,
        skipped=known & jumped,
    ).filter(pl.col("stage").is_not_null())


def _waits(ways: Ways, stage: pl.Series) -> pl.Series:
    """`wait`: microseconds from creation to the first entry at or beyond the qualifying stage; null = not known.

    An entry dated after the winning is taken at the winning, as in `first_entries`.
    """
    timed = ways.moves.filter(ways.moves["at"].is_not_null())
    deals, qualifying = ways.deals, stage.gather(timed["deal"])
    crossed = timed.filter((timed["above"] < qualifying) & (qualifying <= timed["to"])).select("deal", "at")
    of_deal = deals.select("created", "basis", won_at=pl.when(pl.col("status") == "won").then("closed"))[
        crossed["deal"]
    ]
    waits = (
        pl.concat([crossed, of_deal], how="horizontal")
        .select("deal", "basis", wait=pl.min_horizontal("at", "won_at") - pl.col("created"))
        .filter(pl.col("basis") != "current", pl.col("wait") >= 0)
        .group_by("deal")
        .agg(pl.col("wait").min())
    )
    nothing = pl.Series("wait", [None], dtype=pl.Int64).new_from_index(0, deals.height)
    return nothing.scatter(waits["deal"], waits["wait"])


def _aggregates() -> list[pl.Expr]:
    closed, won = pl.col("closed"), pl.col("won")
    counts = {
        "qualified": pl.col("qualified"),
        "closed": closed,
        "won": won,
        "qualified_closed": closed & pl.col("qualified"),
        "stood_closed": pl.col("stood"),
        "stood_won": pl.col("stood") & won,
        "skipped_closed": pl.col("skipped"),
        "skipped_won": pl.col("skipped") & won,
    }
    return [
        pl.len().alias("leads"),
        pl.col("wait").count().alias("timed"),
        quantile("wait", 0.5, MICROSECONDS_A_DAY).alias("median_days"),
        *(each.sum().cast(pl.Int64).alias(name) for name, each in counts.items()),
    ]


def _measures(rows: pl.DataFrame) -> pl.DataFrame:
    def column(name: str) -> pl.Expr:
        return pl.col(name).cast(pl.Int64)

    low, high = wilson(column("qualified"), column("leads"))
    stood, skipped = ((column(f"{side}_won"), column(f"{side}_closed")) for side in ("stood", "skipped"))
    power, power_low, power_high = newcombe(stood, skipped)
    return rows.with_columns(
        share=share(column("qualified"), column("leads")),
        share_low=low,
        share_high=high,
        win_rate=share(column("won"), column("closed")),
        qualified_win_rate=share(column("won"), column("qualified_closed")),
        power=power,
        power_low=power_low,
        power_high=power_high,
    )
