"""A generic log of changes: one row a change, with the stage that was left and the one that was entered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Literal

import polars as pl
from msgspec.structs import replace

from funnelbook.sources import rules
from funnelbook.sources.aliases import Aliases, repeated
from funnelbook.sources.beginnings import BEGUN
from funnelbook.sources.cells.words import folded
from funnelbook.sources.conform import conform
from funnelbook.sources.fields import Fields
from funnelbook.sources.ignored import without
from funnelbook.sources.reader import Context, Match, Part, RawFile, Taken

#: Column of `stages` -> its names in a log; `left` and `left_pipeline`, where the deal came from.
NAMES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "deal_id": ("deal_id",),
        "left": ("from", "from_stage", "old_stage", "stage_from", "previous_stage"),
        "stage": ("to", "to_stage", "new_stage", "stage_to"),
        "entered_at": ("when", "changed_at", "at", "entered_at"),
        "pipeline": ("pipeline", "to_pipeline", "new_pipeline"),
        "left_pipeline": ("from_pipeline", "old_pipeline"),
    }
)
LOG = Aliases("", NAMES, ("deal_id", "left", "stage", "entered_at"))


class StageChanges:
    """A row is an entry into the stage it changed to; the first of a deal tells where the deal began."""

    name = "stage changes"
    table: Literal["stages"] = "stages"

    def match(self, header: Sequence[str]) -> Match:
        return LOG.match(header)

    def read(self, raw: RawFile, context: Context) -> Part:
        """A row that leaves the stage it enters is no change, and ignored."""
        fields = Fields.of(raw, LOG)
        bindings = fields.bindings("stages", ("deal_id", "stage", "entered_at", "pipeline"))
        moved = without(raw, _is_still(fields), "no-change")
        part = conform(moved, "stages", bindings, context)
        entries = in_order(part.tables["stages"].collect())
        left = moved.frame.select("row", **{name: _text(fields, name) for name in ("left", "left_pipeline")})
        begun = _begun(entries.join(left.collect(), on="row", how="left"))
        left_at = fields.indices("left", "left_pipeline")
        read = {raw.header[index] for index in left_at}
        return replace(
            part,
            tables={"stages": entries.lazy()},
            begun=begun,
            notes=(*part.notes, *repeated(fields.found)),
            taken=(*part.taken, Taken("stages.stage", left_at, rules.BEGUN, follows=True)),
            unknown=tuple(name for name in part.unknown if name not in read),
        )


def in_order(entries: pl.DataFrame) -> pl.DataFrame:
    """`entries` of a log, those of a deal at one time told apart by microseconds where the newest stand first."""
    at = entries["entered_at"]
    if entries.height < 2 or at[0] <= at[-1]:
        return entries
    same = ["deal_id", "entered_at"]
    placed = entries.with_row_index("place")
    first = placed.with_columns(pl.col("place").min().over([*same, "stage"]))
    after = pl.col("place").rank("dense", descending=True).over(same) - 1
    return first.with_columns(entered_at=pl.col("entered_at") + pl.duration(microseconds=after)).drop("place")


def _text(fields: Fields, name: str) -> pl.Expr:
    return fields.words(name) if name in fields else pl.lit(None, dtype=pl.String)


def _is_still(fields: Fields) -> pl.Expr:
    same = folded(fields.words("left")) == folded(fields.words("stage"))
    if "left_pipeline" not in fields or "pipeline" not in fields:
        return same
    return same & folded(fields.words("left_pipeline")).eq_missing(folded(fields.words("pipeline")))


def _begun(changes: pl.DataFrame) -> pl.DataFrame:
    first = changes.sort("entered_at", maintain_order=True).unique("deal_id", keep="first", maintain_order=True)
    pipeline = pl.coalesce("left_pipeline", "pipeline")
    told = first.select("deal_id", stage="left", pipeline=pipeline, until="entered_at")
    return told.drop_nulls("stage").cast(BEGUN)


STAGE_CHANGES = StageChanges()
