"""Inputs that leave a table little or nothing to say: null, a count, or a reason, never NaN or infinity."""

from __future__ import annotations

import math
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from datasets_by_hand import dataset
from test_ways import LINE, PROJECT, STAGES, day

from funnelbook.errors import ConservationError
from funnelbook.metrics import CONSERVED, TABLES, compute, conservation, tabulate, ways_of
from funnelbook.metrics.tables import cost, leads
from funnelbook.model.pipeline import LOST_CODE, Pipeline
from funnelbook.model.results import Results, Table
from funnelbook.project import MetricSettings, Project, StageConfig

TEAM = [("Anna", "seller", date(2023, 1, 2), None, 40.0)]
PLAN = [("2024-04", "main", "Anna", 2.0, 10.0)]
ONE = Pipeline("main", STAGES[:1], ("won",), ("lost",), 1.0, "declared")
FREE = Pipeline(
    "main", tuple(StageConfig(name=name, cost=0) for name in "abc"), ("won",), ("lost",), 1.0, "declared"
)


def deal(created: float, closed: float | None = None, status: str = "open", **facts: Any) -> dict[str, Any]:
    known = {"pipeline": 0, "basis": "current", "owner": "Anna", "contact": 1, "source": "ads", "role": "seller"}
    why = {"cause": "fear", "party": "declined"} if status == "lost" else {}
    when = {"created_at": day(created), "closed_at": None if closed is None else day(closed), "status": status}
    return {**known, **why, **when, **facts}


def results(deals: list[dict[str, Any]], line: Pipeline = LINE, project: Project = PROJECT, **more: Any) -> Results:
    return compute(dataset([line], day(100), deals, **{"team": TEAM, "plan": PLAN, **more}), project)


CASES: dict[str, tuple[list[dict[str, Any]], Pipeline]] = {
    "no deals": ([], LINE),
    "no wins": ([deal(1, 9, "lost", position=2), deal(3)], LINE),
    "no losses": ([deal(1, 9, "won", value=5.0), deal(3)], LINE),
    "all open": ([deal(1), deal(50, position=2)], LINE),
    "nothing known of a loss": ([deal(1, 9, "lost")], LINE),
    "one stage": ([deal(1, 9, "won", value=5.0), deal(2, 9, "lost", position=1), deal(3)], ONE),
    "costs of zero": ([deal(1, 9, "won", value=5.0), deal(2, 9, "lost", position=1)], FREE),
    "one seller": ([deal(i, i + 5, "won" if i % 3 else "lost", value=2.0) for i in range(9)], LINE),
    "nobody and nothing": (
        [{"pipeline": 0, "basis": "current", "created_at": day(3), "status": "open"}],
        LINE,
    ),
    "all at one moment, which is as_of": ([deal(100, 100, "won"), deal(100, 100, "lost"), deal(100)], LINE),
}


@pytest.mark.parametrize("name", CASES)
def test_every_number_is_finite_or_null(name: str) -> None:
    deals, line = CASES[name]
    made = results(deals, line)
    assert {metric.NAME for metric in TABLES} == (set(made.tables) | set(made.absent)) - {"quality", "restated"}
    for table in made.tables.values():
        for row in table.rows:
            assert all(not isinstance(value, float) or math.isfinite(value) for value in row.values()), table.name


def test_tables_without_their_inputs_are_absent_with_a_reason() -> None:
    bare = Pipeline("main", tuple(StageConfig(name=name) for name in "abc"), (), (), 1.0, "declared")
    made = results([deal(1, 9, "won", owner=None, contact=None)], bare, Project(root=Path()), team=[], plan=[])
    assert made.absent == {
        "cost": "no-costs",
        "worth": "no-costs",
        "order": "no-movable-stages",
        "capacity": "no-team",
        "capacity_plan": "no-team",
        "staffing": "no-team",
        "sellers": "no-owners",
        "ramp": "no-team",
        "roles": "no-team",
        "repeat_buyers": "no-contacts",
        "comebacks": "no-contacts",
        "temperature": "no-temperatures",
        "qualification": "no-qualifying-stage",
        "comeback_intervals": "no-contacts",
        "comeback_sales": "no-contacts",
        "effects": "no-aims",
        "prices": "no-values",
        "answered": "no-activities",
        "response_by_hour": "no-activities",
        "plan": "no-plan",
        "unanswered": "no-activities",
        "unworthy": "no-costs",
        "urgent": "ids-private",
        "restated": "no-releases",
        "exports": "no-series",
    }
    assert made["tasks"].rows[0]["cost_lateness"] is None


