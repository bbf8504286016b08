"""Leads of Bitrix24: what they are called, what their statuses mean, and when they were given up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

import polars as pl
from msgspec.structs import replace

from funnelbook.sources import rules
from funnelbook.sources.bitrix import headers
from funnelbook.sources.bitrix.names import Stage
from funnelbook.sources.cells.words import folded
from funnelbook.sources.conform import Binding, column, conform
from funnelbook.sources.fields import Fields
from funnelbook.sources.ignored import without
from funnelbook.sources.leads import GIVEN_UP, stage_of
from funnelbook.sources.reader import Context, Leads, Match, Part, RawFile, plain

_PLAIN = ("deal_id", "created_at", "value", "currency", "owner", "source", "contact_id")
#: What an entry of the leads' history is read from.
ENTRY = ("OWNER_ID", "STATUS_ID", "CREATED_TIME", "STATUS_SEMANTIC_ID", "ID")


class BitrixLeads:
    """One lead a row. Names of people and companies are never read."""

    name = "Bitrix24 leads"
    table: Literal["deals"] = "deals"

    def match(self, header: Sequence[str]) -> Match:
        match = headers.LEADS.match(header)
        marked = {plain(name) for name in header} & {plain(mark) for mark in headers.LEAD_MARKS}
        return match if marked else Match((*match.missing, headers.LEAD_MARKS[0]), match.known)

    def read(self, raw: RawFile, context: Context) -> Part:
        return lead_rows(raw, {}, context)


def lead_rows(raw: RawFile, statuses: Mapping[str, Stage], context: Context) -> Part:
    """A table of leads; `statuses` by id, as the account's dictionary has them, order the leads' stages.

    Converted, given up or open is told by the status's group, else by the dictionary, else by the ids and names
    that Bitrix24 gives the closings of leads. A lead that was given up is closed when it was, else when it last
    moved, and the name of its status is the reason where the account has no field for one.
    """
    fields = Fields.of(raw, headers.LEADS)
    named = _named(fields.words("stage"), statuses)
    status = _status(fields, statuses)
    bindings = fields.bindings("deals", _PLAIN)
    told_by = fields.indices("group", "stage")
    index = fields.indices("stage")[0]
    bindings["stage"] = Binding(stage_of(named), index, rule=headers.LEADS.rule)
    bindings["status"] = Binding(status, also=told_by, rule=rules.told_by("the status"))
    reason = pl.when(status == "lost").then(named)
    own = fields.words("loss_reason") if "loss_reason" in fields else pl.lit(None, pl.String)
    also = fields.indices("loss_reason", "stage")
    bindings["loss_reason"] = Binding(pl.coalesce(own, reason), also=also, rule=rules.told_by("the status"))
    dated = fields.indices("closed_at", "moved_at")
    if dated:
        moments = pl.coalesce(fields.moment(name) for name in ("closed_at", "moved_at") if name in fields)
        closed = pl.when(status == "lost").then(moments)
        bindings["closed_at"] = Binding(closed, dated[0], also=dated[1:], rule=headers.LEADS.rule)
    part = conform(raw, "deals", bindings, context)
    read = {raw.header[i] for found in fields.found.values() for i in found.indices}
    unknown = tuple(name for name in part.unknown if name not in read)
    leads = Leads(rows=part.tables["deals"].collect())
    return replace(part, tables={}, unknown=unknown, leads=leads)


def lead_entries(raw: RawFile, statuses: Mapping[str, Stage], context: Context) -> Part:
    """The history of leads, a table with the columns `ENTRY`. That a lead was converted is told by its deal."""
    at = {name: index for index, name in enumerate(ENTRY)}
    status, group = (pl.col(f"c{at[name]}") for name in ("STATUS_ID", "STATUS_SEMANTIC_ID"))
    by_group = group.replace_strict(headers.SEMANTICS, default=None, return_dtype=pl.String)
    outcome = pl.coalesce(by_group, *_told(status, statuses))
    kept = without(raw, outcome == "won", "not-needed")
    stage = pl.when(outcome == "lost").then(pl.lit(GIVEN_UP)).otherwise(stage_of(_named(status, statuses)))
    rule = rules.alias("Bitrix24")
    bindings = {
        "deal_id": column(at["OWNER_ID"], rule=rule),
        "stage": Binding(stage, at["STATUS_ID"], rule=rule),
        "entered_at": column(at["CREATED_TIME"], rule=rule),
    }
    part = conform(kept, "stages", bindings, context)
    entries = as_written(part.tables["stages"], kept, at["ID"]).collect()
    return replace(part, tables={}, leads=Leads(entries=entries))


def as_written(entries: pl.LazyFrame, raw: RawFile, number: int) -> pl.LazyFrame:
    """Entries in the order in which the account wrote them, by the record's `number`; several within a second are
    told apart by microseconds, so that nobody later takes them for moves back."""
    written = pl.col(f"c{number}").cast(pl.Int64, strict=False).alias("written")
    known = entries.join(raw.frame.select("row", written), on="row", how="left", maintain_order="left")
    ordered = known.sort("written", "row", nulls_last=True).with_columns(
        pl.col("entered_at") + pl.duration(microseconds=pl.int_range(pl.len()).over("deal_id", "entered_at"))
    )
    return ordered.sort("row").drop("written")


def _status(fields: Fields, statuses: Mapping[str, Stage]) -> pl.Expr:
    told = _told(fields.words("stage"), statuses)
    if "group" in fields:
        group = folded(fields.words("group"))
        told.insert(0, group.replace_strict(headers.GROUPS, default=None, return_dtype=pl.String))
    return pl.coalesce(told)


def _told(status: pl.Expr, statuses: Mapping[str, Stage]) -> list[pl.Expr]:
    """won, lost or open by the status alone, null where nobody knows it."""
    known = {told: each.outcome for told, each in statuses.items()}
    own = [status.replace_strict(known, default=None, return_dtype=pl.String)] if known else []
    return [*own, folded(status).replace_strict(headers.LEAD_CLOSINGS, default=None, return_dtype=pl.String)]


def _named(status: pl.Expr, statuses: Mapping[str, Stage]) -> pl.Expr:
    return status.replace({told: each.name for told, each in statuses.items()})


def lead_stages(statuses: Mapping[str, Stage]) -> tuple[str, ...]:
    """The stages that open statuses of leads are, in the account's order."""
    own = sorted((each for each in statuses.values() if each.outcome == "open"), key=lambda each: each.sort)
    names = pl.Series("name", [each.name for each in own], dtype=pl.String)
    return tuple(names.to_frame().select(stage_of(pl.col("name"))).to_series())


BITRIX_LEADS = BitrixLeads()
