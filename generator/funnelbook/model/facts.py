"""The smaller tables: activities, spend, plan, team."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import polars as pl

from funnelbook.model.deals import in_file_order
from funnelbook.model.identities import Identities
from funnelbook.model.ledger import Ledger
from funnelbook.model.names import Names
from funnelbook.model.tables import OUTGOING


def collect_activities(activities: pl.LazyFrame, ids: Identities) -> pl.DataFrame:
    """`key`, `at`, `outgoing`, `file`, `row`, in file order."""
    outgoing = pl.col("kind").cast(pl.String).is_in(OUTGOING)
    return in_file_order(ids.keyed(activities.select("deal_id", "at", "file", "row", outgoing=outgoing)))


def accepted_activities(
    rows: pl.DataFrame, as_of: datetime, deal_of_key: pl.Series, ledger: Ledger
) -> pl.DataFrame:
    """`deal`, `at`, `outgoing`; rows later than as_of or of no accepted deal are rejected."""
    deal = deal_of_key.gather(rows["key"]).alias("deal")
    rows = rows.with_columns(deal, late=rows["at"] > as_of)
    ledger.refuse("activities", rows.filter("late"), "rejected", "after-as-of", "at")
    lost = rows.filter(~pl.col("late"), pl.col("deal").is_null())
    ledger.refuse("activities", lost, "rejected", "unknown-deal", "deal_id")
    kept = rows.filter(~pl.col("late"), pl.col("deal").is_not_null())
    ledger.accept("activities", kept["file"])
    return kept.select("deal", "at", "outgoing")


def respelled(rows: pl.DataFrame, names: dict[str, Sequence[str]]) -> pl.DataFrame:
    """`rows` whose names are spelled as in `names` (column -> spellings known already) where they are the same."""
    columns = [Names(known).spell(rows[column]).cast(pl.String).alias(column) for column, known in names.items()]
    return rows.with_columns(columns)
