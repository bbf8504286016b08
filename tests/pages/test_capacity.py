"""The page of capacity: leads needed, come and carried, in words; who is full; what is said of what is missing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType

import books
import pytest
from made_pages import COURSE, STAGES, sound, text
from msgspec.structs import replace

#: Eight months, the last one under way. 23, 20 and 18 leads came in the three whole ones before it: 20 a month.
AS_OF = datetime(2024, 8, 28, 12, tzinfo=UTC)
Rows = Sequence[Mapping[str, object]]

#: 50 of 200 leads bought: 25 %, between 19.5 % and 31.4 %.
WORK = [
    {"stage": "Request received", "position": 1, "pass": 0.5, "cases": 200, "reach": 1.0, "hours_per_lead": 0.5},
    {"stage": "Offer sent", "position": 2, "pass": 0.5, "cases": 100, "reach": 0.5, "hours_per_lead": 1.5},
]


def work(pipeline: str = "main", **more: object) -> Rows:
    return [
        {"pipeline": pipeline, "minutes": 60.0, "cost": 1.0, "cost_per_lead": 1.0, **row, **more} for row in WORK
    ]


def plan(sales: float | None, hours: float = 100.0, pipeline: str = "main") -> dict[str, object]:
    """Two hours a lead, and a quarter of the leads buys."""
    needed = None if sales is None else 4 * sales
    return {
        "month": "2024-08",
        "pipeline": pipeline,
        "hours_per_lead": 2.0,
        "hours_available": hours,
        "leads_capacity": hours / 2,
        "plan_sales": sales,
        "leads_needed": needed,
        "sellers_needed": None if needed is None else needed * 2 / (hours / 2),
        "bottleneck": "Offer sent",
    }


def staff(hours: float = 100.0) -> Rows:
    return [{"month": "2024-08", "sellers": 2, "hours_available": hours, "hours_of_seller": hours / 2}]


def planned(pipeline: str, sales: float) -> Rows:
    """A row of `plan` for the month under way."""
    nothing = ("sales", "revenue", "plan_revenue", "forecast_sales", "forecast_sales_low", "forecast_sales_high")
    empty = dict.fromkeys((*nothing, "forecast", "forecast_low", "forecast_high"))
    return [{"month": "2024-08", "pipeline": pipeline, "owner": "all", "plan_sales": sales, **empty}]


def person(owner: str, needed: float | None, available: float | None, **more: object) -> dict[str, object]:
    known = needed is not None and available
    return {
        "month": "2024-07",
        "owner": owner,
        "hours_needed": needed,
        "hours_available": available,
        "utilisation": needed / available if needed is not None and known and available else None,
        "open_average": 4.0,
        "closed": 8,
        "implied_cycle_days": 15.5,
        **more,
    }


def page(
    tmp_path: Path, tables: Mapping[str, Rows], names: Sequence[str] = ("main",), absent: Mapping[str, str] = {}
) -> str:
    pipes = [books.pipeline(name, STAGES) for name in names]
    made = books.merged(*(books.months("2024-01", COURSE, pipe) for pipe in pipes))
    results = books.results_of(pipes, {**made, **tables}, AS_OF)
    results = replace(results, absent=MappingProxyType(dict(absent)))
    return text(sound(books.book(results, tmp_path))["capacity.html"])


def answer(tmp_path: Path, sales: float, hours: float = 100.0) -> str:
    return page(tmp_path, {"work": work(), "capacity_plan": [plan(sales, hours)], "staffing": staff(hours)})


def test_leads_and_hours_that_suffice_are_said_to(tmp_path: Path) -> None:
    made = answer(tmp_path, 5)
    assert (
        "The plan for August 2024 is 5 sales, and it takes 20 leads (16–26): of 200 leads closed in twelve months "
        "25% bought. There are enough leads: 20 leads a month came over the last 3 whole months."
    ) in made
    assert (
        "Hours suffice: the plan takes 40 of the 100 hours that sellers have, the work of 0.8 sellers of 2. "
        "All of them would carry 50 leads; most of the time goes into Offer sent."
    ) in made


def test_a_want_of_leads_within_the_noise_is_said_to_be(tmp_path: Path) -> None:
    made = answer(tmp_path, 6)
    assert "it takes 24 leads (19–31)" in made
    assert "Leads are just enough" in made
    assert "that is 4 fewer than needed, a difference within noise." in made


def test_leads_and_hours_that_are_short_are_said_to_be(tmp_path: Path) -> None:
    made = answer(tmp_path, 9, 60)
    assert "Leads are short: 20 leads a month came over the last 3 whole months, 16 fewer than needed." in made
    assert (
        "Hours are short: the plan takes 72 of the 60 hours that sellers have, the work of 2.4 sellers of 2."
        in made
    )


def test_the_hours_of_several_pipelines_are_added_up(tmp_path: Path) -> None:
    names = ("New", "Again")
    tables = {
        "work": [*work("New"), *work("Again")],
        "capacity_plan": [plan(5, pipeline="New"), plan(10, pipeline="Again")],
        "staffing": staff(),
    }
    made = page(tmp_path, tables, names)
    assert "Hours are short: all plans together take 120 of the 100 hours that sellers have" in made
    assert "the work of 2.4 sellers of 2." in made
    assert "as if the sellers worked for nothing else" in made


def test_without_a_team_the_leads_needed_are_still_told(tmp_path: Path) -> None:
    absent = {"capacity_plan": "no-team", "capacity": "no-team", "staffing": "no-team"}
    made = page(tmp_path, {"work": work(), "plan": planned("main", 5.0)}, absent=absent)
    assert "it takes 20 leads (16–26)" in made
    assert "Whether the hours suffice is not known. There is no team" in made
    assert made.count("There is no team: add content/exports/team.csv") >= 3


def test_without_a_plan_a_sale_is_what_leads_are_counted_for(tmp_path: Path) -> None:
    made = page(tmp_path, {"work": work(), "capacity_plan": [plan(None)], "staffing": staff()})
    assert "There is no plan of sales for August 2024; one sale takes 4 leads (3.2–5.1)" in made
    assert "Without a plan nobody knows whether the hours suffice for it." in made
    assert "August 2024: the hours carry 50 leads; there is no plan to set them against." in made


def test_a_plan_of_all_pipelines_together_is_not_called_none(tmp_path: Path) -> None:
    tables = {"work": [*work("New"), *work("Again")], "plan": planned("all", 9.0)}
    tables["capacity_plan"] = [plan(None, pipeline="New"), plan(None, pipeline="Again")]
    made = page(tmp_path, {**tables, "staffing": staff()}, ("New", "Again"))
    assert "The plan for August 2024, 9 sales, is for all pipelines together" in made


def test_few_closed_leads_are_counts_and_none_sold_is_told(tmp_path: Path) -> None:
    few = [row | {"cases": cases} for row, cases in zip(work(), (4, 2), strict=True)]
    tables = {"work": few, "capacity_plan": [plan(5)], "staffing": staff()}
    assert "of 4 leads closed in twelve months 1 bought" in page(tmp_path, tables)
    unsold = [*work()[:1], work(**{"pass": 0.0})[1]]
    made = page(tmp_path, {**tables, "work": unsold, "capacity_plan": [plan(5) | {"leads_needed": None}]})
    assert "how many leads it takes is not known, for no lead bought in the last twelve months" in made


def test_nobody_sells_in_the_month(tmp_path: Path) -> None:
    nobody = [{"month": "2024-08", "sellers": 0, "hours_available": 0.0, "hours_of_seller": None}]
    none = plan(5) | {"hours_available": 0.0, "leads_capacity": 0.0, "sellers_needed": None}
    made = page(tmp_path, {"work": work(), "capacity_plan": [none], "staffing": nobody})
    assert "no seller has hours in it" in made
    untold = [nobody[0] | {"sellers": 2, "hours_available": None}]
    unknown = none | {"hours_available": None, "leads_capacity": None}
    made = page(tmp_path, {"work": work(), "capacity_plan": [unknown], "staffing": untold})
    assert "not every seller has `hours_per_week`" in made
    assert "August 2024: the plan needs 20 leads; no month that is over had a plan." in made


def test_the_full_the_unknown_and_those_who_left_are_told(tmp_path: Path) -> None:
    people = [person("Anna", 120.0, 100.0), person("Boris", 40.0, 100.0), person("Clara", 5.0, None)]
    people += [person("Dora", 0.0, 0.0), person("—", 3.0, None)]
    made = page(tmp_path, {"work": work(), "capacity": people})
    assert "July 2024: overloaded are 1 of 2, most of all Anna: 120% of the hours." in made
    assert "1 owner of deals is not in the team or has no hours told" in made
    assert "Dora has no hours in some of these months and still holds open deals: hand them over." in made
    assert "Nobody (no owner)" in made


@pytest.mark.parametrize(
    ("available", "held", "verdict"),
    [(100.0, 40.0, "more than the hours carry"), (0.0, 4.0, "more than the hours carry"), (900.0, 4.0, "usual")],
)
def test_deals_at_hand_are_set_against_what_the_hours_carry(
    available: float, held: float, verdict: str, tmp_path: Path
) -> None:
    """A lead takes two hours, and the usual cycle is 12 days: 100 hours in the 92 days carry 6.5 deals."""
    months = [
        person("Anna", 10.0, available / 3, month=month, open_average=held) for month in ("2024-05", "2024-06")
    ]
    months += [person("Anna", 10.0, available / 3, open_average=held)]
    made = page(tmp_path, {"work": work(), "capacity": months})
    carried = available / 92 / 2 * 12
    assert f"Anna {held:g} {carried:.0f} 24" in made
    assert verdict in made.split("What it says")[1]
    assert "The usual cycle is 12 days" in made


def test_deals_that_lie_are_told(tmp_path: Path) -> None:
    """24 open on average and 8 closed in 92 days: 276 days a deal, against 12."""
    months = [
        person("Anna", 10.0, 900.0, month=month, open_average=24.0, closed=closed)
        for month, closed in (("2024-05", 4), ("2024-06", 4), ("2024-07", 0))
    ]
    made = page(tmp_path, {"work": work(), "capacity": months})
    assert "they lie: twice the usual cycle" in made
