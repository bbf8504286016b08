"""Deals and their histories in the pipelines they belong to: metrics.md, section 1."""

from __future__ import annotations

from datetime import datetime

import polars as pl
from msgspec import Struct
from msgspec.structs import replace

from funnelbook.model import history
from funnelbook.model.closings import closing_times
from funnelbook.model.identities import KEY
from funnelbook.model.inference import infer_pipeline
from funnelbook.model.ledger import Ledger
from funnelbook.model.names import Names
from funnelbook.model.pipeline import Pipeline
from funnelbook.model.pipelines import Directory, check_sizes, open_stages
from funnelbook.model.rows import Rows

BASIS = pl.Enum(["history", "snapshots", "current"])


class Walked(Struct, frozen=True):
    """Accepted deals, row number = deal, with `basis` and `closed_at`; their entries; the deal of each key."""

    deals: pl.DataFrame
    entries: pl.DataFrame
    deal_of_key: pl.Series


def complete(known: Directory, rows: Rows, accepted: pl.DataFrame, as_of: datetime) -> Directory:
    """The declared pipelines, those told of that have deals, and one inferred for each other name a deal bears."""
    numbers = accepted["pipeline"].unique(maintain_order=True)
    known = known.without_unused(rows.pipelines, numbers)
    unknown = numbers.filter(known.indices(rows.pipelines).gather(numbers).is_null())
    names = [rows.pipelines.spelled[number] for number in unknown]
    placeholders = [Pipeline(name, open_stages(()), (), (), 1.0, "inferred") for name in names]
    check_sizes((*known.pipelines, *placeholders))
    if not placeholders:
        return known
    walks = _walks(rows, accepted, replace(known, pipelines=(*known.pipelines, *placeholders)), as_of)
    inferred = [
        _infer(name, number, accepted, walks, rows.stages) for name, number in zip(names, unknown, strict=True)
    ]
    check_sizes(inferred)
    return replace(known, pipelines=(*known.pipelines, *inferred))


def _walks(rows: Rows, accepted: pl.DataFrame, directory: Directory, as_of: datetime) -> pl.DataFrame:
    """`deal`, `at`, `stage` and `pipeline` (the deal's, as a number) of the rows that tell of an order."""
    context = _context(rows, accepted, directory, as_of)
    told = [history.located(each, context) for each in (rows.recorded, rows.derived)]
    kept = pl.concat(told).filter(pl.col("at") <= as_of, pl.col("deal").is_not_null(), ~pl.col("foreign"))
    return kept.select("deal", "at", "stage", accepted["pipeline"].gather(kept["deal"]).alias("pipeline"))


def _infer(name: str, number: int, accepted: pl.DataFrame, walks: pl.DataFrame, stages: Names) -> Pipeline:
    here = pl.col("pipeline") == number
    own = accepted.with_row_index("deal").filter(here).select("deal", "stage", "status")
    return infer_pipeline(name, own, walks.filter(here).drop("pipeline"), stages.spelled)


def _context(rows: Rows, accepted: pl.DataFrame, directory: Directory, as_of: datetime) -> history.Context:
    nothing = pl.Series([None], dtype=KEY).new_from_index(0, rows.ids.size)
    return history.Context(
        as_of=as_of,
        deal_of_key=nothing.scatter(accepted["key"], pl.int_range(accepted.height, dtype=KEY, eager=True)),
        pipeline_of_deal=directory.indices(rows.pipelines).gather(accepted["pipeline"]),
        directory=directory,
        pipeline_names=rows.pipelines,
        stage_names=rows.stages,
    )


def walk(rows: Rows, accepted: pl.DataFrame, directory: Directory, as_of: datetime, ledger: Ledger) -> Walked:
    """Deals with their entries and closing times. Successive exports speak only where no history does."""
    context = _context(rows, accepted, directory, as_of)
    recorded = _judge(rows.recorded, context, ledger)
    ledger.accept("stages", recorded["file"])
    has_history = _among(accepted.height, recorded["deal"])
    silent = rows.derived.filter(
        ~has_history.gather(context.deal_of_key.gather(rows.derived["key"])).fill_null(value=False)
    )
    derived = _judge(silent, context, ledger)
    entries = pl.concat([recorded, derived]).select("deal", "at", "code")
    has_moves = _among(accepted.height, derived["deal"])
    basis = pl.when(has_history).then(pl.lit("history", BASIS)).when(has_moves).then(pl.lit("snapshots", BASIS))
    walked = accepted.with_columns(
        closing_times(accepted, entries).alias("closed_at"),
        context.pipeline_of_deal.alias("pipeline"),
        basis=basis.otherwise(pl.lit("current", BASIS)),
    ).with_columns(code=directory.code_of(pl.col("pipeline"), pl.col("stage"), rows.stages, pl.col("snapshot")))
    return _without_undated(Walked(walked, entries, context.deal_of_key), ledger)


def _judge(rows: pl.DataFrame, context: history.Context, ledger: Ledger) -> pl.DataFrame:
    """The entries among the rows; the others go to the ledger."""
    judged = history.judged(history.located(rows, context), context)
    faulty = judged.select("file", "row", "problem").filter(pl.col("problem") > 0)
    for number, (problem, bucket, column) in enumerate(history.PROBLEMS, 1):
        ledger.refuse("stages", faulty.filter(pl.col("problem") == number), bucket, problem, column)
    return history.entries(judged)


def _among(size: int, deal: pl.Series) -> pl.Series:
    """Which of the deals 0..size-1 occur."""
    return pl.repeat(value=False, n=size, eager=True).scatter(deal, pl.repeat(value=True, n=deal.len(), eager=True))


def _without_undated(walked: Walked, ledger: Ledger) -> Walked:
    """Rejects won and lost deals that nothing tells the closing of; they have no entries, but others move up."""
    undated = walked.deals.select((pl.col("status") != "open") & pl.col("closed_at").is_null()).to_series()
    if not undated.any():
        return walked
    ledger.refuse("deals", walked.deals.filter(undated), "rejected", "no-closing-date", "closed_at")
    moved = pl.select(pl.when(~undated).then((~undated).cast(KEY).cum_sum() - 1)).to_series()
    return Walked(
        walked.deals.filter(~undated),
        walked.entries.with_columns(moved.gather(walked.entries["deal"]).alias("deal")),
        moved.gather(walked.deal_of_key),
    )
