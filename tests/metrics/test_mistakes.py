"""The signals of the eight mistakes, each by hand below, at and above its thresholds (metrics.md, `mistakes`)."""

from __future__ import annotations

import math
from datetime import UTC, datetime
from typing import Any

import pytest
from datasets_by_hand import Entry, dataset
from test_awkward_inputs import FREE, deal
from test_ways import LINE, PROJECT, STAGES, day

from funnelbook.metrics import tabulate, ways_of
from funnelbook.metrics.tables import mistakes
from funnelbook.model.pipeline import Pipeline
from funnelbook.model.results import Row
from funnelbook.model.reviews import Reviews
from funnelbook.project import MetricSettings, Project

#: The window of three months before day 100, 10 April 2024, begins after day 9, 10 January.
EDGE, AS_OF = 9, 100
SECOND = Pipeline("second", STAGES, ("won",), ("lost",), 1.0, "declared")
Deals = list[dict[str, Any]]


def rows(
    deals: Deals,
    project: Project = PROJECT,
    reviews: Reviews | None = None,
    lines: tuple[Pipeline, ...] = (LINE, SECOND),
    entries: list[Entry] | None = None,
    **more: Any,
) -> tuple[Row, ...]:
    facts = dataset(lines, day(AS_OF), deals, entries or [], **more)
    return tabulate(mistakes, ways_of(facts, project, reviews)).rows


def signal(name: str, deals: Deals, pipeline: str = "all", **more: Any) -> Row:
    (found,) = [row for row in rows(deals, **more) if (row["signal"], row["pipeline"]) == (name, pipeline)]
    return found


def told(name: str, deals: Deals, **more: Any) -> tuple[float | None, int, str]:
    row = signal(name, deals, **more)
    return row["value"], row["cases"], row["verdict"]


# refusing_to_sell


def leads(silent: int, answered: int) -> tuple[Deals, dict[str, Any]]:
    calls = [(number, day(20.5), True) for number in range(silent, silent + answered)]
    return [deal(20) for _ in range(silent + answered)], {"activities": calls}


@pytest.mark.parametrize(
    ("silent", "verdict"), [(0, "ok"), (1, "watch"), (2, "watch"), (3, "alarm")], ids=["0 %", "5 %", "10 %", "15 %"]
)
def test_leads_that_nobody_answered(silent: int, verdict: str) -> None:
    deals, calls = leads(silent, 20 - silent)
    assert told("refusing_to_sell", deals, **calls) == (silent / 20, 20, verdict)


def test_a_lead_of_seven_days_may_still_wait_and_one_of_before_the_window_is_not_counted() -> None:
    answered = [(0, day(20), True)]
    deals = [deal(20), deal(93), deal(EDGE)]
    assert told("refusing_to_sell", deals, activities=answered) == (0.0, 1, "ok")
    deals = [deal(20), deal(92.99), deal(EDGE + 0.01)]
    assert told("refusing_to_sell", deals, activities=answered) == (2 / 3, 3, "alarm")


def test_without_activities_only_a_history_can_show_an_answer() -> None:
    assert told("refusing_to_sell", [deal(20), deal(30)]) == (None, 0, "unknown")
    history = [deal(20, basis="history"), deal(20, basis="history")]
    entries = [(0, day(20), 1), (0, day(21), 2), (1, day(20), 1)]
    assert told("refusing_to_sell", history, entries=entries) == (0.5, 2, "alarm")


def test_leads_without_an_answer_cost_what_leads_bring() -> None:
    sold = [deal(1, 30, "won", value=100.0), deal(1, 30, "lost", position=1)]
    deals, calls = leads(2, 18)
    calls = {"activities": [(number + 2, at, out) for number, at, out in calls["activities"]]}
    row = signal("refusing_to_sell", [*sold, *deals], **calls)
    assert (row["cases"], row["money"]) == (20, pytest.approx(2 * 0.5 * 100))
    assert signal("refusing_to_sell", deals, activities=[(0, day(21), True)])["money"] is None


# too_cheap


def sale(price: float | None, list_price: float | None = 100.0, **facts: Any) -> dict[str, Any]:
    return deal(20, 40, "won", value=price, list_price=list_price, **facts)


