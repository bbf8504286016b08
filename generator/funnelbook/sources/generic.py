"""The generic tables: files whose headers are the canonical names (metrics.md, section 1)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from msgspec import Struct

from funnelbook.errors import Finding, SourceError
from funnelbook.model.tables import TABLES
from funnelbook.sources.conform import column, conform
from funnelbook.sources.reader import Context, Match, Part, RawFile, plain
from funnelbook.sources.stage_dates import Dates, day_first_of
from funnelbook.sources.stage_names import Seen
from funnelbook.sources.wide import is_stage_date, stage_dates

GenericTable = Literal["deals", "stages", "activities", "spend", "plan", "team", "rates"]

#: Names that a header must have to be this table. `plan` needs one of its figures too.
REQUIRED: dict[GenericTable, tuple[str, ...]] = {
    "deals": ("deal_id", "created_at", "stage", "status"),
    "stages": ("deal_id", "stage", "entered_at"),
    "activities": ("deal_id", "at", "kind"),
    "spend": ("month", "source", "amount"),
    "plan": ("month",),
    "team": ("person", "role"),
    "rates": ("date", "currency", "rate"),
}
#: Columns that some program fills and a file never does.
_OURS = ("file", "row", "snapshot")


class GenericReader(Struct, frozen=True):
    """Reads `table` by the canonical column names, whatever their case and spaces."""

    table: GenericTable

    @property
    def name(self) -> str:
        return self.table

    def match(self, header: Sequence[str]) -> Match:
        names = {plain(name) for name in header}
        missing = tuple(name for name in REQUIRED[self.table] if plain(name) not in names)
        if self.table == "plan" and not names & {"sales", "revenue"}:
            missing = (*missing, "sales")
        dates = sum(map(is_stage_date, header)) if self.table == "deals" else 0
        return Match(missing, sum(plain(name) in names for name in columns(self.table)) + dates)

    def read(self, raw: RawFile, context: Context) -> Part:
        found = {name: raw.columns(name) for name in columns(self.table)}
        twice = [name for name, indices in found.items() if len(indices) > 1]
        if twice:
            hint = "rename one of them, or map the file in [[sources]]"
            raise SourceError(
                Finding(raw.place(), "repeated-column", f"column {name} stands in the file twice", hint)
                for name in twice
            )
        bindings = {name: column(indices[0]) for name, indices in found.items() if indices}
        part = conform(raw, self.table, bindings, context)
        return _with_stage_dates(raw, part, context) if self.table == "deals" else part


def _with_stage_dates(raw: RawFile, part: Part, context: Context) -> Part:
    """Deals with the history that columns like `date entered Offer` tell."""
    if not any(map(is_stage_date, raw.header)):
        return part
    deals = part.tables["deals"].select("row", "deal_id", "stage", "pipeline").collect()
    return Dates(stage_dates(raw.header, Seen.of(deals)), day_first=day_first_of(part)).add(
        raw, part, deals, context
    )


def columns(table: str) -> tuple[str, ...]:
    """The canonical columns a file may fill."""
    return tuple(name for name in TABLES[table].columns() if name not in _OURS)


GENERIC: tuple[GenericReader, ...] = tuple(GenericReader(table) for table in REQUIRED)
