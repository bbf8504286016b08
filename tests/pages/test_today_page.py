"""The page of the head of sales: what to do first, by whom, and what is said when there is nothing or no table."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType

import books
import pytest
from made_pages import COURSE, STAGES, sound_section, text
from msgspec.structs import replace
from test_pages import HOSTILE

from funnelbook.pages import Book, Page
from funnelbook.pages.today import answer as section

Rows = list[dict[str, object]]
TODAY = datetime(2024, 2, 10, 9, tzinfo=UTC)


def drift(owner: str, deals: int, value: float | None, oldest: float, stage: str = STAGES[0]) -> dict[str, object]:
    return {
        "pipeline": "main",
        "stage": stage,
        "owner": owner,
        "deals": deals,
        "value": value,
        "oldest_days": oldest,
    }


def waiting(owner: str, deals: int, overdue: int, moved: int = 0, basis: str = "activities") -> dict[str, object]:
    return {
        "owner": owner,
        "deals": deals,
        "oldest_hours": 30.0,
        "overdue": overdue,
        "moved": moved,
        "basis": basis,
    }


def load(owner: str, needed: float | None, held: float) -> dict[str, object]:
    share = None if needed is None else needed / 10
    hours = {"hours_needed": needed, "hours_available": 10.0, "utilisation": share, "open_average": held}
    return {"month": "2024-02", "owner": owner, **hours, "closed": 1, "implied_cycle_days": 3.0}


def plan(owner: str, planned: float | None, sold: int, forecast: float) -> dict[str, object]:
    money = None if planned is None else planned * 1000
    row: dict[str, object] = {"month": "2024-02", "pipeline": "all", "owner": owner}
    row |= {"plan_sales": planned, "plan_revenue": money, "sales": sold, "revenue": sold * 1000.0}
    for name, size in (("forecast_sales", 1.0), ("forecast", 1000.0)):
        row |= {name: forecast * size, f"{name}_low": sold * size, f"{name}_high": (forecast + 2) * size}
    return row


def leads(owner: str, still_open: int, planned: int) -> Rows:
    """The member's row and its part of all."""
    row = {"month": "2024-01", "leads": 9, "open": still_open, "with_next_step": planned}
    return [row | {"dimension": "owner", "member": owner}, row | {"dimension": "all", "member": "all"}]


def unworthy(owner: str, deals: int, value: float) -> dict[str, object]:
    row = {"pipeline": "main", "stage": STAGES[1], "owner": owner}
    return row | {"deals": deals, "value": value, "least_value": 600.0}


FULL: dict[str, Rows] = {
    "drift": [drift("Anna", 3, 9000.0, 40.0), drift("Boris", 2, None, 90.5, STAGES[1]), drift("—", 1, 500.0, 20)],
    "unanswered": [waiting("Anna", 2, 1, moved=1), waiting("—", 1, 1)],
    "capacity": [load("Anna", 12.0, 9.0), load("Boris", 5.0, 8.0), load("Clara", 3.0, 20.0), load("—", 0.0, 99.0)],
    "plan": [plan("all", 20.0, 3, 12.5), plan("Anna", 12.0, 2, 13.0), plan("Boris", 8.0, 1, 2.0)],
    "unworthy": [unworthy("Boris", 2, 700.0)],
    "leads": [*leads("Anna", 8, 6), *leads("Boris", 3, 3), *leads("—", 1, 0)],
}
ANCHORS = {"drifting", "unanswered", "overfull", "plan-gap", "unworthy", "next-steps"}


def book(root: Path, tables: dict[str, Rows], absent: dict[str, str] | None = None, **site: object) -> Book:
    pipe = books.pipeline("main", STAGES)
    everything = {**books.months("2024-01", COURSE[:2], pipe), **tables}
    results = books.results_of([pipe], everything, TODAY)
    missing = {"urgent": "ids-private", **(absent or {})} if "urgent" not in tables else {}
    return books.book(replace(results, absent=MappingProxyType(missing)), root, **site)


def today(root: Path, tables: dict[str, Rows], **more: object) -> Page:
    return sound_section(book(root, tables, **more), section.pages)["today.html"]  # type: ignore[arg-type]


def todo(page: Page) -> list[str]:
    """The anchors of what there is to do, in their order."""
    if 'class="todo"' not in page.html:
        return []
    return re.findall(r'<li><a href="#([^"]+)"', page.html.split('<ol class="todo">')[1].split("</ol>")[0])


def test_the_dearest_comes_first_with_counts_and_money(tmp_path: Path) -> None:
    page = today(tmp_path, FULL)
    assert todo(page) == ["drifting", "plan-gap", "unworthy", "unanswered", "overfull", "next-steps"]
    told = text(page)
    assert "As of 10 February 2024, 09:00: 6 things to do." in told
    assert "6 deals for €9,500; the longest untouched for 90 days." in told
    assert "3 leads wait for a first answer, 2 longer than 15 min; the longest for 30 h." in told
    assert "The forecast is €7,500 and 7.5 sales short of the plan; the open deals will bring it to €12,500" in told
    assert "2 deals for €700: on average each will cost more than it brings." in told
    assert "3 of 12 open deals have no next step." in told


