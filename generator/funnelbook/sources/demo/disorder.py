"""What every real account has: histories that are missing, wrong or contradict the card."""

from __future__ import annotations

from datetime import date

import polars as pl

from funnelbook.sources.demo.company import WAYS
from funnelbook.sources.demo.deals import OPEN
from funnelbook.sources.demo.draws import Draws, label
from funnelbook.sources.demo.hours import DAY, HOUR, seconds

#: Deals brought over from a spreadsheet in the first weeks have no history.
_IMPORTED_UNTIL = date(2025, 9, 5)


def disorder(deals: pl.DataFrame, entries: pl.DataFrame, draws: Draws) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The deals with edited cards, and the entries without those of deals that have lost their history."""
    kept = deals.select(~_without_history(draws)).to_series()
    edited = deals.with_columns(code=_current(draws), closed=_closed(draws))
    return edited, entries.filter(kept.gather(entries["deal"]))


def _without_history(draws: Draws) -> pl.Expr:
    imported = pl.col("created") < seconds(_IMPORTED_UNTIL)
    return draws.below("no history", pl.when(imported).then(0.5).otherwise(0.015))


def _current(draws: Draws) -> pl.Expr:
    """Some open deals stand a stage further than the history knows."""
    ends = label(pl.col("way"), [way.k for way in WAYS])
    further = (pl.col("status") == OPEN) & (pl.col("code") < ends) & draws.below("unrecorded stage", 0.04)
    return pl.when(further).then(pl.col("code") + 1).otherwise("code")


def _closed(draws: Draws) -> pl.Expr:
    """Closing dates set by hand: before the last entry, or before the deal was created."""
    closed = pl.col("closed")
    backdated = closed - draws.whole("backdated", 2, 25) * DAY
    early = pl.col("created") - draws.whole("early", 3, 70) * HOUR
    before = pl.when(draws.below("closed too early", 0.006)).then(early)
    wrong = before.when(draws.below("closed backdated", 0.012)).then(pl.max_horizontal(backdated, "created"))
    return pl.when(closed.is_not_null()).then(wrong.otherwise(closed))
