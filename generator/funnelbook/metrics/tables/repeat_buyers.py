"""`repeat_buyers`: how many buyers come with another deal, by the role that sold to them first.

A buyer is a contact, observed once, from its first winning in the data; its event is its next deal created after
it, in whatever pipeline and hands; without one it is watched until as_of, in whole days. Rows: role (`all` first,
then by code point, `owner+expert`, both together, and `—` = not in the team last), days; all pipelines together.
buyers: contacts that bought; at_risk: watched for `days` at least; again = 1 - Kaplan-Meier, with a 95 % interval
(Rothman's, see `survival`). Null when no such winning is that old.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

import polars as pl

from funnelbook.metrics.absence import Absent
from funnelbook.metrics.returns import watched
from funnelbook.metrics.slices import ALL
from funnelbook.metrics.survival import returned, returned_interval
from funnelbook.metrics.ways import Ways

NAME = "repeat_buyers"
DAYS = (90, 180, 365)
#: Those whom sellers are compared with: who makes what is sold sells it, too.
MAKERS = ("owner", "expert")
SCHEMA: Mapping[str, pl.DataType] = MappingProxyType(
    {
        "role": pl.String(),
        **dict.fromkeys(("days", "buyers", "at_risk"), pl.Int64()),
        **dict.fromkeys(("again", "again_low", "again_high"), pl.Float64()),
    }
)


def table(ways: Ways) -> pl.DataFrame:
    """Raises Absent when no deal has a contact."""
    if ways.dataset.deals["contact"].null_count() == ways.deals.height:
        raise Absent("no-contacts")
    buyers = watched(ways, "won").unique("contact", keep="first", maintain_order=True)
    rows: list[dict[str, Any]] = []
    for name, roles in _groups(ways.members["role"]):
        some = buyers if name == ALL else buyers.filter(pl.col("role").is_in(roles))
        if name == ALL or some.height:
            rows += [{"role": name, "days": days} | _measures(some, days) for days in DAYS]
    return pl.DataFrame(rows, schema=SCHEMA)


def _groups(roles: Sequence[str]) -> list[tuple[str, list[int]]]:
    """Names of rows, each with the members it takes together."""
    makers = [number for number, name in enumerate(roles) if name in MAKERS]
    single = [(name, [number]) for number, name in enumerate(roles)]
    return [(ALL, []), *single[:-1], ("+".join(MAKERS), makers), single[-1]]


def _measures(buyers: pl.DataFrame, days: int) -> dict[str, Any]:
    counts = {"buyers": buyers.height, "at_risk": (buyers["day"] >= days).sum()}
    if not (buyers["age"] >= days).any():
        return counts | {"again": None, "again_low": None, "again_high": None}
    low, high = returned_interval(buyers["day"], buyers["back"], days) or (None, None)
    return counts | {
        "again": returned(buyers["day"], buyers["back"], days),
        "again_low": low,
        "again_high": high,
    }
