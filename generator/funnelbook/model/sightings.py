"""Successive exports of one CRM, compared deal by deal: what an export cannot tell, two of them can."""

from __future__ import annotations

import polars as pl

from funnelbook.model.meanings import Meanings
from funnelbook.model.pipeline import FIRST_CLOSING
from funnelbook.model.tables import STATUSES

_MOMENT = pl.Datetime("us", "UTC")
_WAY = ("pipeline", "stage", "status")
_PRICE = ("value", "list_price", "currency")
#: What is remembered of each deal: the last sighting (`file`, names by number, prices), the last one with a stage
#: (`way_…`), whether there were several (`again`), and whether one was in an open stage.
NOTHING_SEEN = pl.DataFrame(
    schema={
        "deal": pl.Int64,
        "file": pl.UInt16,
        "pipeline": pl.UInt32,
        "stage": pl.UInt32,
        "status": pl.Enum(STATUSES),
        "value": pl.Float64,
        "list_price": pl.Float64,
        "currency": pl.UInt32,
        "owner": pl.UInt32,
        "way_pipeline": pl.UInt32,
        "way_stage": pl.UInt32,
        "way_at": _MOMENT,
        "again": pl.Boolean,
        "seen_open": pl.Boolean,
    }
)
#: A deal that came into a stage, names by number.
MOVES = pl.Schema(
    {
        "deal": pl.Int64(),
        "pipeline": pl.UInt32(),
        "stage": pl.UInt32(),
        "entered_at": _MOMENT,
        "earliest": _MOMENT,
        "file": pl.UInt16(),
        "row": pl.UInt32(),
    }
)


def seen(rows: pl.DataFrame, deal: pl.Series, meanings: Meanings) -> pl.DataFrame:
    """What an export shows of its deals, one row a deal: as `NOTHING_SEEN`, and what `moves` looks at."""
    told = rows.select(
        "file", "row", "status", "value", "list_price", "created_at", "closed_at", taken="snapshot"
    ).with_columns(*meanings.of(rows), deal.alias("deal"))
    closed_now = pl.col("status").is_in(["won", "lost"]).fill_null(value=False)
    return told.with_columns(
        closing=closed_now | (pl.col("code") >= FIRST_CLOSING).fill_null(value=False)
    ).with_columns(seen_open=pl.col("stage").is_not_null() & ~pl.col("closing"))


def compared(both: pl.DataFrame) -> tuple[int, int, int, int]:
    """How many deals are new, and of the others how many moved, got another price, and another owner.

    both: `seen` beside what is remembered of the same deals as `…_before`; its `place` is null = nothing is.
    """
    known = pl.col("place").is_not_null()
    counts = both.select(
        new=(~known).sum(),
        moved=(known & _differ(_WAY)).sum(),
        repriced=(known & _differ(_PRICE)).sum(),
        reassigned=(known & _differ(("owner",))).sum(),
    )
    new, moved, repriced, reassigned = counts.row(0)
    return new, moved, repriced, reassigned


def _differ(names: tuple[str, ...]) -> pl.Expr:
    return pl.any_horizontal(pl.col(name).ne_missing(pl.col(f"{name}_before")) for name in names)


def moves(both: pl.DataFrame) -> pl.DataFrame:
    """The entries that an export tells (metrics.md, section 2.2), as `MOVES`; `both` as in `compared`.

    entered_at, earliest: the entry lies after earliest and not after entered_at; both are alike where the moment
    is known. file, row: of the sighting.

    - A changed stage or pipeline is an entry at the later export's as_of.
    - The first sighting is an entry at its export's as_of; in the pipeline's first stage, at created_at.
    - A closing is an entry at closed_at if that lies between the two exports: deals are closed by closed_at,
      and an entry after it would read as a reopening.
    """
    way = ("pipeline", "stage")
    changed = pl.any_horizontal(pl.col(name).ne_missing(pl.col(f"way_{name}")) for name in way)
    first = pl.col("way_at").is_null()
    since = pl.coalesce("way_at", "created_at")
    told = pl.col("closing") & pl.col("closed_at").is_between(since, "taken").fill_null(value=False)
    begun = first & (pl.col("code") == 1).fill_null(value=False)
    entered = pl.when(told).then("closed_at").when(begun).then("created_at").otherwise("taken")
    earliest = pl.when(entered == pl.col("taken")).then(pl.min_horizontal(since, entered)).otherwise(entered)
    rows = both.filter(pl.col("stage").is_not_null() & (first | changed))
    return rows.select(
        "deal", pipeline="pipeline_name", stage="stage_name", entered_at=entered, earliest=earliest, file="file",
        row="row",
    )  # fmt: skip


def remembered(both: pl.DataFrame) -> pl.DataFrame:
    """What is known of the deals from now on, as `NOTHING_SEEN`; `both` as in `compared`."""
    staged = pl.col("stage").is_not_null()
    way = {"way_pipeline": "pipeline", "way_stage": "stage", "way_at": "taken"}
    return (
        both.with_columns(pl.when(staged).then(now).otherwise(name).alias(name) for name, now in way.items())
        .with_columns(
            again=pl.col("place").is_not_null(),
            seen_open=pl.col("seen_open") | pl.col("seen_open_before").fill_null(value=False),
        )
        .select(NOTHING_SEEN.columns)
    )
