"""Who stands behind a deal: most leads are strangers, some were refused before, repeat customers bought before."""

from __future__ import annotations

import polars as pl

from funnelbook.sources.demo import company
from funnelbook.sources.demo.deals import LOST, WON
from funnelbook.sources.demo.draws import Draws
from funnelbook.sources.demo.reasons import comes_back

_RETURNING = 0.11


def contacts(deals: pl.DataFrame, draws: Draws) -> pl.DataFrame:
    """Adds `contact`: the number of the first deal of the same person (null = no contact recorded).

    Only a deal whose person is a stranger lends its contact, so that nobody's past depends on his future.
    """
    returning = draws.below("returning", _RETURNING)
    repeat = pl.col("way") == company.REPEAT
    frame = deals.with_columns(returning=returning & ~repeat, repeat=repeat)
    strangers = frame.filter(~pl.col("returning") & ~pl.col("repeat"))
    lost = strangers.filter(pl.col("status") == LOST).filter(comes_back(pl.col("cause"), draws))
    won = strangers.filter(status=WON)
    return (
        frame.with_columns(refused=_earlier(frame, lost, draws), bought=_earlier(frame, won, draws))
        .with_columns(
            contact=pl.when("returning")
            .then(pl.coalesce("refused", "deal"))
            .when("repeat")
            .then(pl.coalesce("bought", "deal"))
            .otherwise("deal")
        )
        .with_columns(contact=pl.when(~draws.below("no contact", 0.015)).then("contact"))
        .drop("returning", "repeat", "refused", "bought")
    )


def _earlier(frame: pl.DataFrame, pool: pl.DataFrame, draws: Draws) -> pl.Series:
    """For each deal one of the pool that was closed before it came, rather a late one; null when there is none."""
    ordered = pool.sort("closed", "deal")
    if ordered.is_empty():
        return pl.Series([None] * frame.height, dtype=pl.UInt32)
    before = ordered["closed"].search_sorted(frame["created"], side="left").cast(pl.Int64)
    chance = frame.select(draws.uniform("earlier")).to_series()
    place = before - 1 - (chance * chance * before).cast(pl.Int64)
    found = ordered["deal"].gather(place.clip(0).cast(pl.UInt32))
    return pl.select(pl.when(before > 0).then(found)).to_series()
