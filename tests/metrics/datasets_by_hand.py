"""Data sets by hand: rows as plain Python values become the frames of a `Dataset`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

import polars as pl

from funnelbook.model.dataset import Dataset
from funnelbook.model.pipeline import Pipeline

MOMENT = pl.Datetime("us", "UTC")
_ENUMS = ("owner", "source", "role", "segment", "temperature", "cause", "party", "reason")
_DEALS: dict[str, Any] = {
    "deal_id": pl.String,
    "created_at": MOMENT,
    "closed_at": MOMENT,
    "status": pl.Enum(["open", "won", "lost"]),
    "basis": pl.Enum(["history", "snapshots", "current"]),
    "pipeline": pl.UInt8,
    "position": pl.UInt8,
    "value": pl.Float64,
    "list_price": pl.Float64,
    "contact": pl.UInt32,
    "next_task_at": MOMENT,
}
_PLAN = {"month": pl.String, "pipeline": pl.String, "owner": pl.String, "sales": pl.Float64, "revenue": pl.Float64}
_TEAM = {
    "person": pl.String,
    "role": pl.Enum(["seller", "head", "owner", "expert"]),
    "from": pl.Date,
    "to": pl.Date,
    "hours_per_week": pl.Float64,
}

Entry = tuple[int, datetime, int]


def dataset(
    pipelines: Sequence[Pipeline],
    as_of: datetime,
    deals: Sequence[Mapping[str, Any]],
    entries: Sequence[Entry] = (),
    *,
    activities: Sequence[tuple[int, datetime, bool]] = (),
    spend: Iterable[tuple[str, str, float]] = (),
    plan: Iterable[tuple[str, str | None, str | None, float | None, float | None]] = (),
    team: Iterable[tuple[str, str, date | None, date | None, float | None]] = (),
) -> Dataset:
    """deals: one mapping each, missing keys are null. entries: (deal, at, code) in file order.

    plan: month, pipeline, owner, sales, revenue. team: person, role, from, to, hours_per_week.
    """
    columns = {name: [deal.get(name) for deal in deals] for name in (*_DEALS, *_ENUMS)}
    columns["deal_id"] = [f"D{number}" for number in range(len(deals))]
    kinds = dict(_DEALS) | {name: pl.Enum(_categories(columns[name])) for name in _ENUMS}
    frame = pl.DataFrame(columns, schema=kinds).with_row_index("deal").with_columns(pl.col("deal").cast(pl.UInt32))
    empty = pl.DataFrame()
    return Dataset(
        as_of=as_of,
        pipelines=tuple(pipelines),
        deals=frame,
        entries=pl.DataFrame(
            list(entries), schema={"deal": pl.UInt32, "at": MOMENT, "code": pl.UInt8}, orient="row"
        ),
        activities=pl.DataFrame(
            list(activities), schema={"deal": pl.UInt32, "at": MOMENT, "outgoing": pl.Boolean}, orient="row"
        ),
        has_activities=bool(activities),
        spend=pl.DataFrame(
            list(spend), schema={"month": pl.String, "source": pl.String, "amount": pl.Float64}, orient="row"
        ),
        plan=pl.DataFrame(list(plan), schema=_PLAN, orient="row"),
        team=pl.DataFrame(list(team), schema=_TEAM, orient="row"),
        files=(),
        quality=empty,
        refused=empty,
    )


def _categories(values: Iterable[str | None]) -> list[str]:
    return list(dict.fromkeys(value for value in values if value is not None))