def test_minutes_without_a_rate_are_hours_but_no_money() -> None:
    made = results([deal(1, 9, "won")], project=Project(root=Path()))
    assert made.absent["cost"] == "no-costs"
    assert made["capacity"].rows[0]["hours_needed"] == 1.0


def test_zero_costs_are_costs() -> None:
    made = results([deal(1, 9, "won", value=5.0), deal(2, 9, "lost", position=1)], FREE)
    assert {row["spent"] for row in made["cost"].rows} == {0.0}
    assert [row["least_margin"] for row in made["worth"].rows] == [0.0, 0.0, 0.0]
    task = made["tasks"].rows[0]
    assert (task["cost_lateness"], task["spent_lateness"], task["wasted"]) == (None, None, None)


def test_one_stage_has_no_early_and_late() -> None:
    made = results([deal(1, 9, "won"), deal(2, 9, "lost", position=1)], ONE)
    january = made["tasks"].rows[0]
    assert [january[name] for name in ("loss_earliness", "cost_lateness", "spent_lateness", "buyer_earliness")] == [
        None
    ] * 4
    assert january["wasted"] == 0.5


def test_what_depends_on_a_pass_without_cases_is_null() -> None:
    deals = [deal(number, 9, "lost", basis="history") for number in (1, 2)]
    made = results(deals, entries=[(0, day(1), 1), (1, day(2), 1), (1, day(4), 2)])
    passes = [(row["pass"], row["win_chance"], row["remaining_cost"]) for row in made["worth"].rows]
    assert passes == [(0.5, None, 10 + 0.5 * 10), (0.0, None, 10 + 0.0 * 10), (None, None, 10.0)]
    leak = made["leaks"].rows[0]
    assert (leak["decided_month"], leak["decided_year"], leak["money"]) == (0.5, None, None)


def test_a_seller_without_hours_has_no_utilisation() -> None:
    team = [("Anna", "seller", date(2023, 1, 2), date(2024, 1, 31), 40.0), ("Boris", "seller", None, None, 0.0)]
    deals = [deal(1), deal(40, owner="Boris"), deal(41, owner="Clara")]
    made = results(deals, team=team)
    march = {row["owner"]: row for row in made["capacity"].rows if row["month"] == "2024-03"}
    assert {owner: row["hours_available"] for owner, row in march.items()} == {
        "Anna": 0.0,
        "Boris": 0.0,
        "Clara": None,
    }
    assert all(row["utilisation"] is None for row in march.values())
    (plan,) = made["capacity_plan"].rows
    assert (plan["hours_available"], plan["sellers_needed"]) == (0.0, None)


def test_months_of_the_plan_without_facts_and_after_as_of() -> None:
    plan = [("2023-06", "main", None, 5.0, None), ("2024-12", "main", None, 8.0, None)]
    made = results([deal(1, 9, "won", value=5.0)], plan=plan)
    told = {
        row["month"]: (row["plan_sales"], row["sales"], row["revenue"])
        for row in made["plan"].where(pipeline="main")
    }
    assert told["2023-06"] == (5.0, 0, 0.0)
    assert told["2024-01"] == (None, 1, 5.0)
    assert told["2024-12"] == (8.0, None, None)
    assert {row["month"] for row in made["capacity_plan"].rows} == {"2023-06", "2024-04", "2024-12"}


def test_the_forecast_brackets_the_fact_and_needs_something_to_compare_with() -> None:
    won = [deal(float(i), i + 3.0, "won", value=4.0) for i in range(25)]
    april = results([*won, deal(99, value=4.0)])["plan"].one(month="2024-04", pipeline="main", owner="all")
    assert april is not None
    assert 0 <= april["forecast_sales_low"] <= april["forecast_sales"] <= april["forecast_sales_high"]
    assert april["forecast_sales"] == 1.0
    lonely = results([*won, deal(99, position=3)])["plan"].one(month="2024-04", pipeline="main", owner="all")
    assert lonely is not None
    assert (lonely["forecast_sales"], lonely["forecast_sales_low"], lonely["forecast"]) == (None, None, 0.0)


def test_a_contact_with_twenty_deals_returns_from_every_loss_but_the_last() -> None:
    deals = [deal(2.0 * i, 2.0 * i + 1, "lost") for i in range(20)]
    made = results(deals)
    row = made["comebacks"].one(party="all", days=90)
    assert row is not None
    assert (row["at_risk"], row["returned_won"]) == (0, 0.0)
    assert row["returned"] == 1 - (1 - 19 / 20)
    assert sum(row["returned"] for row in made["leads"].where(dimension="all")) == 0


