"""`capacity`: the hours an owner's deals needed and the hours the owner had (metrics.md, section 3).

Rows: owner (`—` last), month; where the owner needed hours, had some, had open deals or closed one. All pipelines
together. An owner who is not in the team has unknown hours (null), one who had left has none (0). A deal needs the
minutes of a stage when it first stands there; stages whose time is not known need none. Hours needed are null when
no stage declares minutes. implied_cycle_days is Little's law: deals at hand / deals closed a day.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import polars as pl

from funnelbook.metrics.calendar import MICROSECONDS_A_DAY
from funnelbook.metrics.intervals import share
from funnelbook.metrics.reference import microseconds
from funnelbook.metrics.ways import Ways
from funnelbook.metrics.working_time import hours_of, stints_of, working_days

NAME = "capacity"
SCHEMA: Mapping[str, pl.DataType] = MappingProxyType(
    {
        "month": pl.String(),
        "owner": pl.String(),
        **dict.fromkeys(("hours_needed", "hours_available", "utilisation", "open_average"), pl.Float64()),
        "closed": pl.Int64(),
        "implied_cycle_days": pl.Float64(),
    }
)
_ROW = ("owner", "month")


def table(ways: Ways) -> pl.DataFrame:
    """Raises Absent when there is no team."""
    rows = (
        _carried(ways)
        .join(_needed(ways), on=_ROW, how="left")
        .join(_available(ways), on=_ROW, how="left")
        .with_columns(pl.col("hours_needed").fill_null(0.0), open_average=share(pl.col("open"), pl.col("length")))
    )
    if not declares_minutes(ways):
        rows = rows.with_columns(hours_needed=pl.lit(None, pl.Float64))
    busy = pl.max_horizontal("hours_needed", "hours_available", "open_average", "closed") > 0
    owners = pl.lit(pl.Series(ways.members["owner"], dtype=pl.String))
    days = pl.col("length") / MICROSECONDS_A_DAY
    return (
        rows.filter(busy)
        .with_columns(
            utilisation=share(pl.col("hours_needed"), pl.col("hours_available")),
            implied_cycle_days=share(pl.col("open_average") * days, pl.col("closed")),
        )
        .sort(_ROW)
        .with_columns(ways.calendar.label("month"), owner=owners.gather(pl.col("owner")))
    )


def declares_minutes(ways: Ways) -> bool:
    return any(stage.minutes is not None for pipeline in ways.pipelines for stage in pipeline.stages)


def _carried(ways: Ways) -> pl.DataFrame:
    """Every owner and month: `open`, microseconds of all deals open in it, `closed`, `length` of the month.

    Those open when it began count whole, those created from then on, those closed up to then; as_of ends the last.
    """
    starts = [microseconds(start) for start in ways.calendar.starts]
    ends = [*starts[1:-1], microseconds(ways.dataset.as_of)]
    months = pl.DataFrame({"month": range(len(ends)), "start": starts[:-1], "end": ends})
    months = months.select(pl.col("month").cast(pl.UInt16), "end", length=pl.col("end") - pl.col("start"))
    end = pl.lit(months["end"])
    came = ways.deals.group_by("owner", month="cohort").agg(
        created=pl.len().cast(pl.Int64), since=(end.gather(pl.col("cohort")) - pl.col("created")).sum()
    )
    gone = ways.deals.filter(pl.col("closed").is_not_null())
    gone = gone.group_by("owner", month="closing").agg(
        closed=pl.len().cast(pl.Int64), after=(end.gather(pl.col("closing")) - pl.col("closed")).sum()
    )
    grid = ways.deals.select("owner").unique().join(months, how="cross")
    rows = grid.join(came, on=_ROW, how="left").join(gone, on=_ROW, how="left").sort(_ROW)
    rows = rows.with_columns(pl.col("created", "since", "closed", "after").fill_null(0))
    change = pl.col("created") - pl.col("closed")
    at_start = change.cum_sum().over("owner") - change
    return rows.select(
        *_ROW, "closed", "length", open=at_start * pl.col("length") + pl.col("since") - pl.col("after")
    )


def _needed(ways: Ways) -> pl.DataFrame:
    first = ways.moves.filter(pl.col("month").is_not_null()).group_by("deal", "to").agg(pl.col("month").min())
    owner, pipeline = (ways.deals[name].gather(first["deal"]) for name in ("owner", "pipeline"))
    stood = first.select("month", owner, pipeline, position="to")
    minutes = pl.DataFrame(
        [
            (number, position, stage.minutes)
            for number, pipeline in enumerate(ways.pipelines)
            for position, stage in enumerate(pipeline.stages, 1)
            if stage.minutes is not None
        ],
        schema={"pipeline": pl.UInt8, "position": pl.UInt8, "minutes": pl.Float64},
        orient="row",
    )
    counts = stood.group_by(*_ROW, "pipeline", "position").agg(deals=pl.len())
    needed = counts.join(minutes, on=["pipeline", "position"]).sort(*_ROW, "pipeline", "position")
    hours = (pl.col("deals") * pl.col("minutes")).sum() / 60
    return needed.group_by(_ROW, maintain_order=True).agg(hours_needed=hours)


def _available(ways: Ways) -> pl.DataFrame:
    """Of the owners who are in the team."""
    stints, holidays = stints_of(ways), ways.project.metrics.holidays
    until = ways.dataset.as_of.astimezone(ways.project.site.timezone).date()
    rows = []
    for month, label in enumerate(ways.calendar.labels):
        working = working_days(label, holidays, until)
        for owner, name in enumerate(ways.members["owner"]):
            own = [stint for stint in stints if stint.person == name]
            if own:
                rows.append((owner, month, hours_of(own, working)))
    schema = {"owner": pl.UInt32, "month": pl.UInt16, "hours_available": pl.Float64}
    return pl.DataFrame(rows, schema=schema, orient="row")
