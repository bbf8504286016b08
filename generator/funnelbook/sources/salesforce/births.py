"""When opportunities were created, by their history: for reports that do not tell it."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from funnelbook.sources.cells.words import folded
from funnelbook.sources.fields import Fields
from funnelbook.sources.reader import Context, RawFile
from funnelbook.sources.salesforce import headers
from funnelbook.sources.salesforce.footers import without_footers
from funnelbook.sources.salesforce.identity import ids, key_of, known_deals

STATES, CHANGES, EDITS = "Salesforce stage history", "Salesforce history report", "Salesforce field history"


def births(context: Context) -> pl.DataFrame | None:
    """`deal_id` and `at`, a moment as the file writes it; None when no history beside the deals tells it.

    The field history has a row for it. The first row of `OpportunityHistory` is it: the object has one from the
    start.
    """
    found = [*_edits(context), *_states(context)]
    return pl.concat(found).unique("deal_id", keep="first", maintain_order=True) if found else None


def _edits(context: Context) -> Iterator[pl.DataFrame]:
    for raw in context.others.get(EDITS, ()):
        fields = Fields.of(raw, headers.EDITS)
        kept = without_footers(raw, fields.indices("event", "stage", "entered_at"))
        created = folded(fields.words("event")).is_in(headers.CREATED_EVENTS)
        yield _told(kept, fields, context, created)


def _states(context: Context) -> Iterator[pl.DataFrame]:
    for raw in context.others.get(STATES, ()):
        fields = Fields.of(raw, headers.STATES)
        frame = _told(raw, fields, context, pl.lit(value=True))
        yield frame.sort("at", maintain_order=True)


def _told(raw: RawFile, fields: Fields, context: Context, rows: pl.Expr) -> pl.DataFrame:
    known = known_deals(fields, context)
    number = ids(fields) if known is None else key_of(fields, context)
    found = raw.frame.filter(rows).select(deal_id=number, at=fields.moment("entered_at")).collect()
    if known is not None:
        found = found.rename({"deal_id": "key"}).join(known, on="key", how="inner", maintain_order="left")
    return found.select("deal_id", "at").drop_nulls()