def test_the_next_deal_is_created_after_the_loss_not_at_it() -> None:
    made = results([deal(1, 5, "lost"), deal(5, 6, "won"), deal(2, 7, "won")])
    assert made["leads"].rows[0]["returned"] == 0
    row = made["comebacks"].one(party="all", days=90)
    assert row is not None
    assert row["returned"] == 0.0


def test_a_touch_exactly_at_the_limit_does_not_drift() -> None:
    project = Project(root=Path(), metrics=MetricSettings(drift_days=10))
    deals = [deal(90, value=3.0), deal(89.5), deal(1)]
    activities = [(1, day(90), False), (2, day(89.99), False)]
    (row,) = results(deals, project=project, activities=activities)["drift"].rows
    assert (row["deals"], row["value"], row["oldest_days"]) == (1, None, pytest.approx(10.01))


def test_a_reference_is_a_year_long_and_half_open() -> None:
    line, as_of = LINE, day(100)
    on_the_edge, inside = as_of.replace(year=2023), as_of.replace(year=2023, microsecond=1)
    deals = [
        deal(0, 0, "lost", position=1) | {"created_at": on_the_edge, "closed_at": on_the_edge},
        deal(0, 0, "won") | {"created_at": inside, "closed_at": inside},
    ]
    made = results(deals, line)
    assert made["worth"].rows[0]["pass"] == 1.0
    assert [row["closed"] for row in made["sellers"].rows] == [1]


def test_a_year_of_leaks_is_the_twelve_months_before() -> None:
    months = [(2023, 3, "won"), (2023, 4, "lost"), (2024, 3, "won"), (2024, 4, "lost")]
    deals = [
        deal(0, 0, status, position=1)
        | {"created_at": datetime(year, month, 2, tzinfo=UTC), "closed_at": datetime(year, month, 3, tzinfo=UTC)}
        for year, month, status in months
    ]
    rows = results(deals)["leaks"].where(stage="one")
    assert [(row["decided_month"], row["decided_year"]) for row in rows] == [
        (1.0, None),
        (0.0, 1.0),
        (1.0, 0.5),
        (0.0, 0.5),
    ]


def test_a_forecast_compares_with_the_last_two_years() -> None:
    edge = day(100).replace(year=2022)
    old = deal(0, 0, "won") | {"created_at": edge, "closed_at": edge}
    young = deal(0, 0, "lost", position=1) | {"created_at": edge.replace(hour=1), "closed_at": edge.replace(hour=1)}
    april = results([old, young, deal(99)])["plan"].one(month="2024-04", pipeline="main", owner="all")
    assert april is not None
    assert april["forecast_sales"] == 0.0


@pytest.mark.parametrize(("name", "column"), [("cost", "spent"), ("leads", "leads")])
def test_a_cost_or_a_lead_that_is_missing_is_noticed(name: str, column: str) -> None:
    ways = ways_of(dataset([LINE], day(100), [deal(1, 9, "won", value=5.0), deal(3)]), PROJECT)
    tables = {metric.NAME: tabulate(metric, ways) for metric in (*CONSERVED, cost, leads)}
    conservation.check(tables, ways)
    wrong = tables[name].frame.with_columns(pl.col(column) + (pl.col("dimension") == "all"))
    with pytest.raises(ConservationError, match=f"table {name}"):
        conservation.check(tables | {name: Table(name, wrong)}, ways)


def test_costs_and_leads_add_up() -> None:
    rows = [(0, day(1), 1), (0, day(4), 3), (0, day(6), LOST_CODE), (1, day(2), 2)]
    deals = [deal(1, 6, "lost", basis="history"), deal(2, basis="history", position=2), deal(40, 45, "won")]
    made = results(deals, entries=rows, spend=[("2024-01", "ads", 70.0), ("2024-03", "ads", 5.0)])
    for month in made["monthly"].rows:
        key = {name: month[name] for name in ("month", "pipeline", "dimension", "member")}
        assert sum(row["spent"] for row in made["cost"].where(**key)) == pytest.approx(month["cost"])
    created = sum(row["created"] for row in made["monthly"].where(dimension="all"))
    for dimension in ("all", "source", "owner", "role", "segment"):
        assert sum(row["leads"] for row in made["leads"].where(dimension=dimension)) == created
    assert sum(row["leads"] for row in made["response_by_hour"].rows) == created
    assert sum(row["closed"] for row in made["capacity"].rows) == 2
