"""The starter project's export, read as any account's: nothing is lost, and the story is there."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from funnelbook import metrics, sources
from funnelbook.model.assemble import assemble
from funnelbook.model.dataset import Dataset
from funnelbook.model.results import Results
from funnelbook.project import load
from funnelbook.sources import demo

ROOT = Path(__file__).parents[2]
OFFER = "Предложение отправлено"


@pytest.fixture(scope="module")
def simulation() -> demo.Simulation:
    return demo.simulate(1_400, 1)


@pytest.fixture(scope="module")
def dataset() -> Dataset:
    project = load(ROOT)
    return assemble(sources.read(project), project)


@pytest.fixture(scope="module")
def results(dataset: Dataset) -> Results:
    return metrics.compute(dataset, load(ROOT))


@pytest.fixture(scope="module")
def both(dataset: Dataset, simulation: demo.Simulation) -> pl.DataFrame:
    """A row a deal: what was read, and what was simulated (with the suffix `_true`)."""
    truth = simulation.deals.with_columns(pl.col("deal_id").cast(pl.String))
    return dataset.deals.join(truth, on="deal_id", suffix="_true", how="full", coalesce=True)


def test_every_deal_is_read_as_it_is(dataset: Dataset, both: pl.DataFrame) -> None:
    assert both.height == dataset.deals.height == 1_400
    for column in ("status", "owner", "source", "segment", "temperature", "created_at", "next_task_at"):
        read, true = both[column].cast(both[f"{column}_true"].dtype), both[f"{column}_true"]
        assert read.eq_missing(true).all(), column
    priced = pl.when(pl.col("value_true") > 0).then("value_true").cast(pl.Float64)
    assert both.select(pl.col("value").eq_missing(priced).all()).item()


def test_persons_are_told_apart_without_their_names(both: pl.DataFrame) -> None:
    known = both.select("contact", "contact_id").drop_nulls()
    assert known.height > 1_300
    assert known.unique().height == known["contact"].n_unique() == known["contact_id"].n_unique()


def test_only_the_rows_that_no_reader_can_take_are_refused(dataset: Dataset) -> None:
    found = dataset.refused.filter("primary").group_by("bucket", "problem").len()
    counts = {(bucket, problem): number for bucket, problem, number in found.iter_rows()}
    rejected = {problem: number for (bucket, problem), number in counts.items() if bucket == "rejected"}
    damaged = dict.fromkeys(("bad-date", "missing-value", "bad-amount", "after-as-of", "repeated-header"), 1)
    assert rejected == damaged | {"unknown-stage": 2}
    assert counts["duplicate", "duplicate"] > 10
    assert counts["ignored", "foreign-pipeline"] > 0


def test_every_loss_reason_has_a_cause(dataset: Dataset) -> None:
    causes = dataset.deals.filter(pl.col("status") == "lost")["cause"].cast(pl.String)
    assert "other" not in set(causes)
    assert causes.n_unique() == 9


def test_something_got_worse_and_something_better(results: Results) -> None:
    moves = results["entries"].frame.filter(pl.col("stage") == OFFER)
    decided = moves.select("month", share=pl.col("left_forward") / (pl.col("left_forward") + pl.col("left_lost")))
    shares = dict(decided.iter_rows())
    usual = [shares[f"2026-{month:02d}"] for month in range(1, 9)]
    assert max(shares["2026-09"], shares["2026-10"]) < min(usual)
    months = results["monthly"].frame.filter(dimension="all", pipeline="Новые клиенты")
    minutes = dict(months.select("month", "response_median_minutes").iter_rows())
    assert minutes["2026-10"] < 15 < 60 < min(minutes[f"2026-{month:02d}"] for month in range(1, 7))
