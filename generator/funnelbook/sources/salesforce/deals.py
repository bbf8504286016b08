"""Opportunities as Salesforce reports them, and as its object holds them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal

import polars as pl
from msgspec.structs import replace

from funnelbook.errors import SourceError
from funnelbook.sources import rules
from funnelbook.sources.aliases import repeated
from funnelbook.sources.cells.words import folded
from funnelbook.sources.conform import Binding, conform
from funnelbook.sources.fields import Fields
from funnelbook.sources.ignored import without
from funnelbook.sources.reader import Context, Match, Part, RawFile
from funnelbook.sources.salesforce import headers
from funnelbook.sources.salesforce.births import births
from funnelbook.sources.salesforce.identity import DEALS, alike, deal_ids, fields_of, opened

_PLAIN = (
    "created_at", "stage", "pipeline", "closed_at", "value", "currency", "owner", "source", "loss_reason",
)  # fmt: skip


class SalesforceDeals:
    """One opportunity a row. Names of opportunities and accounts tell deals apart and are never kept."""

    name = DEALS
    table: Literal["deals"] = "deals"

    def match(self, header: Sequence[str]) -> Match:
        matches = [known.match(header) for known in (headers.OBJECT, headers.REPORT)]
        return min(matches, key=lambda match: (len(match.missing), -match.known))

    def read(self, raw: RawFile, context: Context) -> Part:
        """The close date of an open deal is the seller's forecast. Without a column of the creation, the history
        beside the file tells it.

        Raises `SourceError`: `missing-column` when nothing tells when deals were created, or rows are products and
        no id tells whose.
        """
        kept = opened(raw)
        fields = fields_of(kept)
        _check(kept, fields)
        if "deleted" in fields:
            kept = without(kept, folded(fields.words("deleted")).is_in(headers.YES), "deleted-deal")
        part = conform(kept, "deals", _bindings(kept, fields, context), context)
        read = {kept.header[index] for each in fields.found.values() for index in each.indices}
        return replace(
            part,
            notes=(*part.notes, *repeated(fields.found), *_notes(kept, fields)),
            unknown=tuple(name for name in part.unknown if name not in read),
        )


def _check(raw: RawFile, fields: Fields) -> None:
    if "product" in fields and "deal_id" not in fields:
        message = "its rows are products, and no column tells which opportunity they are of"
        hint = "add the column Opportunity ID to the report, or leave the products out"
        raise SourceError.one("missing-column", message, hint, place=raw.place())


def _bindings(raw: RawFile, fields: Fields, context: Context) -> dict[str, Binding]:
    bindings = fields.bindings("deals", _PLAIN)
    telling = fields.indices("deal_id") or fields.indices("account", "name", "created_at")
    rule = fields.system.rule if "deal_id" in fields else rules.told_by("account, name and creation")
    index = telling[0] if "deal_id" in fields else None
    number = deal_ids(fields, context)
    bindings["deal_id"] = Binding(number, index, also=telling if index is None else (), rule=rule)
    if "created_at" not in fields:
        bindings["created_at"] = _created(raw, fields, context)
    told_by = fields.indices("won", "closed", "stage", "chance")
    bindings["status"] = Binding(_status(fields), also=told_by, rule=rules.told_by("the stage"))
    return bindings


def _created(raw: RawFile, fields: Fields, context: Context) -> Binding:
    found = births(context)
    if found is None:
        message = "no column tells when its opportunities were created, and no history beside it does"
        hint = "add the column Created Date to the report, or put the report of the field history beside it"
        raise SourceError.one("missing-column", message, hint, place=raw.place())
    told = deal_ids(fields, context).replace_strict(
        found["deal_id"], found["at"], default=None, return_dtype=pl.String
    )
    return Binding(told, rule=rules.told_by("the history"))


def _status(fields: Fields) -> pl.Expr:
    """won, lost or open. Null where no column tells it and the stage has none of the usual names of a closing."""
    stage = folded(fields.words("stage"))
    told = [stage.replace_strict(headers.CLOSINGS, default=None, return_dtype=pl.String)]
    if "closed" in fields:
        closed = folded(fields.words("closed"))
        told.insert(0, pl.when(closed.is_in(headers.NO)).then(pl.lit("open")))
        if "won" in fields:
            lost = closed.is_in(headers.YES) & folded(fields.words("won")).is_in(headers.NO)
            told.insert(0, pl.when(lost).then(pl.lit("lost")))
    if "won" in fields:
        told.insert(0, pl.when(folded(fields.words("won")).is_in(headers.YES)).then(pl.lit("won")))
    if "chance" in fields:
        chance = fields.words("chance").str.strip_suffix("%").str.strip_chars().cast(pl.Float64, strict=False)
        told.append(pl.when((chance > 0) & (chance < 100)).then(pl.lit("open")))
    return pl.coalesce(told)


def _notes(raw: RawFile, fields: Fields) -> Iterator[str]:
    if "deal_id" not in fields:
        yield "no Opportunity ID: each row is a deal, told by account, name and creation as far as they are there"
        same = alike(raw)
        if same:
            yield f"deals that share all of these with another: {same}; their history cannot be told apart"


SALESFORCE_DEALS = SalesforceDeals()
