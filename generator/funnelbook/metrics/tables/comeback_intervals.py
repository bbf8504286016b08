"""`comeback_intervals`: how sure the shares of `comebacks` are, and how soon buyers return (sales-system.md, S21).

Rows as in `comebacks`: party (`all` first), days. `losses` counts the losses with a contact and `contacts` whose
they are; `returns` the next deals created within `days` of a loss, `median_days` the median of their days. The 95 %
intervals of `returned` and `returned_won` are Rothman's (see `survival`), as if losses were independent. Null when
no loss is that old.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import polars as pl

from funnelbook.metrics.survival import returned_interval
from funnelbook.metrics.tables import comebacks
from funnelbook.metrics.ways import Ways

NAME = "comeback_intervals"
SCHEMA: Mapping[str, pl.DataType] = MappingProxyType(
    {
        "party": pl.String(),
        **dict.fromkeys(("days", "losses", "contacts", "returns"), pl.Int64()),
        **dict.fromkeys(
            ("median_days", "returned_low", "returned_high", "returned_won_low", "returned_won_high"), pl.Float64()
        ),
    }
)


def table(ways: Ways) -> pl.DataFrame:
    """Raises Absent when no deal has a contact."""
    rows = [
        {"party": party, "days": days, **_measures(some, days)}
        for party, some in comebacks.by_party(ways)
        for days in comebacks.DAYS
    ]
    return pl.DataFrame(rows, schema=SCHEMA)


def _measures(losses: pl.DataFrame, days: int) -> dict[str, Any]:
    back = losses.filter("back", pl.col("day") <= days)["day"]
    found = {
        "losses": losses.height,
        "contacts": losses["contact"].n_unique(),
        "returns": len(back),
        "median_days": back.median(),
    }
    if not (losses["age"] >= days).any():
        return found
    for name, events in (("returned", losses["back"]), ("returned_won", losses["won"])):
        low, high = returned_interval(losses["day"], events, days) or (None, None)
        found |= {f"{name}_low": low, f"{name}_high": high}
    return found
