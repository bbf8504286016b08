"""Whatever comes in, every row is in exactly one bucket (metrics.md, section 4)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st
from readings import day, reading

from funnelbook.model.assemble import assemble
from funnelbook.project import PipelineConfig, Project, Site, StageConfig

PROJECT = Project(
    Path(),
    site=Site(currency="EUR", as_of=day(8)),
    pipelines=(PipelineConfig("Main", (StageConfig("A"), StageConfig("B")), won=("W",), lost=("L",)),),
)
ids = st.sampled_from(["1", "2", "3", "03", "x"])
days = st.integers(1, 10).map(day)
stages = st.sampled_from(["A", "b ", "W", "L", "Z"])
pipelines = st.sampled_from([None, "main", "Other"])
deals = st.fixed_dictionaries(
    {
        "deal_id": ids,
        "created_at": days,
        "stage": stages | st.none(),
        "status": st.sampled_from([None, "open", "won", "lost"]),
        "closed_at": days | st.none(),
        "pipeline": pipelines,
        "snapshot": st.sampled_from([None, day(3), day(6)]),
        "value": st.sampled_from([None, -1.0, 0.0, 5.0]),
        "currency": st.sampled_from([None, "EUR", "USD"]),
        "loss_reason": st.sampled_from([None, "price"]),
    }
)
history = st.fixed_dictionaries({"deal_id": ids, "stage": stages, "entered_at": days, "pipeline": pipelines})
activities = st.fixed_dictionaries({"deal_id": ids, "at": days, "kind": st.sampled_from(["note", "call_out"])})


@settings(max_examples=40, deadline=None)
@given(st.lists(deals, max_size=8), st.lists(history, max_size=10), st.lists(activities, max_size=4))
def test_rows_add_up_and_facts_hold(deal_rows: list[Any], stage_rows: list[Any], activity_rows: list[Any]) -> None:
    dataset = assemble(reading(deals=deal_rows, stages=stage_rows, activities=activity_rows), PROJECT)
    totals = dataset.quality.filter(pl.col("problem") == "all")
    buckets = pl.sum_horizontal("accepted", "rejected", "duplicates", "ignored")
    assert totals.select((pl.col("rows") == buckets).all()).item()
    by_table = dict(totals.select("table", "accepted").iter_rows())
    assert by_table["deals"] == dataset.deals.height == dataset.deals["deal_id"].n_unique()
    assert by_table["activities"] == dataset.activities.height
    problems = dataset.quality.filter(pl.col("problem") != "all")
    for name in ("rejected", "duplicates", "ignored"):
        assert problems[name].sum() == totals[name].sum()

    closed = dataset.deals["closed_at"].is_not_null()
    assert (closed == (dataset.deals["status"] != "open")).all()
    lost = dataset.deals["status"] == "lost"
    assert (dataset.deals["cause"].is_not_null() == lost).all()
    assert (dataset.deals["party"].is_not_null() == lost).all()
    assert dataset.deals["deal"].to_list() == list(range(dataset.deals.height))
    recorded = set(dataset.entries["deal"].to_list())
    assert recorded == set(dataset.deals.filter(pl.col("basis") != "current")["deal"].to_list())
    assert all(moment <= dataset.as_of for moment in dataset.entries["at"].to_list())
    sizes = [pipeline.k for pipeline in dataset.pipelines]
    places = dataset.deals.select("pipeline", "position").drop_nulls()
    assert all(1 <= position <= sizes[pipeline] for pipeline, position in places.iter_rows())