@pytest.mark.parametrize(
    ("price", "verdict"),
    [(100.0, "ok"), (95.0, "ok"), (94.9, "watch"), (85.0, "watch"), (84.9, "alarm")],
)
def test_prices_against_list_prices(price: float, verdict: str) -> None:
    row = signal("too_cheap", [sale(price), sale(price), sale(None), sale(5.0, None)])
    assert (row["value"], row["cases"], row["verdict"]) == (pytest.approx(price / 100), 2, verdict)
    assert row["money"] == pytest.approx(2 * (100 - price))


def test_the_middle_discount_is_the_median_of_wins_within_the_window() -> None:
    deals = [sale(80.0), sale(90.0), sale(100.0), deal(1, EDGE, "won", value=1.0, list_price=100.0)]
    deals.append(deal(20, 40, "lost", value=1.0, list_price=100.0))
    assert told("too_cheap", deals) == (pytest.approx(0.9), 3, "watch")


def test_without_list_prices_nobody_knows_whether_we_sell_too_cheap() -> None:
    assert told("too_cheap", [sale(50.0, None), deal(20)]) == (None, 0, "unknown")


@pytest.mark.parametrize(("price", "verdict"), [(2, "ok"), (1, "watch"), (0, "alarm")])
def test_losses_for_the_price_over_a_year(price: int, verdict: str) -> None:
    """Of 20 with a cause, 10 % and 5 % are not yet bad: the thresholds lie below."""
    year_ago = datetime(2023, 4, 11, tzinfo=UTC)
    lost = [deal(0, 1, "lost", cause="fear") | {"closed_at": year_ago, "created_at": year_ago}] * (20 - price)
    lost += [deal(1, 5, "lost", cause="price_value")] * price
    unknown = [deal(1, 5, "lost", cause="none")] * 7
    too_old = [deal(0, 1, "lost", cause="price_value") | {"closed_at": day(AS_OF).replace(year=2023)}]
    too_old[0]["created_at"] = too_old[0]["closed_at"]
    assert told("too_cheap_losses", [*lost, *unknown, *too_old]) == (price / 20, 20, verdict)
    assert told("too_cheap_losses", unknown) == (None, 0, "unknown")


# no_department


@pytest.mark.parametrize(("others", "verdict"), [(3, "ok"), (4, "watch"), (9, "watch"), (10, "alarm")])
def test_deals_in_the_hands_of_owners_and_experts(others: int, verdict: str) -> None:
    deals = [deal(20, role="owner" if number % 2 else "expert") for number in range(others)]
    deals += [deal(20, role="head" if number % 2 else "seller") for number in range(20 - others)]
    deals += [deal(20, role=None), deal(EDGE, role="owner")]
    assert told("no_department", deals) == (others / 20, 20, verdict)


def test_without_a_team_nobody_knows_who_sells() -> None:
    assert told("no_department", [deal(20, role=None)]) == (None, 0, "unknown")


# selling_to_all


@pytest.mark.parametrize(("gone_on", "verdict"), [(90, "ok"), (91, "watch"), (97, "watch"), (98, "alarm")])
def test_a_first_stage_that_lets_all_pass(gone_on: int, verdict: str) -> None:
    deals = [deal(20, 40, "lost", position=2)] * (gone_on - 1) + [deal(20, 40, "won")]
    deals += [deal(20, 40, "lost", position=1)] * (100 - gone_on) + [deal(20)]
    assert told("selling_to_all", deals) == (gone_on / 100, 100, verdict)


def test_lost_deals_of_an_unknown_way_count_as_lost_first_unless_they_might_change_the_verdict() -> None:
    """89 of 100 went on, and perhaps one more, or two: 90 % is still fine, 91 % to be watched."""
    gone_on = [deal(20, 40, "lost", position=2)] * 89
    unknown, early = deal(20, 40, "lost"), deal(20, 40, "lost", position=1)
    assert told("selling_to_all", [*gone_on, unknown, *[early] * 10]) == (0.89, 100, "ok")
    assert told("selling_to_all", [*gone_on, unknown, unknown, *[early] * 9]) == (None, 100, "unknown")
    single = Pipeline("main", STAGES[:1], ("won",), ("lost",), 1.0, "declared")
    deals = [deal(20, 40, "won"), deal(20, 40, "lost")]
    assert told("selling_to_all", deals, lines=(single,)) == (0.5, 2, "ok")


