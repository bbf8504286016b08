"""`comeback_sales`: what buyers brought who had left without buying (sales-system.md, S21).

Over the closed deals that were created after a loss of the same contact. Rows: month of closing, party of the
latest such loss (`all` first); only where there are such deals. All pipelines together. `revenue` sums the won
deals that have a value, 0 without any. Of losses at one moment the last by the party's name counts.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import polars as pl

from funnelbook.metrics.absence import Absent
from funnelbook.metrics.costs import amount
from funnelbook.metrics.tables.comebacks import PARTIES
from funnelbook.metrics.ways import Ways

NAME = "comeback_sales"
SCHEMA: Mapping[str, pl.DataType] = MappingProxyType(
    {
        **dict.fromkeys(("month", "party"), pl.String()),
        **dict.fromkeys(("closed", "won"), pl.Int64()),
        "revenue": pl.Float64(),
    }
)


def table(ways: Ways) -> pl.DataFrame:
    """Raises Absent when no deal has a contact."""
    if ways.dataset.deals["contact"].null_count() == ways.deals.height:
        raise Absent("no-contacts")
    again = _after_a_loss(ways)
    ranks = {party: rank for rank, party in enumerate(PARTIES)}
    both = pl.concat([again.with_columns(party=pl.lit(PARTIES[0])), again])
    won = pl.col("status") == "won"
    return (
        both.group_by("month", "party")
        .agg(
            closed=pl.len(),
            won=won.sum(),
            revenue=amount(pl.col("value").filter(won)).sum(),
        )
        .sort("month", pl.col("party").replace_strict(ranks, return_dtype=pl.Int64))
        .with_columns(ways.calendar.label("month"))
    )


def _after_a_loss(ways: Ways) -> pl.DataFrame:
    """Per closed deal that followed a loss of its contact: `month`, `party` of that loss, `status`, `value`."""
    deals = ways.deals.select(
        "status", "created", "closed", "value", pl.col("party").cast(pl.String), month="closing",
        contact=ways.dataset.deals["contact"],
    ).filter(pl.col("contact").is_not_null())  # fmt: skip
    losses = deals.filter(pl.col("status") == "lost").sort("closed", "party")
    following = deals.filter(pl.col("status") != "open").drop("party").sort("created")
    paired = following.join_asof(
        losses.select("contact", "party", at="closed"), left_on="created", right_on="at", by="contact",
        strategy="backward", allow_exact_matches=False, check_sortedness=False,
    )  # fmt: skip
    return paired.filter(pl.col("party").is_not_null()).select("month", "party", "status", "value")
