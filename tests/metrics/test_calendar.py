"""Months are the site's local ones, whole, and add up to years: leap days, ends of years, changes of the clock."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from datasets_by_hand import dataset
from test_ways import LINE

from funnelbook.metrics import compute
from funnelbook.project import Project, Site

FIRST = datetime(2023, 12, 28, 0, 30, tzinfo=UTC)
#: A moment every seven hours over a leap year and both of its ends.
MOMENTS = [FIRST + timedelta(hours=7 * number) for number in range(1_300)]


@pytest.mark.parametrize("zone", ["Europe/Moscow", "America/New_York", "Pacific/Auckland", "UTC"])
def test_every_deal_counts_in_its_local_month_and_months_add_up_to_years(zone: str) -> None:
    project = Project(root=Path(), site=Site(timezone=ZoneInfo(zone)))
    deals = [
        {"pipeline": 0, "basis": "current", "created_at": at, "closed_at": at, "status": "won", "value": 1.0}
        for at in MOMENTS
    ]
    results = compute(dataset([LINE], MOMENTS[-1] + timedelta(days=40), deals), project)
    told = {
        row["month"]: row["created"]
        for row in results["monthly"].rows
        if row["dimension"] == "all" and row["created"]
    }
    by_hand = Counter(at.astimezone(ZoneInfo(zone)).strftime("%Y-%m") for at in MOMENTS)
    assert told == by_hand
    assert sum(told.values()) == len(MOMENTS)
    years = Counter(at.astimezone(ZoneInfo(zone)).year for at in MOMENTS)
    assert years == {year: sum(n for month, n in told.items() if month.startswith(str(year))) for year in years}
    leap_days = sum(at.astimezone(ZoneInfo(zone)).strftime("%m-%d") == "02-29" for at in MOMENTS)
    assert told["2024-02"] > leap_days > 0