def test_each_section_has_a_table_by_seller_with_nobody_last(tmp_path: Path) -> None:
    page = today(tmp_path, FULL)
    assert page.anchors >= ANCHORS
    told = text(page)
    assert "Anna 3 €9,000 40 days Boris 2 — 90 days No owner 1 €500 20 days" in told
    assert "Anna 2 1 30 h No owner 1 1 30 h" in told
    assert "All together 20 3 12.5 3–14.5 7.5 Anna 12 2 13 2–15 — Boris 8 1 2 1–4 6" in told
    assert "Anna 8 2 25% Boris 3 0 — No owner 1 1 —" in told
    assert "Boris Offer sent 2 €700 €600" in told


def test_drift_without_any_trace_of_touches_is_said_to_be_since_the_creation(tmp_path: Path) -> None:
    told = "a deal counts as untouched since it was created"
    assert told not in text(today(tmp_path, FULL, absent={"response_by_hour": "no-activities"}))
    pipe = books.pipeline("main", STAGES)
    ways = books.months("2024-01", COURSE[:2], pipe)["ways"]
    blind = [{**row, "basis_history": 0, "basis_current": row["deals"]} for row in ways]
    assert told not in text(today(tmp_path, {**FULL, "ways": blind}))
    assert told in text(today(tmp_path, {**FULL, "ways": blind}, absent={"response_by_hour": "no-activities"}))


def test_over_full_are_those_without_hours_left_or_with_far_more_deals(tmp_path: Path) -> None:
    told = text(today(tmp_path, FULL))
    assert "Anna and Clara: hand new leads to the others" in told
    assert "The median seller holds 9 open deals." in told
    assert "Clara 3 10 30% 20 far more deals than the others" in told
    few = {**FULL, "capacity": FULL["capacity"][1:3]}
    assert "overfull" not in todo(today(tmp_path, few))


def test_answers_that_were_probably_not_recorded_are_said_to_be(tmp_path: Path) -> None:
    assert "1 of them has left the first stage all the same" in text(today(tmp_path, FULL))
    by_stage = {**FULL, "unanswered": [waiting("Anna", 2, 1, basis="entries")]}
    assert "a move to a later stage counts as the answer" in text(today(tmp_path, by_stage))


def test_a_month_that_makes_its_plan_lacks_nothing(tmp_path: Path) -> None:
    made = {**FULL, "plan": [plan("all", 10.0, 9, 12.0)]}
    assert "plan-gap" not in todo(today(tmp_path, made))


def test_nothing_to_do_is_said_of_each(tmp_path: Path) -> None:
    calm = {"leads": leads("Anna", 4, 4)}
    page = today(tmp_path, calm)
    assert todo(page) == []
    told = text(page)
    for said in (
        "nothing to do.",
        "No deal drifts",
        "Every open lead has had an answer.",
        "No open deal is known to cost more than it brings.",
        "Every open deal has a next step.",
    ):
        assert said in told


def test_tables_that_could_not_be_made_say_what_is_missing(tmp_path: Path) -> None:
    absent = {"unanswered": "no-activities", "capacity": "no-team", "plan": "no-plan", "unworthy": "no-costs"}
    page = today(tmp_path, {"leads": leads("Anna", 4, 0)}, absent=absent)
    assert page.anchors >= ANCHORS
    told = text(page)
    for said in ("no calls, letters", "There is no team", "There is no plan", "what a stage costs", "next_task_at"):
        assert said in told


def test_deals_without_any_price_drift_without_money(tmp_path: Path) -> None:
    told = text(today(tmp_path, {"drift": [drift("Anna", 2, None, 30.0)]}))
    assert "2 deals; the longest untouched for 30 days." in told


def urgent(name: str, deal: str) -> dict[str, object]:
    facts = {"pipeline": "main", "stage": STAGES[0], "owner": "Anna", "value": 500.0, "days": 12.0}
    return {"list": name, "deal_id": deal, **facts}


def test_ids_of_deals_are_shown_only_where_they_are_published(tmp_path: Path) -> None:
    private = text(today(tmp_path, FULL))
    assert "The ids of deals are not published: set publish_deal_ids = true" in private
    lists = ("drifting", "unanswered", "unworthy", "no_next_step")
    published = {**FULL, "urgent": [urgent(name, f"31-{name}") for name in lists]}
    told = text(today(tmp_path, published))
    assert all(f"31-{name}" in told for name in lists)
    assert "not published" not in told


def test_a_long_list_of_deals_is_cut_and_says_so(tmp_path: Path) -> None:
    many = {**FULL, "urgent": [urgent("drifting", f"31{number}") for number in range(60)]}
    told = text(today(tmp_path, many))
    assert "The first 50 of 60 deals" in told
    assert "3149" in told
    assert "3150" not in told


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_seller_is_text_and_nothing_else(name: str, tmp_path: Path) -> None:
    tables = {
        "drift": [drift(name, 1, 1.0, 20.0)],
        "unanswered": [waiting(name, 1, 1)],
        "capacity": [load(name, 99.0, 9.0)],
        "unworthy": [unworthy(name, 1, 5.0)],
        "urgent": [urgent("drifting", name)],
    }
    today(tmp_path, tables)


def test_it_speaks_russian(tmp_path: Path) -> None:
    told = text(today(tmp_path, FULL, languages=("ru",)))
    assert "Что РОПу сделать сегодня?" in told
    assert "6 сделок на 9 500 €; самая давняя лежит 90 дней. Сегодня по каждой — шаг или отказ." in told.replace(
        "\xa0", " "
    )
    assert "3 лида ждут первого ответа" in told.replace("\xa0", " ")
