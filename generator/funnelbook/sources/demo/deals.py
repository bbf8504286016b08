"""What the CRM shows of each deal on the day of the export: its stage, money, reason and next task."""

from __future__ import annotations

import polars as pl

from funnelbook.sources.demo import company
from funnelbook.sources.demo.company import LOST_CODE, PEOPLE, WAYS, WON_CODE
from funnelbook.sources.demo.draws import Draws, label
from funnelbook.sources.demo.hours import DAY, HOUR, NOW, seconds
from funnelbook.sources.demo.journeys import BY_HEAD, Journeys
from funnelbook.sources.demo.leads import B2B
from funnelbook.sources.demo.reasons import WORDINGS, causes

OPEN, WON, LOST = range(3)
NO_CAUSE = len(WORDINGS)
#: A step of prices in roubles, and how much the new price list raised them.
_ROUNDING = 100
_RISE = 1.14
_FORGOTTEN_AFTER = 30 * DAY


def deals(journeys: Journeys, draws: Draws) -> pl.DataFrame:
    """The leads of `journeys` with their state at as_of.

    Adds status, code (of the current stage or the closing), closed and next_task (clock seconds or null), cause
    (index, null unless lost), value and list_price (roubles or null).
    """
    last = journeys.entries.filter(pl.col("deal") != pl.col("deal").shift(-1, fill_value=-1))
    assert last.height == journeys.leads.height
    state = last.select("code", moved="at", by="by")
    closed = pl.col("code") >= WON_CODE
    return (
        pl.concat([journeys.leads, state], how="horizontal")
        .lazy()
        .with_columns(
            status=pl.when(pl.col("code") == WON_CODE)
            .then(WON)
            .when(pl.col("code") == LOST_CODE)
            .then(LOST)
            .otherwise(OPEN),
            closed=pl.when(closed).then("moved"),
            offered=pl.when(pl.col("offered") <= NOW).then("offered"),
        )
        .with_columns(cause=_cause(draws), list_price=_list_price(draws), next_task=_next_task(draws))
        .with_columns(value=_value(draws))
        .with_columns(list_price=pl.when(pl.col("offered").is_not_null()).then("list_price"))
        .drop("by", "odds", "left")
        .collect()
    )


def _cause(draws: Draws) -> pl.Expr:
    """Who closes a heap of deals in one minute gives no reasons."""
    known = pl.when(pl.col("by") == BY_HEAD).then(NO_CAUSE).otherwise(causes(draws))
    return pl.when(pl.col("status") == LOST).then(known.cast(pl.UInt8))


def _list_price(draws: Draws) -> pl.Expr:
    medians = [price for way in WAYS for price in (way.price_b2b, way.price_b2c)]
    business = (pl.col("segment").fill_null(1) == B2B).cast(pl.UInt32)
    median = label(pl.col("way").cast(pl.UInt32) * 2 + (1 - business), medians)
    spread = (
        pl.when(business == 1).then(draws.lognormal("price b2b", 0.7)).otherwise(draws.lognormal("price b2c", 0.5))
    )
    rise = pl.when(pl.col("offered") >= seconds(company.PRICE_RISE)).then(_RISE).otherwise(1.0)
    return _rounded(median * spread * rise)


def _value(draws: Draws) -> pl.Expr:
    """List price less the seller's usual discount; before the offer often empty or 0, else a first guess."""
    usual = label(pl.col("owner").fill_null(0), [person.discount for person in PEOPLE])
    discount = pl.max_horizontal(usual * draws.lognormal("discount", 0.5), pl.lit(0.0))
    discount = pl.when(draws.below("no discount", 0.45)).then(0.0).otherwise(discount)
    unknown = pl.when(draws.below("no value", 0.45)).then(None).when(draws.below("zero value", 0.3)).then(0.0)
    guess = unknown.otherwise(_rounded(pl.col("list_price") * draws.lognormal("guess", 0.3) * 0.9))
    forgotten = draws.below("value forgotten", 0.015)
    offered = pl.when(forgotten).then(0.0).otherwise(_rounded(pl.col("list_price") * (1.0 - discount)))
    return pl.when(pl.col("offered").is_not_null()).then(offered).otherwise(guess)


def _rounded(money: pl.Expr) -> pl.Expr:
    return (money / _ROUNDING + 0.5).floor() * _ROUNDING


def _next_task(draws: Draws) -> pl.Expr:
    """Open deals that move have one, some overdue; those that lie have none."""
    ahead = (draws.lognormal("task ahead", 0.8) * 3 * DAY).cast(pl.Int64)
    overdue = draws.below("task overdue", 0.2)
    day = (NOW + pl.when(overdue).then(-ahead).otherwise(ahead)) // DAY
    at = day * DAY + draws.whole("task hour", 9, 18) * HOUR
    fresh = (pl.col("moved") > NOW - _FORGOTTEN_AFTER) & draws.below("task set", 0.86)
    return pl.when((pl.col("status") == OPEN) & fresh).then(at)
