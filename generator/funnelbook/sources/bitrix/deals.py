"""Deals as Bitrix24 exports them: labels old and new, internal names, a row a product."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import polars as pl
from msgspec.structs import replace

from funnelbook.sources import rules
from funnelbook.sources.aliases import repeated
from funnelbook.sources.bitrix import headers
from funnelbook.sources.bitrix.products import without_products
from funnelbook.sources.cells.words import folded
from funnelbook.sources.conform import Binding, conform
from funnelbook.sources.fields import Fields
from funnelbook.sources.reader import Context, Leads, Match, Part, RawFile, plain

_PLAIN = (
    "deal_id", "created_at", "stage", "pipeline", "value", "currency", "owner", "source", "loss_reason",
    "contact_id",
)  # fmt: skip
#: Characters of a date without its time, in either spelling.
_DAY = len("DD.MM.YYYY")


class BitrixDeals:
    """One deal, or one product of a deal, a row. Names of clients and companies are never read."""

    name = "Bitrix24 deals"
    table: Literal["deals"] = "deals"

    def match(self, header: Sequence[str]) -> Match:
        match = headers.DEALS.match(header)
        marked = {plain(name) for name in header} & {plain(mark) for mark in headers.MARKS}
        return match if marked else Match((*match.missing, headers.MARKS[0]), match.known)

    def read(self, raw: RawFile, context: Context) -> Part:
        """Won and lost are told by the stage's group, else by the names and ids that Bitrix24 gives its closings,
        else a deal that is not closed is open; other closings are left to the project. A closing date counts for
        what is closed; the time of the last move stands in for it where it is more exact or the date is missing.
        """
        single = without_products(raw, headers.DEALS.find(raw.header))
        fields = Fields.of(single, headers.DEALS)
        part = conform(single, "deals", _bindings(single, fields), context)
        read = {raw.header[index] for each in fields.found.values() for index in each.indices}
        unknown = tuple(name for name in part.unknown if name not in read)
        notes = (*part.notes, *repeated(fields.found), *_repeats(single, fields))
        leads = Leads(links=_links(single, fields)) if "lead" in fields else None
        return replace(part, unknown=unknown, notes=notes, leads=leads)


def _bindings(raw: RawFile, fields: Fields) -> dict[str, Binding]:
    bindings = fields.bindings("deals", _PLAIN)
    stage = fields.words("stage")
    if "pipeline" not in fields and raw.frame.select(stage.str.contains(headers.PREFIX).any()).collect().item():
        number = stage.str.extract(headers.PREFIX).fill_null("0")
        rule = rules.told_by("the stage's id")
        bindings["pipeline"] = Binding(number, also=fields.indices("stage"), rule=rule)
    told_by = fields.indices("group", "stage", "closed")
    bindings["status"] = Binding(_status(fields), also=told_by, rule=rules.told_by("the stage"))
    dated = fields.indices("closed_at", "moved_at")
    if dated:
        bindings["closed_at"] = Binding(_closed_at(fields), dated[0], also=dated[1:], rule=headers.DEALS.rule)
    return bindings


def _status(fields: Fields) -> pl.Expr:
    """won, lost or open, null where neither the group nor a name of Bitrix24's own nor `Закрыта` tells."""
    stage = folded(fields.words("stage").str.replace(headers.PREFIX, ""))
    told = [stage.replace_strict(headers.CLOSINGS, default=None, return_dtype=pl.String)]
    if "group" in fields:
        group = folded(fields.words("group"))
        told.insert(0, group.replace_strict(headers.GROUPS, default=None, return_dtype=pl.String))
    if "closed" in fields:
        told.append(pl.when(folded(fields.words("closed")).is_in(headers.NO)).then(pl.lit("open")))
    return pl.coalesce(told)


def _closed_at(fields: Fields) -> pl.Expr:
    """The closing date; the time of the last move where that is on the same day, or where a closed deal has none.

    An open deal's date is the seller's forecast: it stays, for the model to say so.
    """
    if "moved_at" not in fields:
        return fields.moment("closed_at")
    moved = fields.moment("moved_at")
    closed = _status(fields).is_in(["won", "lost"])
    if "closed" in fields:
        closed = closed | folded(fields.words("closed")).is_in(headers.YES)
    at_the_end = pl.when(closed).then(moved)
    if "closed_at" not in fields:
        return at_the_end
    told = fields.moment("closed_at")
    return pl.coalesce(pl.when(told.str.head(_DAY) == moved.str.head(_DAY)).then(moved).otherwise(told), at_the_end)


def _repeats(raw: RawFile, fields: Fields) -> list[str]:
    """How many deals Bitrix24 itself calls repeat sales, and how many came of a lead."""
    notes = []
    if "repeat" in fields:
        yes = folded(fields.words("repeat")).is_in(headers.YES)
        notes.append(f"rows that Bitrix24 calls repeat sales: {raw.frame.select(yes.sum()).collect().item()}")
    if "lead" in fields:
        notes.append(f"rows that came of a lead: {_links(raw, fields).height}")
    return notes


def _links(raw: RawFile, fields: Fields) -> pl.DataFrame:
    """Which lead each deal came of, as `LINKS`."""
    told = raw.frame.select(deal_id=fields.words("deal_id"), lead=fields.words("lead"))
    return told.filter(pl.col("lead").is_not_null() & (pl.col("lead") != "0")).collect()


BITRIX_DEALS = BitrixDeals()
