"""Pipedrive's exports of deals: with `Deal - ` before each name or without."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import polars as pl
from msgspec.structs import replace

from funnelbook.sources import rules
from funnelbook.sources.aliases import repeated
from funnelbook.sources.cells.words import folded, spellings
from funnelbook.sources.conform import Binding, conform
from funnelbook.sources.fields import Fields
from funnelbook.sources.ignored import without
from funnelbook.sources.pipedrive import headers
from funnelbook.sources.reader import Context, Match, Part, RawFile

_PLAIN = (
    "deal_id", "created_at", "stage", "status", "pipeline", "value", "currency", "owner", "source", "loss_reason",
    "contact_id", "next_task_at",
)  # fmt: skip
#: `Stage (Pipeline)`.
_BOTH = r"^(.+) \((.+)\)$"


class PipedriveDeals:
    """One deal a row. Its status alone says won or lost: a lost deal keeps the stage where it was lost. Deals that
    lie in the bin are ignored.
    """

    name = "Pipedrive deals"
    table: Literal["deals"] = "deals"

    def match(self, header: Sequence[str]) -> Match:
        return headers.DEALS.match(header)

    def read(self, raw: RawFile, context: Context) -> Part:
        fields = Fields.of(raw, headers.DEALS)
        deleted = folded(fields.words("status")).is_in(headers.DELETED)
        part = conform(without(raw, deleted, "deleted-deal"), "deals", _bindings(fields), context)
        return replace(part, notes=(*part.notes, *repeated(fields.found)))


def _bindings(fields: Fields) -> dict[str, Binding]:
    bound = fields.bindings("deals", _PLAIN)
    if closing := _closing(fields):
        bound["closed_at"] = closing
    if "temperature" in fields:
        bound["temperature"] = _label(fields)
    return bound | _stage(fields)


def _closing(fields: Fields) -> Binding | None:
    """When a deal was won or lost, by its status: one that was won and then lost bears both times."""
    times = fields.indices("won_at", "lost_at", "ended_at")
    if not times:
        return None
    none = pl.lit(None, dtype=pl.String)
    won, lost, ended = (
        fields.moment(name) if name in fields else none for name in ("won_at", "lost_at", "ended_at")
    )
    status = folded(fields.words("status"))
    told = (
        pl.when(status.is_in(_spelled("won"))).then(pl.coalesce(won, ended))
        .when(status.is_in(_spelled("lost"))).then(pl.coalesce(lost, ended))
    )  # fmt: skip
    first, *more = times
    return Binding(told, first, also=(*more, *fields.indices("status")), rule=rules.told_by("the status"))


def _spelled(status: str) -> list[str]:
    return [spelling for spelling, word in spellings("status").items() if word == status]


def _label(fields: Fields) -> Binding:
    """Hot, warm or cold of a deal's labels; other labels are the account's own, and mean nothing here."""
    one = "|".join(spellings("temperature"))
    cell = fields.words("temperature").str.to_lowercase().str.extract(rf"(?:^|,\s*)({one})(?:\s*,|$)")
    return Binding(cell, fields.found["temperature"].index, rule=fields.system.rule)


def _stage(fields: Fields) -> dict[str, Binding]:
    """`Deal - Stage (pipeline)` may hold both names: the pipeline is cut off, and used where no column tells it."""
    found = fields.found["stage"]
    if "(" not in found.name:
        return {}
    cell, rule = fields.words("stage"), fields.system.rule
    if "pipeline" in fields:
        tail = pl.lit(" (") + fields.words("pipeline") + pl.lit(")")
        stage = cell.str.head(cell.str.len_chars() - tail.str.len_chars())
        cut = pl.when(cell.str.ends_with(tail)).then(stage).otherwise(cell)
        return {"stage": Binding(cut, found.index, rule=rule)}
    stage, pipeline = (cell.str.extract(_BOTH, group) for group in (1, 2))
    both = {"stage": pl.coalesce(stage, cell), "pipeline": pipeline}
    return {name: Binding(expression, found.index, rule=rule) for name, expression in both.items()}


PIPEDRIVE_DEALS = PipedriveDeals()
