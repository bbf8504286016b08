"""Real and real-looking exports, read by the projects under tests/cases, against a count by the csv module."""

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
from funnelbook.publish.build import results_of
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
    """Read by its own names, without a mapping."""
    found, deals = reading("bitrix", "ru_bitrix_fixture", tmp_path)
    assert found.files[0].reader == "Bitrix24 deals"
    assert found.refused.select("row", "problem", "column").rows() == [(12, "bad-date", "created_at")]
    rows = [row for row in naive("ru_bitrix_fixture", "deals.csv") if row["created_at"].startswith("2026-")]
    assert len(rows) == 11
    columns = ("deal_id", "stage_id", "expected_amount", "currency", "manager_id", "source", "lost_reason")
    assert counts(deals, "deal_id", "stage", "value", "currency", "owner", "source", "loss_reason") == Counter(
        tuple(float(row[name]) if name == "expected_amount" else row[name] or None for name in columns)
        for row in rows
    )
    for ours, theirs in (("created_at", "created_at"), ("closed_at", "closed_at")):
        moments = [datetime.fromisoformat(row[theirs]) if row[theirs] else None for row in rows]
        assert deals[ours].to_list() == moments
    outcome = {"WON": "won", "LOST": "lost"}
    assert deals["status"].to_list() == [outcome.get(row["stage_id"]) for row in rows]
    persons = {row["contact_id"] for row in rows} - {""}
    assert deals["contact_id"].drop_nulls().n_unique() == len(persons)
    results = results_of(load(tmp_path))
    (quality,) = [row for row in results["quality"].rows if row["problem"] == "all"]
    buckets = ("rows", "accepted", "rejected", "duplicates", "ignored")
    # Rejected: a date written otherwise, a sale that nobody knows the day of; a deal stands there twice.
    assert tuple(quality[name] for name in buckets) == (12, 9, 2, 1, 0)
