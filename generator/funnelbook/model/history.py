"""Rows of the stage history as entries of deals: metrics.md, section 1."""

from __future__ import annotations

from datetime import datetime

import polars as pl
from msgspec import Struct

from funnelbook.model.deals import in_file_order
from funnelbook.model.identities import Identities
from funnelbook.model.names import Names
from funnelbook.model.pipelines import Directory
from funnelbook.model.reading import Bucket

#: What may be wrong with a row, in the order of trial: the first is its problem.
PROBLEMS: tuple[tuple[str, Bucket, str], ...] = (
    ("after-as-of", "rejected", "entered_at"),
    ("unknown-deal", "rejected", "deal_id"),
    ("foreign-pipeline", "ignored", "pipeline"),
    ("unknown-stage", "rejected", "stage"),
    ("duplicate", "duplicate", ""),
)
_FINE = 0
_DUPLICATE = len(PROBLEMS)


class Context(Struct, frozen=True):
    """What a row is judged against. deal_of_key: null = not accepted; pipeline_of_deal: index in the directory."""

    as_of: datetime
    deal_of_key: pl.Series
    pipeline_of_deal: pl.Series
    directory: Directory
    pipeline_names: Names
    stage_names: Names


def collect_rows(stages: pl.LazyFrame, ids: Identities) -> pl.DataFrame:
    """`key`, `stage`, `pipeline` (Categorical), `at`, `file`, `row`, in file order."""
    names = pl.col("stage", "pipeline").cast(pl.Categorical)
    return in_file_order(ids.keyed(stages.select("deal_id", names, "file", "row", at="entered_at")))


def encode_rows(rows: pl.DataFrame, stages: Names, pipelines: Names) -> pl.DataFrame:
    """`stage` and `pipeline` as the numbers of their names."""
    return rows.with_columns(stages.encode(rows["stage"]), pipelines.encode(rows["pipeline"]))


def located(rows: pl.DataFrame, context: Context) -> pl.DataFrame:
    """Adds `deal`, its pipeline's index as `own`, and `foreign`: the row names another pipeline than the deal's.

    A row without a pipeline is one of the deal's own.
    """
    named = context.directory.indices(context.pipeline_names).gather(rows["pipeline"])
    deal = context.deal_of_key.gather(rows["key"])
    own = context.pipeline_of_deal.gather(deal)
    foreign = rows["pipeline"].is_not_null() & named.ne_missing(own)
    return rows.with_columns(deal.alias("deal"), own.alias("own"), foreign.alias("foreign"))


def judged(rows: pl.DataFrame, context: Context) -> pl.DataFrame:
    """`located` rows with `code` and `problem`: 0 = fine, n = the n-th of `PROBLEMS`."""
    code = context.directory.code_of(pl.col("own"), pl.col("stage"), context.stage_names, pl.col("at"))
    coded = rows.with_columns(code=code)
    tests = (pl.col("at") > context.as_of, pl.col("deal").is_null(), pl.col("foreign"), pl.col("code").is_null())
    problem = pl.lit(_FINE, pl.UInt8)
    for number, test in reversed(tuple(enumerate(tests, 1))):
        problem = pl.when(test).then(pl.lit(number, pl.UInt8)).otherwise(problem)
    coded = coded.with_columns(problem=problem)
    again = _repeated(coded)
    return (
        coded
        if again is None
        else coded.with_columns(
            problem=pl.when((pl.col("problem") == _FINE) & again)
            .then(pl.lit(_DUPLICATE, pl.UInt8))
            .otherwise("problem")
        )
    )


def _repeated(rows: pl.DataFrame) -> pl.Series | None:
    """Marks fine rows of the same deal, stage and time as an earlier one; None when there are none."""
    if _only_forward(rows):
        return None
    hashed = rows.select(
        pl.when(pl.col("problem") == _FINE).then(
            pl.col("deal").hash(1) ^ pl.col("at").to_physical().hash(2) ^ pl.col("code").hash(3)
        )
    ).to_series()
    fine = hashed.len() - hashed.null_count()
    if hashed.drop_nulls().n_unique() == fine:
        return None
    suspects = rows.select("deal", "at", "code", "problem").with_row_index("place")
    suspects = suspects.filter(pl.lit(hashed.is_duplicated()) & (pl.col("problem") == _FINE))
    again = suspects.filter(~pl.struct("deal", "at", "code").is_first_distinct())
    marks = pl.repeat(value=False, n=rows.height, eager=True)
    return marks.scatter(again["place"], pl.repeat(value=True, n=again.height, eager=True))


def _only_forward(rows: pl.DataFrame) -> bool:
    """Whether deals stand together and each goes on in time: the usual order, in which nothing repeats."""
    deal, at = pl.col("deal"), pl.col("at")
    later = (deal > deal.shift(1)) | ((deal == deal.shift(1)) & (at > at.shift(1)))
    return bool(rows.select(later.fill_null(value=False).slice(1).all()).item())


def entries(rows: pl.DataFrame) -> pl.DataFrame:
    """The fine ones of `judged` rows: `deal`, `at`, `code`, `file`."""
    return rows.filter(pl.col("problem") == _FINE).select("deal", "at", "code", "file")
