"""`ramp`: how new people come up to speed (metrics.md, section 3).

Rows: owner (`all` first), months; where a deal was closed or created. `months` counts full months from the first
`from` of the person in the team to the closing (closed, won) or to the creation (leads, response), by local dates;
what happened before it is no part of anybody's start. Whoever has a row without a `from` began nobody knows when.
"""

from __future__ import annotations

from collections.abc import Mapping
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
    deals = ways.deals.join(_beginnings(ways), on="owner").with_columns(
        owner=pl.lit(pl.Series(ways.members["owner"], dtype=pl.String)).gather(pl.col("owner"))
    )
    deals = pl.concat([deals, deals.with_columns(owner=pl.lit(ALL))])
    won = (pl.col("status") == "won").sum()
    closed = _since(ways, deals, "closed").group_by(_ROW).agg(closed=pl.len(), won=won)
    response = quantile("response", 0.5, MICROSECONDS_A_MINUTE)
    leads = _since(ways, deals, "created").group_by(_ROW).agg(leads=pl.len(), response_median_minutes=response)
    rows = closed.join(leads, on=_ROW, how="full", coalesce=True)
    rows = rows.with_columns(pl.col("closed", "won", "leads").fill_null(0))
    low, high = wilson(pl.col("won"), pl.col("closed"))
    rows = rows.with_columns(win_rate=share(pl.col("won"), pl.col("closed")), win_rate_low=low, win_rate_high=high)
    return rows.sort(pl.col("owner") != ALL, *_ROW)


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


def _since(ways: Ways, deals: pl.DataFrame, moment: str) -> pl.DataFrame:
    """The deals that have the moment, with `months` full months from `begun` to it, not negative."""
    local = pl.col(moment).cast(pl.Datetime("us", "UTC")).dt.convert_time_zone(ways.project.site.timezone.key)
    day, begun = local.dt.date(), pl.col("begun")
    years, months = day.dt.year() - begun.dt.year(), day.dt.month().cast(pl.Int64) - begun.dt.month()
    unfinished = (day.dt.day() < begun.dt.day()).cast(pl.Int64)
    counted = deals.with_columns(months=years.cast(pl.Int64) * 12 + months - unfinished)
    return counted.filter(pl.col("months") >= 0)
