"""The role a deal's owner had: metrics.md, section 1."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import polars as pl

from funnelbook.model.names import Names
from funnelbook.model.tables import ROLES

ROLE = pl.Enum(ROLES)


def roles_of(deals: pl.DataFrame, team: pl.DataFrame, zone: ZoneInfo) -> pl.Series:
    """Role of each deal (`owner`, `created_at`): of the team row that covers the local date of created_at, else of
    the person's latest-starting row; null for an owner who is not in the team.

    `from` and `to` are inclusive, null = open-ended. Of several rows that cover the date, or start on the same
    day, the latest-starting and then the last one counts.
    """
    names = Names()
    rows = team.select(
        names.encode(team["person"]).alias("person"), "role", "to", start=pl.col("from").fill_null(pl.date(1, 1, 1))
    )
    rows = rows.sort("person", "start", maintain_order=True)
    persons = len(names.spelled)
    latest = rows.unique("person", keep="last", maintain_order=True)["role"].cast(ROLE)
    owner = names.encode(deals["owner"])
    owner = owner.to_frame("owner").select(pl.when(pl.col("owner") < persons).then("owner")).to_series()
    found = latest.gather(owner).alias("role")
    changing = rows.filter(pl.col("person").is_duplicated())
    if changing.is_empty():
        return found
    covered = _covering(deals.select("created_at").with_columns(owner.alias("person")), changing, zone)
    return found.scatter(covered["deal"], covered["role"])


def _covering(deals: pl.DataFrame, rows: pl.DataFrame, zone: ZoneInfo) -> pl.DataFrame:
    """`deal` (row number), `role` where a row covers the day; only persons with several rows are looked at."""
    local = pl.col("created_at").dt.convert_time_zone(zone.key).dt.date()
    some = deals.with_row_index("deal").filter(pl.col("person").is_in(rows["person"].unique().implode()))
    pairs = some.select("deal", "person", day=local).join(rows, on="person", maintain_order="left_right")
    covers = (pl.col("start") <= pl.col("day")) & (pl.col("to").is_null() | (pl.col("day") <= pl.col("to")))
    return (
        pairs.filter(covers)
        .unique("deal", keep="last", maintain_order=True)
        .select("deal", pl.col("role").cast(ROLE))
    )
