"""HubSpot's exports of deals: English labels or internal names, with the dates of the stages."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import polars as pl
from msgspec.structs import replace

from funnelbook.sources import rules
from funnelbook.sources.aliases import repeated
from funnelbook.sources.cells.words import folded
from funnelbook.sources.conform import Binding, conform
from funnelbook.sources.fields import Fields
from funnelbook.sources.hubspot import headers
from funnelbook.sources.hubspot.stages import is_stage_date, stage_dates
from funnelbook.sources.reader import Context, Match, Part, RawFile
from funnelbook.sources.stage_dates import Dates, day_first_of
from funnelbook.sources.stage_names import Seen

_PLAIN = (
    "deal_id", "created_at", "stage", "pipeline", "owner", "source", "loss_reason", "next_task_at",
)  # fmt: skip
_FLAGS = ("is_won", "is_lost", "is_closed")
#: A status for a cell that says neither yes nor no: it is in no list, so the row is rejected.
_UNCLEAR = "neither yes nor no"


class HubspotDeals:
    """One deal a row; the dates of its stages become its history. Names of customers are never read."""

    name = "HubSpot deals"
    table: Literal["deals"] = "deals"

    def match(self, header: Sequence[str]) -> Match:
        return headers.DEALS.match(header, sum(map(is_stage_date, header)))

    def read(self, raw: RawFile, context: Context) -> Part:
        fields = Fields.of(raw, headers.DEALS, headers.NOTHING)
        part = conform(raw, "deals", _bindings(fields), context)
        part = replace(part, notes=(*part.notes, *repeated(fields.found)))
        deals = part.tables["deals"].select("row", "deal_id", "stage", "pipeline").collect()
        columns = stage_dates(raw.header, Seen.of(deals))
        dated = Dates(columns, headers.NOTHING, day_first_of(part)).add(raw, part, deals, context)
        return _without_forecasts(dated)


def _bindings(fields: Fields) -> dict[str, Binding]:
    bound = fields.bindings("deals", _PLAIN)
    status = _status(fields)
    by = fields.indices(*_FLAGS, "stage")
    bound["status"] = Binding(status, also=by, rule=rules.told_by("the columns that say whether it is closed"))
    bound |= _price(fields)
    if "closed_at" in fields:
        bound["closed_at"] = _closing(fields, status)
    if "contact_id" in fields:
        main = fields.words("contact_id").str.split(";").list.first()
        bound["contact_id"] = Binding(main, fields.found["contact_id"].index, rule=fields.system.rule)
    return bound


def _price(fields: Fields) -> dict[str, Binding]:
    """The amount with the currency of its deal; where no column tells that, the amount in the company's."""
    if "currency" in fields or "home" not in fields:
        return fields.bindings("deals", ("value", "currency"))
    at_home = fields.found["home"]
    alone = Fields(fields.system, {"value": at_home}, fields.schema, fields.nothing)
    return alone.bindings("deals", ("value",))


def _status(fields: Fields) -> pl.Expr:
    """Won and lost as the flags say, else by HubSpot's own names of the closings; null leaves it to the project."""
    flags = {name: folded(fields.words(name)) for name in _FLAGS if name in fields}
    known = [*headers.YES, *headers.NO]
    unclear = pl.any_horizontal(pl.lit(value=False), *(~flag.is_in(known) for flag in flags.values()))
    yes = {name: flag.is_in(headers.YES) for name, flag in flags.items()}
    no = {name: flag.is_in(headers.NO) for name, flag in flags.items()}
    never = pl.lit(value=False)
    stage = folded(fields.words("stage"))
    won, lost, closed = (yes.get(name, never) for name in _FLAGS)
    not_won, not_lost, not_closed = (no.get(name, never) for name in _FLAGS)
    return (
        pl.when(unclear).then(pl.lit(_UNCLEAR))
        .when(won).then(pl.lit("won"))
        .when(lost | (closed & not_won)).then(pl.lit("lost"))
        .when(not_closed | (not_won & not_lost)).then(pl.lit("open"))
        .when(stage.is_in(headers.WON)).then(pl.lit("won"))
        .when(stage.is_in(headers.LOST)).then(pl.lit("lost"))
    )  # fmt: skip


def _closing(fields: Fields, status: pl.Expr) -> Binding:
    """The close date, but of an open deal: there it is a forecast, by default the last day of the month."""
    cell, index = fields.moment("closed_at"), fields.found["closed_at"].index
    return Binding(pl.when(status.ne_missing("open")).then(cell), index, rule=fields.system.rule)


def _without_forecasts(part: Part) -> Part:
    """Where nothing tells whether a deal is open, a close date after all that has happened is a forecast too."""
    deals = part.tables["deals"]
    happened = [
        deals.select(at="created_at"),
        deals.filter(pl.col("status").is_in(["won", "lost"])).select(at="closed_at"),
        *(part.tables[name].select(at="entered_at") for name in part.tables if name == "stages"),
    ]
    newest = pl.concat(happened).select(pl.col("at").max()).collect().item()
    if newest is None:
        return part
    forecast = pl.col("status").is_null() & (pl.col("closed_at") > newest).fill_null(value=False)
    known = deals.with_columns(closed_at=pl.when(~forecast).then("closed_at"))
    return replace(part, tables={**part.tables, "deals": known})


HUBSPOT_DEALS = HubspotDeals()
