"""Real and real-looking exports, read by the mappings under tests/cases, against a count by the csv module."""

from __future__ import annotations

import csv
import shutil
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from funnelbook.model.reading import Reading
from funnelbook.project import load
from funnelbook.sources import read

_CASES = Path(__file__).parents[1] / "cases"
_DATA = Path(__file__).parents[2] / "../shared/data"

pytestmark = [
    pytest.mark.real,
    pytest.mark.skipif(not _DATA.is_dir(), reason="the real exports are kept outside the repository"),
]


def reading(case: str, folder: str, tmp_path: Path) -> tuple[Reading, pl.DataFrame]:
    shutil.copytree(_CASES / case / "project", tmp_path, dirs_exist_ok=True)
    exports = tmp_path / "content" / "exports"
    exports.mkdir(parents=True)
    for path in (_DATA / folder).glob("*.csv"):
        shutil.copyfile(path, exports / path.name)
    found = read(load(tmp_path))
    return found, found.tables["deals"].collect()


def naive(folder: str, name: str) -> list[dict[str, str]]:
    with (_DATA / folder / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def counts(frame: pl.DataFrame, *columns: str) -> Counter[Any]:
    return Counter(frame.select(columns).rows() if len(columns) > 1 else frame[columns[0]].to_list())


def test_ringostat(tmp_path: Path) -> None:
    found, deals = reading("ringostat", "ringostat_deals", tmp_path)
    rows = naive("ringostat_deals", "deals.csv")
    assert (found.files[0].rows, deals.height, found.refused.height) == (895, 895, 0)
    status = {"Closed Won": "won", "Closed Lost": "lost"}
    assert counts(deals, "source", "status") == Counter(
        (row["Source"], status.get(row["Stage"], "open")) for row in rows
    )
    assert counts(deals, "source", "status")["Partner", "won"] == 89
    assert counts(deals, "status") == {"won": 216, "lost": 431, "open": 248}
    month = pl.col("created_at").dt.convert_time_zone("Europe/Kyiv").dt.strftime("%b %Y").alias("month")
    dates = Counter(f"{row['AQL date'][:3]} {row['AQL date'][-4:]}" for row in rows)
    assert counts(deals.select(month), "month") == dates
    assert deals["deal_id"].n_unique() == 895
    assert deals.filter(pl.col("status") == "open", pl.col("closed_at").is_not_null()).height == 11


def test_zoho(tmp_path: Path) -> None:
    found, deals = reading("zoho", "zoho_crm_demo", tmp_path)
    rows, leads = naive("zoho_crm_demo", "Potentials.csv"), naive("zoho_crm_demo", "Leads_no_contacts.csv")
    assert {file.label: file.rows for file in found.files} == {
        "mapped spend 1": 110, "joined 1": 3900, "mapped deals 1": 3632,
    }  # fmt: skip
    assert found.refused.height == 0
    assert counts(deals, "status") == {"won": 1425, "lost": 485, "open": 1722}
    source = {lead["LEADID"]: lead["Lead Source"] for lead in leads}
    assert counts(deals, "owner", "source") == Counter(
        (row["Potential Owner"], source[row["LEADID"]]) for row in rows
    )
    won = counts(deals.filter(pl.col("status") == "won"), "owner")
    assert (won["Augustine Paul"], counts(deals.filter(pl.col("status") == "lost"), "owner")["Augustine Paul"]) == (
        137,
        46,
    )
    assert deals["value"].sum() == pytest.approx(
        sum(float(row["Amount"].strip("$").replace(",", "")) for row in rows)
    )
    moments = sorted(
        datetime.strptime(row["Created Time"], "%d %b, %Y %H:%M:%S").replace(tzinfo=UTC) for row in rows
    )
    assert deals["created_at"].sort().to_list() == moments
    campaigns = naive("zoho_crm_demo", "Campaigns.csv")
    spent = sum(float(row["Actual Cost"].strip("$K").replace(",", "")) * 1000 for row in campaigns)
    spend = found.tables["spend"].collect()
    assert spend["amount"].sum() == pytest.approx(spent)
    assert counts(spend, "month") == Counter(row["Start Date"][:7] for row in campaigns)


def test_skygeni(tmp_path: Path) -> None:
    _, deals = reading("skygeni", "skygeni_deals", tmp_path)
    quarter = pl.concat_str(pl.col("created_at").dt.year(), pl.lit("Q"), pl.col("created_at").dt.quarter()).alias(
        "quarter"
    )
    rates = (
        deals.group_by(quarter).agg(pl.len(), (pl.col("status") == "won").mean().round(6)).sort("quarter").rows()
    )
    assert rates == [
        ("2023Q1", 1006, 0.437376), ("2023Q2", 1014, 0.442801), ("2023Q3", 1006, 0.466203),
        ("2023Q4", 1013, 0.479763), ("2024Q1", 961, 0.436004),
    ]  # fmt: skip
    won = deals.filter(pl.col("status") == "won")
    assert (deals.height, won.height, won["value"].sum()) == (5000, 2263, 60_589_278)
    days = {
        row["deal_id"]: int(row["sales_cycle_days"]) for row in naive("skygeni_deals", "skygeni_sales_data.csv")
    }
    cycles = deals.select("deal_id", (pl.col("closed_at") - pl.col("created_at")).dt.total_days()).rows()
    assert dict(cycles) == days


def test_bitrix(tmp_path: Path) -> None:
    found, deals = reading("bitrix", "ru_bitrix_fixture", tmp_path)
    assert found.refused.select("row", "problem", "column").rows() == [(12, "bad-date", "created_at")]
    assert deals.height == 11
    assert counts(deals, "source")["Авито"] == 4
    assert deals.filter(pl.col("deal_id") == "D1008")["value"].to_list() == [68_000, 69_000]
    assert deals.filter(pl.col("deal_id") == "D1007")["value"].to_list() == [-12_000]
    assert deals["status"].null_count() == deals.height
    assert deals["created_at"][0].isoformat() == "2026-06-01T04:14:58+00:00"
