"""What must hold between the tables whatever the data are (metrics.md, section 4, and the tables' own definitions).

Checked on the finished tables, apart from the program's own checks, on random awkward companies.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import pytest
import second_oracle
from hypothesis import HealthCheck, given, settings
from test_against_second_oracle import companies, computed

from funnelbook.model.results import Results

Row = Mapping[str, Any]
CHECKS: list[Callable[[Results], None]] = []


def identity(check: Callable[[Results], None]) -> Callable[[Results], None]:
    CHECKS.append(check)
    return check


def rows(results: Results, name: str) -> tuple[Row, ...]:
    """Nothing when the table could not be made."""
    return results[name].rows if name in results else ()


def summed(some: Iterable[Row], by: tuple[str, ...], column: str) -> dict[tuple[Any, ...], float]:
    found: dict[tuple[Any, ...], float] = defaultdict(float)
    for row in some:
        found[tuple(row[name] for name in by)] += row[column] or 0
    return {key: value for key, value in found.items() if value}


@identity
def who_reached_a_stage_went_on_was_lost_or_is_there(results: Results) -> None:
    for row in rows(results, "funnel"):
        if row["advanced"] is not None:
            assert row["reached"] == row["advanced"] + row["lost"] + row["open"]


@identity
def members_add_up_to_all(results: Results) -> None:
    by = {"funnel": ("cohort", "pipeline", "position"), "monthly": ("month", "pipeline"), "leads": ("month",)}
    counts = {
        "funnel": ("reached", "lost"),
        "monthly": ("created", "won", "lost", "cost"),
        "leads": ("leads", "open"),
    }
    for table, keys in by.items():
        for column in counts[table]:
            parts = {
                dimension: summed([r for r in rows(results, table) if r["dimension"] == dimension], keys, column)
                for dimension in ("all", "source", "owner", "role", "segment")
            }
            for dimension, found in parts.items():
                assert found == pytest.approx(parts["all"]), (table, column, dimension)


@identity
def cohorts_add_up_to_all(results: Results) -> None:
    keys = ("pipeline", "dimension", "member", "position")
    single = [row for row in rows(results, "funnel") if row["cohort"] != "all"]
    whole = [row for row in rows(results, "funnel") if row["cohort"] == "all"]
    for column in ("reached", "advanced", "lost", "open", "skipped"):
        assert summed(single, keys, column) == summed(whole, keys, column)


@identity
def what_comes_in_and_is_not_closed_stays_open(results: Results) -> None:
    at_end = summed(rows(results, "entries"), ("pipeline", "month"), "at_end")
    before: dict[str, float] = defaultdict(float)
    for row in sorted(rows(results, "monthly"), key=lambda row: row["month"]):
        if row["dimension"] == "all":
            before[row["pipeline"]] += row["created"] - row["won"] - row["lost"]
            assert before[row["pipeline"]] == at_end.get((row["pipeline"], row["month"]), 0)


@identity
def losses_are_the_months_losses(results: Results) -> None:
    monthly = [row for row in rows(results, "monthly") if row["dimension"] == "all"]
    by = ("pipeline", "month")
    assert summed(rows(results, "losses"), by, "deals") == summed(monthly, by, "lost")
    for party in ("refused", "declined", "drifted"):
        some = [row for row in rows(results, "losses") if row["party"] == party]
        assert summed(some, by, "deals") == summed(monthly, by, party)


@identity
def costs_are_spent_on_won_and_on_lost(results: Results) -> None:
    for row in rows(results, "cost"):
        assert row["spent"] == pytest.approx(row["spent_on_won"] + row["spent_on_lost"])
    whole = [row for row in rows(results, "cost") if row["dimension"] == "all"]
    monthly = [row for row in rows(results, "monthly") if row["dimension"] == "all"]
    if whole:
        by = ("pipeline", "month")
        assert summed(whole, by, "spent") == pytest.approx(summed(monthly, by, "cost"))


@identity
def shares_lie_in_their_intervals(results: Results) -> None:
    named = {
        "funnel": ("conversion",), "monthly": ("win_rate",), "temperature": ("win_rate",), "roles": ("win_rate",),
        "qualification": ("share",), "price_value": ("share",), "prices": ("win_rate", "share"),
        "ramp": ("win_rate",),
    }  # fmt: skip
    for table, columns in named.items():
        for row in rows(results, table):
            for column in columns:
                value, low, high = (row[name] for name in (column, f"{column}_low", f"{column}_high"))
                assert (value is None) == (low is None) == (high is None)
                assert value is None or 0 <= low <= value + 1e-12 <= high + 2e-12 <= 1 + 3e-12


@identity
def incidence_grows_and_stays_a_share(results: Results) -> None:
    curves: dict[tuple[str, str], list[float]] = defaultdict(list)
    for row in rows(results, "eventual"):
        curves[row["pipeline"], row["cohort_year"]].append(row["incidence"])
    for curve in curves.values():
        assert curve == sorted(curve)
        assert 0 <= curve[0] <= curve[-1] <= 1 + 1e-12


@identity
def a_forecast_brackets_and_never_falls_below_the_fact(results: Results) -> None:
    for row in rows(results, "plan"):
        for fact, forecast in (("sales", "forecast_sales"), ("revenue", "forecast")):
            if row[forecast] is not None:
                low, high = row[f"{forecast}_low"], row[f"{forecast}_high"]
                assert row[fact] - 1e-9 <= low <= row[forecast] + 1e-9 <= high + 2e-9


@identity
def a_shrunk_rate_lies_between_its_own_and_the_teams(results: Results) -> None:
    for pipeline in {row["pipeline"] for row in rows(results, "sellers")}:
        team = [row for row in rows(results, "sellers") if row["pipeline"] == pipeline]
        mean = sum(row["won"] for row in team) / sum(row["closed"] for row in team)
        for row in team:
            low, high = sorted((row["win_rate"], mean))
            assert low - 1e-12 <= row["shrunk"] <= high + 1e-12


@identity
def a_leak_is_worth_nothing_where_nothing_fell(results: Results) -> None:
    for row in rows(results, "leaks"):
        if row["difference"] is not None:
            assert row["difference_low"] <= row["difference"] <= row["difference_high"]
            assert row["noise"] == (row["difference_low"] <= 0 <= row["difference_high"])
            assert row["money"] is None or (row["money"] > 0) <= (row["difference"] < 0)


@identity
def the_best_order_is_never_dearer(results: Results) -> None:
    for row in rows(results, "order"):
        assert row["cost_per_lead_best"] <= row["cost_per_lead_now"] * (1 + 1e-9) + 1e-9


@identity
def waves_are_all_sales_and_temperatures_all_leads(results: Results) -> None:
    leads = [row for row in rows(results, "leads") if row["dimension"] == "all"]
    for wave in ("easy", "hard", "returned"):
        some = [row for row in rows(results, "waves") if row["wave"] == wave]
        assert summed(some, ("month",), "sales") == summed(leads, ("month",), wave)
    for row in rows(results, "temperature"):
        assert row["leads"] == row["open"] + row["won"] + row["lost"]
        assert (row["won_later"] or 0) <= row["won"]
    if rows(results, "temperature"):
        created = sum(row["leads"] for row in leads)
        assert sum(row["leads"] for row in rows(results, "temperature")) == created


@identity
def slices_of_losses_by_price_add_up(results: Results) -> None:
    for dimension in ("stage", "source"):
        some = [row for row in rows(results, "price_value") if row["dimension"] == dimension]
        whole = [row for row in rows(results, "price_value") if row["dimension"] == "all"]
        for column in ("with_cause", "price_value"):
            assert summed(some, ("pipeline",), column) == summed(whole, ("pipeline",), column)


@identity
def roles_add_up_to_all(results: Results) -> None:
    parts = [row for row in rows(results, "roles") if row["role"] != "all"]
    whole = [row for row in rows(results, "roles") if row["role"] == "all"]
    for column in ("created", "closed", "won", "lost", "due", "in_target", "sales", "priced"):
        assert summed(parts, ("pipeline",), column) == summed(whole, ("pipeline",), column)


@identity
def the_work_of_a_lead_is_that_of_the_plan(results: Results) -> None:
    hours = summed(rows(results, "work"), ("pipeline",), "hours_per_lead")
    for row in rows(results, "capacity_plan"):
        if row["hours_per_lead"] is not None:
            assert row["hours_per_lead"] == pytest.approx(hours.get((row["pipeline"],), 0))


@identity
def who_waits_drifts_or_is_not_worth_it_is_open(results: Results) -> None:
    last = max((row["month"] for row in rows(results, "entries")), default="")
    still_open = sum(row["at_end"] for row in rows(results, "entries") if row["month"] == last)
    for table in ("drift", "unanswered", "unworthy"):
        assert sum(row["deals"] for row in rows(results, table)) <= still_open
    for row in rows(results, "unanswered"):
        assert row["overdue"] <= row["deals"]


@identity
def the_worst_known_signal_is_the_mistakes_verdict(results: Results) -> None:
    rank = ("unknown", "ok", "watch", "alarm")
    for row in rows(results, "mistakes"):
        assert (row["value"] is None) == (row["verdict"] == "unknown")
        own = [
            each["verdict"]
            for each in rows(results, "mistakes")
            if each["mistake"] == row["mistake"] and each["pipeline"] == "all"
        ]
        assert row["mistake_verdict"] == max(own, key=rank.index)


@pytest.mark.slow
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(companies())
def test_tables_agree_with_each_other(case: second_oracle.Company) -> None:
    results = computed(case)
    for check in CHECKS:
        check(results)
