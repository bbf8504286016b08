"""Successive exports of one CRM, compared deal by deal: what an export cannot tell, two of them can."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from funnelbook.model.names import folded
from funnelbook.model.pipeline import LOST_CODE, WON_CODE, Pipeline, fold

_KEYS = ("pipeline_key", "stage_key")
_NO_PIPELINE = "—"


def entries_from_sightings(deals: pl.LazyFrame, pipelines: Sequence[Pipeline] = ()) -> pl.LazyFrame:
    """The stage history that successive exports tell (metrics.md, section 2.2).

    deals: `model.tables.Deals`, one row a sighting; only rows with a `snapshot` take part. Of several rows
    of a deal in one export the last by (file, row) stands.
    pipelines: tell the first stages and the closings; without them `status` alone tells a closing.

    Returns deal_id, pipeline, stage, entered_at, earliest (the entry lies after it and not after entered_at;
    both are alike where the moment is known), file, row (of the sighting), sorted by deal and time, for
    deals that stood in at least two exports, and in one of them in an open stage. Others have no history.

    - A changed stage or pipeline is an entry at the later export's as_of.
    - The first sighting is an entry at its export's as_of; in the pipeline's first stage, at created_at.
    - A closing is an entry at closed_at if that lies between the two exports: deals are closed by closed_at,
      and an entry after it would read as a reopening.
    """
    sightings = _with_codes(_sightings(deals), pipelines)
    before = pl.col("deal_id", "snapshot", *_KEYS).shift(1).name.suffix("_before")
    followed = sightings.with_columns(before).with_columns(
        first=pl.col("deal_id").ne_missing(pl.col("deal_id_before")),
        changed=pl.any_horizontal(pl.col(key).ne_missing(pl.col(f"{key}_before")) for key in _KEYS),
    )
    return (
        followed.filter(pl.col("first") | pl.col("changed"))
        .with_columns(entered_at=_entered_at())
        .with_columns(earliest=_earliest())
        .select("deal_id", "pipeline", "stage", "entered_at", "earliest", "file", "row")
    )


def _sightings(deals: pl.LazyFrame) -> pl.LazyFrame:
    """One row a deal and export, oldest first, of the deals that stood in at least two."""
    single = (
        deals.filter(pl.col("snapshot").is_not_null())
        .sort("deal_id", "snapshot", "file", "row")
        .unique(["deal_id", "snapshot"], keep="last", maintain_order=True)
    )
    here = pl.col("deal_id")
    neighbours = here.eq_missing(here.shift(1)) | here.eq_missing(here.shift(-1))
    return single.filter(neighbours).filter(pl.col("stage").is_not_null())


def _with_codes(sightings: pl.LazyFrame, pipelines: Sequence[Pipeline]) -> pl.LazyFrame:
    """With `code` (see `Pipeline.codes`) and `closing`, of the deals that an export saw in an open stage."""
    only = pipelines[0].name if len(pipelines) == 1 else _NO_PIPELINE
    codes = pl.LazyFrame(
        [(fold(each.name), stage, code) for each in pipelines for stage, code in each.codes().items()],
        schema={"pipeline_key": pl.String, "stage_key": pl.String, "code": pl.UInt8},
        orient="row",
    )
    return (
        sightings.with_columns(
            pipeline_key=_folded(pl.col("pipeline").fill_null(only)), stage_key=_folded(pl.col("stage"))
        )
        .join(codes, on=_KEYS, how="left", maintain_order="left")
        .with_columns(
            closing=pl.col("status").is_in(["won", "lost"]).fill_null(value=False)
            | pl.col("code").is_in([WON_CODE, LOST_CODE]).fill_null(value=False)
        )
        .filter((~pl.col("closing")).any().over("deal_id"))
    )


def _folded(name: pl.Expr) -> pl.Expr:
    return name.map_batches(folded, return_dtype=pl.String, is_elementwise=True)


def _entered_at() -> pl.Expr:
    since = pl.when("first").then("created_at").otherwise("snapshot_before")
    told = pl.col("closing") & pl.col("closed_at").is_between(since, "snapshot").fill_null(value=False)
    begun = pl.col("first") & (pl.col("code") == 1).fill_null(value=False)
    return pl.when(told).then("closed_at").when(begun).then("created_at").otherwise("snapshot")


def _earliest() -> pl.Expr:
    """The export before; of a deal that none had, its creation."""
    since = pl.when("first").then("created_at").otherwise("snapshot_before")
    between = pl.col("entered_at") == pl.col("snapshot")
    return pl.when(between).then(pl.min_horizontal(since, "entered_at")).otherwise("entered_at")
