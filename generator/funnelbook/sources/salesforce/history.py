"""The history of opportunities in the three forms that Salesforce gives: one of them is enough.

`OpportunityHistory` has a row for every save that changed the amount, the date, the probability or the stage, with
what stood in the deal then. The report "Opportunity History" has the stage before and after. The report
"Opportunity Field History" has a row a field, and one for the creation.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import polars as pl
from msgspec import Struct
from msgspec.structs import replace

from funnelbook.errors import SourceError
from funnelbook.sources import rules
from funnelbook.sources.aliases import Aliases, repeated
from funnelbook.sources.beginnings import BEGUN
from funnelbook.sources.cells.words import folded
from funnelbook.sources.conform import Binding, conform
from funnelbook.sources.fields import Fields
from funnelbook.sources.ignored import refusals, without
from funnelbook.sources.reader import Context, Match, Part, RawFile
from funnelbook.sources.salesforce import headers
from funnelbook.sources.salesforce.births import CHANGES, EDITS, STATES
from funnelbook.sources.salesforce.footers import without_footers
from funnelbook.sources.salesforce.identity import ids, key_of, known_deals

#: The most telling first: seconds and every deal's beginning; the creation; changes alone.
_BEST = (STATES, EDITS, CHANGES)
_STILL = "no-stage-change"


class SalesforceHistory(Struct, frozen=True):
    """One form of the history: `name` of the reader, and what its columns are called."""

    name: str
    known: Aliases
    table: Literal["stages"] = "stages"

    def match(self, header: Sequence[str]) -> Match:
        """A history may have any column of a deal too: what makes it one outweighs those."""
        match = self.known.match(header)
        return replace(match, known=match.known + len(header))

    def read(self, raw: RawFile, context: Context) -> Part:
        """Where a more telling form of the same history stands in the folder, every row is ignored.

        Raises `SourceError` `missing-column` when nothing tells which deal a row is of.
        """
        fields = Fields.of(raw, self.known)
        kept = without_footers(raw, fields.indices("event", "left", "stage", "entered_at"))
        better = next((name for name in _BEST[: _BEST.index(self.name)] if name in context.others), "")
        if better:
            none = without(kept, pl.lit(value=True), "told-elsewhere")
            return Part({}, none.refused, notes=(*raw.notes, f"left out beside the {better}"))
        located, number = _located(kept, fields, context)
        return _READ[self.name](_Rows(located, fields, number), context)


class _Rows(Struct, frozen=True):
    """A history whose rows are those of known deals. `number` gives the deal's id."""

    raw: RawFile
    fields: Fields
    number: pl.Expr

    def without(self, rows: pl.Expr, problem: str) -> _Rows:
        return replace(self, raw=without(self.raw, rows, problem))

    def entries(self, context: Context) -> Part:
        """The rows as entries."""
        fields = self.fields
        own = fields.indices("deal_id") or fields.indices("name", "account", "created_at")
        rule = fields.system.rule if "deal_id" in fields else rules.told_by("the deals of the name")
        bindings = fields.bindings("stages", ("stage", "entered_at"))
        bindings["deal_id"] = Binding(self.number, also=own, rule=rule)
        part = conform(self.raw, "stages", bindings, context)
        read = {self.raw.header[index] for each in fields.found.values() for index in each.indices}
        return replace(
            part,
            notes=(*part.notes, *repeated(fields.found)),
            unknown=tuple(name for name in part.unknown if name not in read),
        )

    def beside(self, part: Part, **cells: pl.Expr) -> pl.DataFrame:
        """The entries in order, with further cells of their rows. Those of one deal and time stand as in the file,
        from the end where that begins with the newest."""
        entries = part.tables["stages"].collect()
        more = self.raw.frame.select("row", **cells).collect()
        joined = entries.join(more, on="row", how="left", maintain_order="left")
        at = joined["entered_at"]
        newest_first = joined.height > 1 and at[0] > at[-1]
        place = pl.col("row").cast(pl.Int64) * (-1 if newest_first else 1)
        return joined.with_columns(place=place).sort("deal_id", "entered_at", "place").drop("place")


def _located(raw: RawFile, fields: Fields, context: Context) -> tuple[RawFile, pl.Expr]:
    """The rows of deals that are told, and their ids: by id, else by name where only one deal has it."""
    known = known_deals(fields, context)
    if known is None:
        return raw, ids(fields)
    if "name" not in fields or not context.others.get("Salesforce opportunities"):
        message = "its rows do not tell the id of their opportunity, and no report of opportunities beside it does"
        hint = "add the column Opportunity ID to both reports, or the names to both and keep them together"
        raise SourceError.one("missing-column", message, hint, place=raw.place())
    key = key_of(fields, context)
    shared = known.filter(pl.col("deal_id").is_null())["key"]
    apart = without(raw, key.is_in(shared.implode()), "ambiguous-deal", "rejected", "deal_id")
    found = known.drop_nulls("deal_id")
    told = without(apart, ~key.is_in(found["key"].implode()), "unknown-deal", "rejected", "deal_id")
    return told, key.replace_strict(found["key"], found["deal_id"], default=None, return_dtype=pl.String)


