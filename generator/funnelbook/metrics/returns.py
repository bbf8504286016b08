"""When buyers come with another deal: metrics.md, section 3, `comebacks` and `repeat_buyers`."""

from __future__ import annotations

import polars as pl

from funnelbook.metrics.calendar import MICROSECONDS_A_DAY
from funnelbook.metrics.reference import microseconds
from funnelbook.metrics.ways import Ways


def watched(ways: Ways, status: str) -> pl.DataFrame:
    """Per deal of a contact that was closed as `status`, by closing: what the contact did after it.

    `contact`, `pipeline`, `party`, `role`, `closed`; `age`, whole days to as_of; `day`, to the contact's next deal
    created after the closing, else to as_of; `back`, whether there is such a deal; `won`, whether that one is
    won by as_of. Of several created at one moment the first of the file counts.
    """
    deals = ways.deals.select(
        "deal", "pipeline", "status", "party", "role", "created", "closed", contact=ways.dataset.deals["contact"]
    )
    deals = deals.filter(pl.col("contact").is_not_null())
    contact, created = pl.col("contact"), pl.col("created")
    ordered = deals.filter(contact.is_duplicated()).sort("contact", "created", maintain_order=True)
    first = (contact != contact.shift()) | (created != created.shift())
    following = ordered.filter(first.fill_null(value=True)).select(
        "contact", returned_at="created", at="created", won=pl.col("status") == "won"
    )
    closed = deals.filter(pl.col("status") == status).sort("closed", "deal")
    paired = closed.join_asof(
        following, left_on="closed", right_on="at", by="contact", strategy="forward",
        allow_exact_matches=False, check_sortedness=False,
    )  # fmt: skip
    as_of = microseconds(ways.dataset.as_of)
    return paired.select(
        "contact",
        "pipeline",
        "party",
        "role",
        "closed",
        age=(as_of - pl.col("closed")) // MICROSECONDS_A_DAY,
        day=(pl.col("returned_at").fill_null(as_of) - pl.col("closed")) // MICROSECONDS_A_DAY,
        back=pl.col("returned_at").is_not_null(),
        won=pl.col("won").fill_null(value=False),
    )
