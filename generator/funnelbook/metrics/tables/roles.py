"""`roles`: what sellers, heads, experts and owners did with the deals of a year (metrics.md, section 1: role).

Rows: pipeline, role (`all` first, then by code point, `—` = not in the team last); roles that had a deal created or
closed in the reference window (the same local time 12 months earlier, as_of]. Of the deals created in it: created,
share = created / created of all; response_median_minutes over those answered; due, those whose answer target has
passed, in_target those of them answered within it, answered_in_target = in_target / due. Of the deals closed in
it: closed, won, lost, refused, declined, drifted; win_rate = won / closed with Wilson's interval; sales, the won
deals with a value, average_sale their mean, in the site's currency; priced, the won deals with a value and a list
price, price_kept the median of value / list price over them, full_price those sold at the list price or above.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import polars as pl

from funnelbook.metrics.absence import Absent
from funnelbook.metrics.calendar import MICROSECONDS_A_MINUTE
from funnelbook.metrics.costs import amount
from funnelbook.metrics.intervals import share, wilson
from funnelbook.metrics.quantiles import quantile
from funnelbook.metrics.reference import in_reference, microseconds, years_before
from funnelbook.metrics.slices import ALL, NOT_RECORDED
from funnelbook.metrics.ways import Ways

NAME = "roles"
SCHEMA: Mapping[str, pl.DataType] = MappingProxyType(
    {
        "pipeline": pl.String(),
        "role": pl.String(),
        "created": pl.Int64(),
        "share": pl.Float64(),
        "response_median_minutes": pl.Float64(),
        **dict.fromkeys(("due", "in_target"), pl.Int64()),
        "answered_in_target": pl.Float64(),
        **dict.fromkeys(("closed", "won", "lost", "refused", "declined", "drifted"), pl.Int64()),
        **dict.fromkeys(("win_rate", "win_rate_low", "win_rate_high"), pl.Float64()),
        "sales": pl.Int64(),
        "average_sale": pl.Float64(),
        **dict.fromkeys(("priced", "full_price"), pl.Int64()),
        "price_kept": pl.Float64(),
    }
)
_PARTIES = ("refused", "declined", "drifted")


def table(ways: Ways) -> pl.DataFrame:
    """Raises Absent when there is no team, or no deal is in the hands of anybody who is in it."""
    if ways.dataset.team.is_empty():
        raise Absent("no-team")
    if ways.members["role"] == (NOT_RECORDED,):
        raise Absent("no-owners" if ways.members["owner"] == (NOT_RECORDED,) else "no-roles")
    deals = _deals(ways)
    of_roles = deals.group_by("pipeline", "role").agg(*_aggregates())
    whole = deals.group_by("pipeline").agg(*_aggregates()).with_columns(role=pl.lit(None, pl.UInt32))
    rows = pl.concat([whole.select(of_roles.columns), of_roles]).sort("pipeline", "role", nulls_last=False)
    low, high = wilson(pl.col("won"), pl.col("closed"))
    names = pl.lit(pl.Series(ways.members["role"], dtype=pl.String))
    return rows.with_columns(
        share=share(pl.col("created"), pl.col("created").first().over("pipeline")),
        answered_in_target=share(pl.col("in_target"), pl.col("due")),
        win_rate=share(pl.col("won"), pl.col("closed")),
        win_rate_low=low,
        win_rate_high=high,
        average_sale=share(pl.col("revenue"), pl.col("sales")),
        role=names.gather(pl.col("role")).fill_null(ALL),
    )


def _deals(ways: Ways) -> pl.DataFrame:
    """What each deal of the window adds; null where it adds nothing."""
    zone, as_of = ways.project.site.timezone, ways.dataset.as_of
    target = round(ways.project.metrics.answer_target_minutes * MICROSECONDS_A_MINUTE)
    new = pl.col("created") > microseconds(years_before(as_of, zone, 1))
    due = new & (pl.col("created") + target <= microseconds(as_of))
    closed = in_reference(ways).fill_null(value=False)
    won = closed & (pl.col("status") == "won")
    kept = pl.when(won).then(pl.col("value") / pl.lit(ways.dataset.deals["list_price"]))
    return ways.deals.select(
        "pipeline",
        "role",
        new=new,
        response=pl.when(new).then("response"),
        due=due,
        in_target=due & (pl.col("response") <= target).fill_null(value=False),
        closed=closed,
        won=won,
        lost=closed & (pl.col("status") == "lost"),
        **{party: closed & (pl.col("party") == party).fill_null(value=False) for party in _PARTIES},
        sale=amount(pl.when(won).then("value")),
        kept=kept,
    ).filter(pl.col("new") | pl.col("closed"))


def _aggregates() -> list[pl.Expr]:
    return [
        pl.col("new").sum().alias("created"),
        quantile("response", 0.5, MICROSECONDS_A_MINUTE).alias("response_median_minutes"),
        *(pl.col(name).sum() for name in ("due", "in_target", "closed", "won", "lost", *_PARTIES)),
        pl.col("sale").count().alias("sales"),
        pl.col("sale").sum().alias("revenue"),
        pl.col("kept").count().alias("priced"),
        (pl.col("kept") >= 1).sum().alias("full_price"),
        quantile("kept", 0.5, 1).alias("price_kept"),
    ]
