"""`ramp`: how new people come up to speed (metrics.md, section 3).

Rows: owner (`all` first), months; where a deal was closed or created. `months` counts full months from the first
`from` of the person in the team to the closing (closed, won) or to the creation (leads, response), by local dates;
what happened before it is no part of anybody's start. Whoever has a row without a `from` began nobody knows when.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from types import MappingProxyType

import polars as pl

from funnelbook.metrics.absence import Absent
from funnelbook.metrics.calendar import MICROSECONDS_A_MINUTE
from funnelbook.metrics.intervals import share, wilson
from funnelbook.metrics.quantiles import quantile
from funnelbook.metrics.slices import ALL
from funnelbook.metrics.ways import Ways
from funnelbook.metrics.working_time import stints_of

NAME = "ramp"
SCHEMA: Mapping[str, pl.DataType] = MappingProxyType(
    {
        "owner": pl.String(),
        **dict.fromkeys(("months", "closed", "won"), pl.Int64()),
        **dict.fromkeys(("win_rate", "win_rate_low", "win_rate_high"), pl.Float64()),
        "leads": pl.Int64(),
        "response_median_minutes": pl.Float64(),
    }
)
_ROW = ("owner", "months")


def table(ways: Ways) -> pl.DataFrame:
    """Raises Absent when there is no team, or nobody's beginning is known."""
    begun = _beginnings(ways)
    won = (pl.col("status") == "won").sum()
    closed = _counted(ways, begun, "closed", [pl.len().alias("closed"), won.alias("won")])
    response = quantile("response", 0.5, MICROSECONDS_A_MINUTE).alias("response_median_minutes")
    leads = _counted(ways, begun, "created", [pl.len().alias("leads"), response])
    rows = closed.join(leads, on=_ROW, how="full", coalesce=True, nulls_equal=True)
    rows = rows.with_columns(pl.col("closed", "won", "leads").fill_null(0))
    low, high = wilson(pl.col("won"), pl.col("closed"))
    owners = pl.lit(pl.Series(ways.members["owner"], dtype=pl.String))
    return rows.sort(_ROW, nulls_last=False).with_columns(
        owner=owners.gather(pl.col("owner")).fill_null(ALL),
        win_rate=share(pl.col("won"), pl.col("closed")),
        win_rate_low=low,
        win_rate_high=high,
    )


def _beginnings(ways: Ways) -> pl.DataFrame:
    """`owner`, `begun`: the first `from` of the owners who are in the team."""
    stints = stints_of(ways)
    unknown = {stint.person for stint in stints if stint.first is None}
    begun: dict[str, date] = {}
    for stint in stints:
        if stint.first is not None and stint.person not in unknown:
            begun[stint.person] = min(stint.first, begun.get(stint.person, stint.first))
    known = [(number, begun[name]) for number, name in enumerate(ways.members["owner"]) if name in begun]
    if not known:
        raise Absent("no-start-dates")
    return pl.DataFrame(known, schema={"owner": pl.UInt32, "begun": pl.Date}, orient="row")


def _counted(ways: Ways, begun: pl.DataFrame, moment: str, aggregates: Sequence[pl.Expr]) -> pl.DataFrame:
    """Aggregates of the deals that have the moment, by owner (null = all) and full months since `begun`, if any."""
    first = pl.Series([None], dtype=pl.Date).new_from_index(0, len(ways.members["owner"]))
    first = first.scatter(begun["owner"], begun["begun"])
    local = pl.col(moment).cast(pl.Datetime("us", "UTC")).dt.convert_time_zone(ways.project.site.timezone.key)
    deals = ways.deals.filter(pl.col(moment).is_not_null(), pl.col("owner").is_in(begun["owner"].implode()))
    days = deals.select("owner", "status", "response", day=local.dt.date())
    since, day = pl.lit(first).gather(pl.col("owner")), pl.col("day")
    months = (day.dt.year() - since.dt.year()) * 12 + day.dt.month().cast(pl.Int32) - since.dt.month()
    full = months.cast(pl.Int64) - (day.dt.day() < since.dt.day()).cast(pl.Int64)
    known = days.with_columns(months=full).filter(pl.col("months") >= 0)
    of_all = known.group_by("months").agg(*aggregates).with_columns(owner=pl.lit(None, pl.UInt32))
    of_owners = known.group_by(_ROW).agg(*aggregates)
    return pl.concat([of_all.select(of_owners.columns), of_owners])
