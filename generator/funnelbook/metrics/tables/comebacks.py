"""`comebacks`: how many lost contacts return with another deal (metrics.md, section 3).

Rows: party (`all` first), days; all pipelines together. Every loss with a contact is one observation; its event is
the contact's next deal created after it; without one it is watched until as_of, in whole days. at_risk: watched for
`days` at least. A next deal that is not won by as_of ends the watching for `returned_won` without an event.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import polars as pl

from funnelbook.metrics.absence import Absent
from funnelbook.metrics.calendar import MICROSECONDS_A_DAY
from funnelbook.metrics.reference import microseconds
from funnelbook.metrics.slices import ALL
from funnelbook.metrics.survival import returned
from funnelbook.metrics.ways import Ways

NAME = "comebacks"
DAYS = (90, 180, 365)
PARTIES = (ALL, "refused", "declined", "drifted")
SCHEMA: Mapping[str, pl.DataType] = MappingProxyType(
    {
        "party": pl.String(),
        "days": pl.Int64(),
        "at_risk": pl.Int64(),
        "returned": pl.Float64(),
        "returned_won": pl.Float64(),
    }
)


def table(ways: Ways) -> pl.DataFrame:
    """Raises Absent when no deal has a contact."""
    if ways.dataset.deals["contact"].null_count() == ways.deals.height:
        raise Absent("no-contacts")
    losses = losses_of(ways)
    rows = []
    for party in PARTIES:
        some = losses if party == ALL else losses.filter(pl.col("party").cast(pl.String) == party)
        rows += [{"party": party, "days": days} | _measures(some, days) for days in DAYS]
    return pl.DataFrame(rows, schema=SCHEMA)


def losses_of(ways: Ways) -> pl.DataFrame:
    """Per loss with a contact: `party`; `age`, whole days to as_of; `day`, to the event or as_of; `back`, `won`.

    `back` tells whether there is a next deal, `won` whether that one is won. Of several
    created at one moment the first of the file counts.
    """
    contact = ways.dataset.deals["contact"]
    deals = ways.deals.select("deal", "status", "party", "created", "closed", contact=contact)
    deals = deals.filter(pl.col("contact").is_not_null())
    following = (
        deals.sort("created", "deal")
        .unique(["contact", "created"], keep="first", maintain_order=True)
        .select("contact", returned_at="created", at="created", won=pl.col("status") == "won")
    )
    losses = deals.filter(pl.col("status") == "lost").sort("closed", "deal")
    paired = losses.join_asof(
        following, left_on="closed", right_on="at", by="contact", strategy="forward",
        allow_exact_matches=False, check_sortedness=False,
    )  # fmt: skip
    as_of = microseconds(ways.dataset.as_of)
    return paired.select(
        "party",
        age=(as_of - pl.col("closed")) // MICROSECONDS_A_DAY,
        day=(pl.col("returned_at").fill_null(as_of) - pl.col("closed")) // MICROSECONDS_A_DAY,
        back=pl.col("returned_at").is_not_null(),
        won=pl.col("won").fill_null(value=False),
    )


def _measures(losses: pl.DataFrame, days: int) -> dict[str, Any]:
    watched = (losses["age"] >= days).any()
    return {
        "at_risk": (losses["day"] >= days).sum(),
        "returned": returned(losses["day"], losses["back"], days) if watched else None,
        "returned_won": returned(losses["day"], losses["won"], days) if watched else None,
    }
