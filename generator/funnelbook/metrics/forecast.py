"""The chance that an open deal is won before the month ends: metrics.md, section 3, `plan`.

Of the deals that first reached the same stage, those are comparable that at that age were open and no further; the
chance is the share of them won within the horizon from then on. With times since the first entry, a deal is
comparable at every age up to the least of its time to leave and its time watched less the horizon, and counts as
won from its time to the winning less the horizon on: sorted columns answer all ages at once. As in survival
analysis, a deal that leaves at an age is still there at that age.
"""

from __future__ import annotations

import polars as pl

from funnelbook.metrics.reference import microseconds, years_before
from funnelbook.metrics.ways import Ways

#: Fewer comparable deals of the same age than these say less than all deals that reached the stage.
LEAST_COMPARABLE = 20
_YEARS = 2


def open_deals(ways: Ways) -> pl.DataFrame:
    """`pipeline`, `owner`, `value`, `chance` of every open deal; null = nothing to compare with.

    A stage that a single export shows was reached nobody knows when: for such a deal age is left out, and others
    are compared with it at the first stage only, which it reached at its creation.
    """
    firsts = since_first_entries(ways)
    still_open = ways.deals.filter(pl.col("status") == "open")
    aged = still_open.select("deal", "pipeline", "owner", "value", position="furthest").join(
        firsts.select("deal", "position", age="watched"), on=["deal", "position"], how="left"
    )
    since = microseconds(ways.dataset.as_of) - microseconds(
        years_before(ways.dataset.as_of, ways.project.site.timezone, _YEARS)
    )
    sample = firsts.filter(pl.col("watched") < since)
    horizon = microseconds(ways.calendar.starts[-1]) - microseconds(ways.dataset.as_of)
    parts = [
        part.with_columns(
            chances(
                sample.filter(pl.col("pipeline") == pipeline, pl.col("position") == position), part["age"], horizon
            )
        )
        for (pipeline, position), part in aged.sort("deal").group_by("pipeline", "position", maintain_order=True)
    ]
    empty = aged.clear().with_columns(chance=pl.lit(None, pl.Float64))
    return pl.concat([empty, *parts]).sort("deal").select("pipeline", "owner", "value", "chance")


def since_first_entries(ways: Ways) -> pl.DataFrame:
    """`deal`, `pipeline`, `position` and, in microseconds since its first entry there (metrics.md, 2.7): `watched`
    until as_of, `leaves` on or closes (null = has not), `wins` (null = not won)."""
    deal = pl.col("deal")

    def of_deal(column: str) -> pl.Expr:
        return pl.lit(ways.deals[column]).gather(deal)

    won = of_deal("status").cast(pl.String) == "won"
    raises = ways.moves.filter(pl.col("to") > pl.col("above"), pl.col("at").is_not_null()).sort("deal", "above")
    timed = raises.select(
        "deal",
        "above",
        "to",
        at=pl.when(won).then(pl.min_horizontal("at", of_deal("closed"))).otherwise("at"),
        following=pl.when(deal == deal.shift(-1)).then(pl.col("at").shift(-1)),
    )
    each = timed.with_columns(
        position=pl.int_ranges(pl.col("above") + 1, pl.min_horizontal("to", of_deal("k")) + 1, dtype=pl.UInt8)
    ).explode("position", empty_as_null=False)
    next_at = pl.when(pl.col("position") < pl.col("to")).then("at").otherwise("following")
    leaves = pl.min_horizontal(next_at, of_deal("closed")) - pl.col("at")
    known = (of_deal("basis").cast(pl.String) != "current") | (pl.col("position") == 1)
    return each.filter(known).select(
        "deal",
        "position",
        pipeline=of_deal("pipeline"),
        watched=microseconds(ways.dataset.as_of) - pl.col("at"),
        leaves=leaves.clip(lower_bound=0),
        wins=pl.when(won).then(of_deal("closed") - pl.col("at")),
    )


def chances(sample: pl.DataFrame, ages: pl.Series, horizon: int) -> pl.Series:
    """`chance` at each age, Float64. sample: `watched`, `leaves`, `wins` of the deals that reached the stage.

    Where fewer than LEAST_COMPARABLE compare at an age, or it is null, age is left out: all deals that reached the
    stage at least `horizon` ago, and the share of them won within it. Null when there are none.
    """
    reach = sample.select(
        until=pl.min_horizontal(pl.col("watched") - horizon, "leaves"),
        wins=pl.max_horizontal(pl.col("wins") - horizon, pl.lit(0)),
        won=pl.col("wins").is_not_null(),
    )
    reach = reach.filter(pl.col("until") >= 0)
    won = reach.filter("won", pl.col("wins") <= pl.col("until"))
    until, starts, ends = reach["until"].sort(), won["wins"].sort(), won["until"].sort()

    def count(at: pl.Series) -> pl.DataFrame:
        n = len(until) - until.search_sorted(at, side="left").cast(pl.Int64)
        wins = starts.search_sorted(at, side="right").cast(pl.Int64) - ends.search_sorted(at, side="left")
        return pl.DataFrame({"n": n, "wins": wins})

    any_age = count(pl.Series([0])).row(0)
    same_age = count(ages.fill_null(0)).with_columns(known=ages.is_not_null())
    enough = pl.col("known") & (pl.col("n") >= LEAST_COMPARABLE)
    fallback = any_age[1] / any_age[0] if any_age[0] else None
    return same_age.select(
        chance=pl.when(enough).then(pl.col("wins") / pl.col("n")).otherwise(pl.lit(fallback, pl.Float64))
    ).to_series()
