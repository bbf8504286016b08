"""`sellers`: win rates of the reference, with limits that respect small numbers (metrics.md, section 3).

Rows: pipeline, owner. `role` is that of the owner's latest created deal of the reference, `—` when the team does
not tell. `verdict` compares with the 99.8 % limits: below, within, above.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any

import polars as pl

from funnelbook.metrics.absence import Absent
from funnelbook.metrics.reference import Window, last_months
from funnelbook.metrics.shrinkage import Z998, Group, group_of
from funnelbook.metrics.slices import NOT_RECORDED
from funnelbook.metrics.ways import Ways
from funnelbook.model.differences import Z

NAME = "sellers"
SCHEMA: Mapping[str, pl.DataType] = MappingProxyType(
    {
        **dict.fromkeys(("pipeline", "owner", "role"), pl.String()),
        **dict.fromkeys(("closed", "won"), pl.Int64()),
        **dict.fromkeys(
            (
                "win_rate", "shrunk", "shrunk_low", "shrunk_high", "limit95_low", "limit95_high", "limit998_low",
                "limit998_high",
            ),
            pl.Float64(),
        ),
        "verdict": pl.String(),
    }
)  # fmt: skip


def table(ways: Ways) -> pl.DataFrame:
    """Raises Absent when no deal has an owner."""
    return sellers_in(ways, last_months(ways, 12))


def sellers_in(ways: Ways, reference: Window) -> pl.DataFrame:
    """The table over another reference: as it stood at an earlier moment, by what is known of the deals today.

    Deals closed, and so also those created, after the reference do not count. Raises Absent when no deal has an
    owner.
    """
    nobody = ways.members["owner"].index(NOT_RECORDED)
    owned = ways.deals.filter(pl.col("owner") != nobody)
    if owned.is_empty():
        raise Absent("no-owners")
    counted = (
        owned.filter(reference.holds("closed"))
        .sort("created", "deal")
        .group_by("pipeline", "owner")
        .agg(closed=pl.len(), won=(pl.col("status") == "won").sum(), role=pl.col("role").last())
        .sort("pipeline", "owner")
    )
    rows: list[dict[str, Any]] = []
    for number, pipeline in enumerate(ways.pipelines):
        members = counted.filter(pl.col("pipeline") == number).rows(named=True)
        rows += ({"pipeline": pipeline.name} | row for row in _rows(ways, members))
    return pl.DataFrame(rows, schema=SCHEMA)


def _rows(ways: Ways, members: Sequence[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    if not members:
        return
    group = group_of([(member["won"], member["closed"]) for member in members])
    for member in members:
        named = {
            "owner": ways.members["owner"][member["owner"]],
            "role": ways.members["role"][member["role"]],
        }
        yield named | _measures(group, member["won"], member["closed"])


def _measures(group: Group, won: int, closed: int) -> dict[str, Any]:
    rate = won / closed
    shrunk, shrunk_low, shrunk_high = group.shrunk(won, closed)
    limit95_low, limit95_high = group.limits(closed, Z)
    low, high = group.limits(closed, Z998)
    return {
        "closed": closed,
        "won": won,
        "win_rate": rate,
        "shrunk": shrunk,
        "shrunk_low": shrunk_low,
        "shrunk_high": shrunk_high,
        "limit95_low": limit95_low,
        "limit95_high": limit95_high,
        "limit998_low": low,
        "limit998_high": high,
        "verdict": "below" if rate < low else "above" if rate > high else "within",
    }
