"""`comebacks`: how many lost contacts return with another deal (metrics.md, section 3).

Rows: party (`all` first), days; all pipelines together. Every loss with a contact is one observation; its event is
the contact's next deal created after it; without one it is watched until as_of, in whole days. at_risk: watched for
`days` at least. A next deal that is not won by as_of ends the watching for `returned_won` without an event.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

import polars as pl

from funnelbook.metrics.absence import Absent
from funnelbook.metrics.returns import watched
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
    rows = [
        {"party": party, "days": days} | _measures(some, days) for party, some in by_party(ways) for days in DAYS
    ]
    return pl.DataFrame(rows, schema=SCHEMA)


def by_party(ways: Ways) -> Iterator[tuple[str, pl.DataFrame]]:
    """The losses of everybody and of each party, watched. Raises Absent when no deal has a contact."""
    if ways.dataset.deals["contact"].null_count() == ways.deals.height:
        raise Absent("no-contacts")
    losses = watched(ways, "lost")
    for party in PARTIES:
        yield party, losses if party == ALL else losses.filter(pl.col("party").cast(pl.String) == party)


def _measures(losses: pl.DataFrame, days: int) -> dict[str, Any]:
    old_enough = (losses["age"] >= days).any()
    return {
        "at_risk": (losses["day"] >= days).sum(),
        "returned": returned(losses["day"], losses["back"], days) if old_enough else None,
        "returned_won": returned(losses["day"], losses["won"], days) if old_enough else None,
    }
