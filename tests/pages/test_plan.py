"""The plan's page: plan, fact and forecast in words, by pipeline and by seller."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType

import books
import pytest
from made_pages import COURSE, STAGES, sound, text
from msgspec.structs import replace

#: Eight months: the last one is under way.
AS_OF = datetime(2024, 8, 28, 12, tzinfo=UTC)


def row(
    month: str, planned: float | None, sold: int | None, owner: str = "all", **more: object
) -> dict[str, object]:
    empty = dict.fromkeys(
        ("forecast_sales", "forecast_sales_low", "forecast_sales_high", "forecast", "forecast_low", "forecast_high")
    )
    money = {"plan_revenue": None, "revenue": None if sold is None else 1000.0 * sold}
    return {
        "month": month, "pipeline": "all", "owner": owner, "plan_sales": planned, "sales": sold,
        **money, **empty, **more,
    }  # fmt: skip


def page(tmp_path: Path, rows: list[dict[str, object]]) -> str:
    pipe = books.pipeline("main", STAGES)
    tables = books.months("2024-01", COURSE, pipe) | {"plan": rows}
    return text(sound(books.book(books.results_of([pipe], tables, AS_OF), tmp_path))["plan.html"])


def forecast(low: float, high: float) -> dict[str, object]:
    return {"forecast_sales": 8.5, "forecast_sales_low": low, "forecast_sales_high": high}


def test_a_whole_month_is_a_share_of_its_plan(tmp_path: Path) -> None:
    made = page(tmp_path, [row("2024-06", 10, 12), row("2024-07", 10, 6)])
    assert "July 2024: 60% of the plan, 6 sales of 10 sales." in made
    assert "The plan was met in 1 of the last 2 whole months." in made


@pytest.mark.parametrize(
    ("low", "high", "verdict"),
    [
        (6.0, 9.9, "the plan is out of their reach"),
        (6.0, 10.0, "the plan is possible but not safe"),
        (10.0, 12.0, "the plan is safe"),
    ],
)
def test_the_month_under_way_is_weighed_against_its_forecast(
    low: float, high: float, verdict: str, tmp_path: Path
) -> None:
    made = page(tmp_path, [row("2024-07", 10, 6), row("2024-08", 10, 6, **forecast(low, high))])
    assert (
        f"6 sales of a plan of 10 sales; the open deals will bring it to 8.5 sales ({low:g}–{high:g}): {verdict}"
        in made
    )


def test_money_goes_before_sales_where_money_is_planned(tmp_path: Path) -> None:
    made = page(tmp_path, [row("2024-07", 10, 6, plan_revenue=5000.0)])
    assert "July 2024: 120% of the plan, €6,000 of €5,000." in made


def test_a_seller_without_a_plan_and_nobody_at_all_have_a_row(tmp_path: Path) -> None:
    made = page(tmp_path, [row("2024-07", 10, 6), row("2024-07", None, 4, "Anna"), row("2024-07", None, 2, "—")])
    assert "Anna — 4 sales —" in made
    assert "— — 2 sales —" in made


def test_a_plan_without_facts_has_nothing_to_tell_yet(tmp_path: Path) -> None:
    made = page(tmp_path, [row("2024-09", 10, None)])
    assert "No whole month has a plan yet." in made
    assert "The plan was met" not in made


def test_without_a_plan_the_page_says_what_to_add(tmp_path: Path) -> None:
    pipe = books.pipeline("main", STAGES)
    results = books.results_of([pipe], books.months("2024-01", COURSE, pipe), AS_OF)
    results = replace(results, absent=MappingProxyType({"plan": "no-plan"}))
    made = text(sound(books.book(results, tmp_path))["plan.html"])
    assert "There is no plan: add content/exports/plan.csv with month, pipeline, owner, sales and revenue." in made
