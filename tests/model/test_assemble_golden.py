"""The golden example's inputs become the facts that its README tells."""

from __future__ import annotations

import csv
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import polars as pl
import pytest
from readings import reading

from funnelbook.model.assemble import assemble
from funnelbook.model.dataset import Dataset
from funnelbook.model.pipeline import LOST_CODE, WON_CODE
from funnelbook.project import load

GOLDEN = Path(__file__).parents[3] / "shared" / "golden"
MOSCOW = ZoneInfo("Europe/Moscow")
pytestmark = pytest.mark.skipif(not GOLDEN.is_dir(), reason="the golden example lies beside the repository")


def rows(name: str) -> list[dict[str, object]]:
    with (GOLDEN / f"{name}.csv").open(encoding="utf-8") as file:
        return [{key: value(key, text) for key, text in row.items() if text} for row in csv.DictReader(file)]


def value(key: str, text: str) -> object:
    if key in {"created_at", "closed_at", "entered_at", "at", "next_task_at"}:
        return datetime.fromisoformat(text)
    if key in {"value", "list_price", "minutes", "amount", "sales", "revenue", "hours_per_week"}:
        return float(text)
    return datetime.fromisoformat(text).date() if key in {"from", "to"} else text


@pytest.fixture(scope="module")
def golden() -> Dataset:
    names = ("deals", "stages", "activities", "spend", "plan", "team")
    return assemble(reading(**{name: rows(name) for name in names}), load(GOLDEN))


def of(golden: Dataset, deal_id: str) -> dict[str, object]:
    return golden.deals.row(by_predicate=pl.col("deal_id") == deal_id, named=True)


def test_every_row_is_accepted(golden: Dataset) -> None:
    totals = golden.quality.filter(golden.quality["problem"] == "all")
    assert dict(zip(totals["table"], totals["accepted"], strict=True)) == {
        "deals": 14, "stages": 37, "activities": 13, "spend": 2, "plan": 3, "team": 2,
    }  # fmt: skip
    assert golden.refused.is_empty()
    assert golden.as_of == datetime(2024, 4, 15, 12, tzinfo=MOSCOW)


def test_histories_are_the_ways_the_readme_tells(golden: Dataset) -> None:
    ways = {
        deal_id: golden.entries.filter(golden.entries["deal"] == number)["code"].to_list()
        for number, deal_id in golden.deals.select("deal", "deal_id").iter_rows()
    }
    assert ways["D01"] == [1, 2, 3, 4]
    assert ways["D04"] == [1, 3, 4]
    assert ways["D05"] == [1, 2, 3, 2, 3]
    assert ways["D07"] == [1, 2, LOST_CODE, 2, 3, 4, WON_CODE]
    assert ways["D09"] == []
    assert ways["D12"] == [2]


def test_facts_of_single_deals(golden: Dataset) -> None:
    assert of(golden, "D01")["role"] == "seller"
    assert (of(golden, "D02")["cause"], of(golden, "D02")["party"]) == ("price_value", "declined")
    assert (of(golden, "D06")["cause"], of(golden, "D06")["party"]) == ("none", "drifted")
    assert of(golden, "D06")["source"] is None
    assert of(golden, "D09")["basis"] == "current"
    assert of(golden, "D09")["owner"] is None
    assert of(golden, "D09")["role"] is None
    assert of(golden, "D11")["contact"] == of(golden, "D02")["contact"]
    assert of(golden, "D12")["value"] is None
    assert of(golden, "D13")["closed_at"] is None
    assert of(golden, "D13")["position"] == 1
    assert of(golden, "D01")["position"] is None