def _states(rows: _Rows, context: Context) -> Part:
    """A row is an entry when the deal's row before it had another stage; the first of a deal always is."""
    if "deleted" in rows.fields:
        rows = rows.without(folded(rows.fields.words("deleted")).is_in(headers.YES), "deleted-deal")
    part = rows.entries(context)
    ordered = rows.beside(part).with_columns(name=folded(pl.col("stage")))
    moved = ordered.with_columns(
        still=(pl.col("name") == pl.col("name").shift(1).over("deal_id")).fill_null(value=False)
    )
    still = moved.filter("still")["row"]
    return _kept(rows.raw.number, part, moved.filter(~pl.col("still")), still)


def _changes(rows: _Rows, context: Context) -> Part:
    """A row that leaves the stage it enters changed something else. The first of a deal tells where it began."""
    same = folded(rows.fields.words("left")) == folded(rows.fields.words("stage"))
    moved = rows.without(same, _STILL)
    part = moved.entries(context)
    ordered = moved.beside(part, left=moved.fields.words("left"))
    return replace(_kept(rows.raw.number, part, ordered), begun=_begun(ordered))


def _edits(rows: _Rows, context: Context) -> Part:
    """Rows of other fields are ignored. The creation is an entry into the stage that the first change left, else
    into the one where the deal stands; where neither tells it, the deals do."""
    event = folded(rows.fields.words("event"))
    created = event.is_in(headers.CREATED_EVENTS)
    told = rows.without(~(event.is_in(headers.STAGE_EVENTS) | created), _STILL)
    first = _first(told, created, context)
    fields = told.fields
    number = told.number.replace_strict(first["deal_id"], first["stage"], default=None, return_dtype=pl.String)
    now = fields.words("now") if "now" in fields else pl.lit(None, dtype=pl.String)
    stage = pl.when(created).then(pl.coalesce(number, now)).otherwise(fields.words("stage"))
    place = f"c{fields.found['stage'].index}"
    filled = replace(told, raw=replace(told.raw, frame=told.raw.frame.with_columns(stage.alias(place))))
    unknown = filled.without(created & pl.col(place).is_null(), "first-stage-unknown")
    part = unknown.entries(context)
    ordered = unknown.beside(part, born=created)
    born = ordered.filter("born")["deal_id"]
    lost = told.raw.frame.filter(created).select(deal_id=told.number).collect()["deal_id"].drop_nulls()
    unborn = lost.filter(~lost.is_in(born.implode()))
    begun = first.filter(~pl.col("deal_id").is_in(born.implode())).select(BEGUN.names())
    still = pl.DataFrame({"deal_id": unborn}, schema={"deal_id": pl.String()}).with_columns(
        pl.lit(None, dtype=kind).alias(name) for name, kind in BEGUN.items() if name != "deal_id"
    )
    return replace(_kept(rows.raw.number, part, ordered), begun=pl.concat([begun, still.select(BEGUN.names())]))


def _first(told: _Rows, created: pl.Expr, context: Context) -> pl.DataFrame:
    """What each deal's first change left, in the schema `BEGUN`."""
    changes = replace(told, raw=without(told.raw, created, _STILL))
    part = changes.entries(context)
    return _begun(changes.beside(part, left=changes.fields.words("left")))


def _begun(ordered: pl.DataFrame) -> pl.DataFrame:
    first = ordered.unique("deal_id", keep="first", maintain_order=True)
    told = first.select("deal_id", stage="left", pipeline=pl.lit(None, dtype=pl.String), until="entered_at")
    return told.drop_nulls("stage").cast(BEGUN)


def _kept(number: int, part: Part, ordered: pl.DataFrame, still: pl.Series | None = None) -> Part:
    """`part` with the entries of `ordered`, those of one time told apart by microseconds."""
    columns = part.tables["stages"].collect_schema().names()
    after = pl.int_range(pl.len()).over("deal_id", "entered_at")
    entries = ordered.with_columns(pl.col("entered_at") + pl.duration(microseconds=after)).sort("row")
    lines = [] if still is None or still.is_empty() else [refusals(number, still, "ignored", (_STILL, ""))]
    tables = {"stages": entries.select(columns).lazy()}
    return replace(part, tables=tables, refused=pl.concat([part.refused, *lines]))


_READ = {STATES: _states, CHANGES: _changes, EDITS: _edits}

SALESFORCE_HISTORIES = (
    SalesforceHistory(STATES, headers.STATES),
    SalesforceHistory(CHANGES, headers.CHANGES),
    SalesforceHistory(EDITS, headers.EDITS),
)