@pytest.mark.parametrize(
    ("early", "late", "verdict"), [(5, 5, "ok"), (4, 6, "watch"), (7, 13, "watch"), (3, 7, "alarm")]
)
def test_losses_at_the_end(early: int, late: int, verdict: str) -> None:
    """x is 0 at the first of three stages and 1 at the last; 0.5 and 0.35 are not yet bad."""
    deals = [deal(20, 40, "lost", position=1)] * early + [deal(20, 40, "lost", position=3)] * late
    unknown = [deal(20, 40, "lost")]
    value = early / (early + late)
    assert told("selling_to_all_earliness", deals + unknown) == (value, early + late, verdict)
    assert told("selling_to_all_earliness", unknown) == (None, 0, "unknown")


# too_much_freedom


@pytest.mark.parametrize(("skipping", "verdict"), [(1, "ok"), (2, "watch"), (3, "watch"), (4, "alarm")])
def test_deals_that_skip_stages(skipping: int, verdict: str) -> None:
    deals = [deal(20, 40, "lost", basis="history", position=3)] * 10 + [deal(20, 40, "lost", position=3)] * 5
    deals += [deal(20, 40, "lost", basis="history", position=1)]
    entries = []
    for number in range(10):
        stages = (1, 3) if number < skipping else (1, 2, 3)
        entries += [(number, day(20 + position), position) for position in stages]
    entries.append((15, day(20), 1))
    assert told("too_much_freedom", deals, entries=entries) == (skipping / 10, 10, verdict)


def test_a_single_export_shows_no_skips() -> None:
    assert told("too_much_freedom", [deal(20, 40, "won"), deal(20, 40, "lost", position=3)]) == (None, 0, "unknown")


@pytest.mark.parametrize(("apart", "verdict"), [(6.0, "ok"), (8.0, "watch"), (14.0, "watch"), (15.0, "alarm")])
def test_sellers_that_give_discounts_as_they_like(apart: float, verdict: str) -> None:
    """Two medians d apart have a sample standard deviation of d / √2."""
    deals = [sale(100.0)] * 5 + [sale(100.0 - apart, owner="Boris")] * 5 + [sale(1.0, owner="Clara")] * 4
    deals += [sale(1.0, owner=None)] * 9
    value, cases, found = told("too_much_freedom_spread", deals)
    assert (value, cases, found) == (pytest.approx(apart / 100 / math.sqrt(2)), 2, verdict)


def test_a_spread_needs_two_sellers() -> None:
    assert told("too_much_freedom_spread", [sale(100.0)] * 5) == (None, 1, "unknown")
    fewer = Project(PROJECT.root, metrics=MetricSettings(min_n=1))
    assert told("too_much_freedom_spread", [sale(90.0), sale(80.0, owner="B")], project=fewer)[1] == 2


# dwelling_on_failures


@pytest.mark.parametrize(("lost", "verdict"), [(5, "ok"), (6, "watch"), (7, "watch"), (8, "alarm")])
def test_money_spent_on_what_was_lost(lost: int, verdict: str) -> None:
    """A loss at the last stage costs as much as a sale: 3 hours at 10."""
    deals = [deal(20, 40, "lost", position=3)] * lost + [deal(20, 40, "won")] * (10 - lost)
    deals += [deal(1, EDGE, "lost", position=3), deal(20)]
    row = signal("dwelling_on_failures", deals)
    assert (row["value"], row["cases"], row["verdict"], row["money"]) == (lost / 10, 10, verdict, 30.0 * lost)


def test_without_costs_nobody_knows_what_was_wasted() -> None:
    bare = Project(PROJECT.root)
    assert told("dwelling_on_failures", [deal(20, 40, "won")], project=bare) == (None, 0, "unknown")
    assert told("dwelling_on_failures", [deal(20, 40, "won")], lines=(FREE,)) == (None, 1, "unknown")
