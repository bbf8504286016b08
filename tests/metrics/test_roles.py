"""`roles` and `repeat_buyers` by hand: numbers worked out beside each case."""

from __future__ import annotations

import random
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from datasets_by_hand import dataset
from statsmodels.stats.proportion import proportion_confint
from test_ways import LINE, PROJECT, day

from funnelbook.metrics import Absent, Ways, tabulate, ways_of
from funnelbook.metrics.tables import repeat_buyers, roles
from funnelbook.model.pipeline import Pipeline
from funnelbook.model.results import Row
from funnelbook.project import MetricSettings, Project

TEAM = [("Anna", "seller", date(2023, 1, 2), None, 40.0)]
SECOND = Pipeline("second", LINE.stages, (), (), 1.0, "declared")


def deal(
    created: float | datetime, closed: float | datetime | None = None, status: str = "open", **facts: Any
) -> dict[str, Any]:
    def moment(when: float | datetime | None) -> datetime | None:
        return when if when is None or isinstance(when, datetime) else day(when)

    known = {"pipeline": 0, "basis": "current", "owner": "Anna", "role": "seller"}
    why = {"cause": "fear", "party": "declined"} if status == "lost" else {}
    return known | why | {"created_at": moment(created), "closed_at": moment(closed), "status": status} | facts


def ways(deals: list[dict[str, Any]], *, project: Project = PROJECT, as_of: float = 100, **more: Any) -> Ways:
    return ways_of(dataset([LINE, SECOND], day(as_of), deals, **{"team": TEAM, **more}), project)


def by_role(made: Ways, pipeline: str = "main") -> dict[str, Row]:
    return {row["role"]: row for row in tabulate(roles, made).rows if row["pipeline"] == pipeline}


def test_what_each_role_did_in_a_year() -> None:
    deals = [
        deal(1, 9, "won", value=90.0, list_price=100.0),
        deal(2, 8, "won", value=100.0, list_price=100.0),
        deal(3, 8, "won", value=80.0),
        deal(4, 8, "lost", party="refused"),
        deal(5),
        deal(6, 9, "won", role="owner", value=200.0, list_price=160.0),
        deal(7, 9, "lost", role="owner", party="drifted"),
        deal(8, 9, "lost", role=None),
    ]
    found = by_role(ways(deals))
    assert list(found) == ["all", "owner", "seller", "—"]
    seller, everybody = found["seller"], found["all"]
    assert (seller["created"], seller["share"], seller["closed"], seller["won"]) == (5, 5 / 8, 4, 3)
    assert (seller["refused"], seller["declined"], seller["drifted"]) == (1, 0, 0)
    assert seller["win_rate"] == 0.75
    assert (seller["win_rate_low"], seller["win_rate_high"]) == pytest.approx(
        proportion_confint(3, 4, method="wilson"), abs=1e-12
    )
    # of the three sales two have a list price: 0.9 and 1.0, the median between them
    assert (seller["sales"], seller["average_sale"]) == (3, 90.0)
    assert (seller["priced"], seller["full_price"], seller["price_kept"]) == (2, 1, 0.95)
    assert (found["owner"]["full_price"], found["owner"]["price_kept"]) == (1, 1.25)
    assert (found["—"]["win_rate"], found["—"]["average_sale"], found["—"]["price_kept"]) == (0.0, None, None)
    assert (everybody["created"], everybody["share"], everybody["closed"], everybody["won"]) == (8, 1.0, 7, 4)
    assert everybody["average_sale"] == 470 / 4
    for name in (
        "created",
        "due",
        "in_target",
        "closed",
        "won",
        "lost",
        "refused",
        "declined",
        "drifted",
        "priced",
    ):
        assert everybody[name] == sum(row[name] for role, row in found.items() if role != "all"), name
    assert everybody["price_kept"] == 1.0  # of 0.9, 1.0, 1.25


def test_answers_count_by_creation_and_only_when_they_are_due() -> None:
    project = Project(root=Path(), metrics=MetricSettings(answer_target_minutes=60))
    minute = 1 / 1440
    deals = [deal(1), deal(2), deal(3), deal(100 - 30 * minute)]
    activities = [
        (0, day(1 + 10 * minute), True),
        (1, day(2 + 70 * minute), True),
        (3, day(100 - 29 * minute), True),
    ]
    seller = by_role(ways(deals, project=project, activities=activities))["seller"]
    assert (seller["created"], seller["due"], seller["in_target"]) == (4, 3, 1)
    assert seller["answered_in_target"] == 1 / 3
    assert seller["response_median_minutes"] == pytest.approx(10.0)  # of 1, 10 and 70 minutes


def test_the_window_is_a_year_half_open_for_creations_and_for_closings() -> None:
    edge = day(100).replace(year=2023)
    deals = [
        deal(edge, edge, "won"),
        deal(edge, edge.replace(microsecond=1), "won"),
        deal(edge.replace(microsecond=1)),
    ]
    seller = by_role(ways(deals))["seller"]
    assert (seller["created"], seller["closed"], seller["won"]) == (1, 1, 1)


def test_pipelines_are_kept_apart() -> None:
    made = ways([deal(1, 2, "won"), deal(1, 2, "lost", pipeline=1), deal(1, pipeline=1, role="expert")])
    assert {role: row["created"] for role, row in by_role(made).items()} == {"all": 1, "seller": 1}
    assert {role: row["share"] for role, row in by_role(made, "second").items()} == {
        "all": 1.0,
        "expert": 0.5,
        "seller": 0.5,
    }


@pytest.mark.parametrize(
    ("facts", "team", "reason"),
    [({}, [], "no-team"), ({"role": None}, TEAM, "no-roles"), ({"role": None, "owner": None}, TEAM, "no-owners")],
)
def test_without_roles_there_is_a_reason(facts: dict[str, Any], team: list[Any], reason: str) -> None:
    with pytest.raises(Absent) as told:
        tabulate(roles, ways([deal(1, **facts)], team=team))
    assert told.value.reason == reason


def test_a_buyer_is_watched_once_from_the_first_winning() -> None:
    # A: bought on day 0, came again on day 10; the second purchase is no further observation.
    # B: bought from the owner on day 50, never came; watched for 350 days. C: bought on day 380, watched for 20.
    # D: bought on day 0, had asked before it: not again. E: lost first, bought on day 40, came on day 240.
    deals = [
        deal(-9, 0, "won", contact=1),
        deal(10, 12, "won", contact=1, role="expert", pipeline=1),
        deal(40, 50, "won", contact=2, role="owner"),
        deal(370, 380, "won", contact=3),
        deal(-5, 0, "won", contact=4),
        deal(-1, 30, "lost", contact=4),
        deal(1, 20, "lost", contact=5),
        deal(30, 40, "won", contact=5),
        deal(240, contact=5),
        deal(3, 9, "won"),
    ]
    found = {(row["role"], row["days"]): row for row in tabulate(repeat_buyers, ways(deals, as_of=400)).rows}
    assert list(dict.fromkeys(role for role, _ in found)) == ["all", "owner", "seller", "owner+expert"]
    everybody = found["all", 90]
    # durations: A 10 (event), C 20, E 200 (event), B 350, D 400
    assert (everybody["buyers"], everybody["at_risk"], everybody["again"]) == (5, 3, pytest.approx(1 - 4 / 5))
    assert found["all", 365]["again"] == pytest.approx(1 - 4 / 5 * 2 / 3)
    assert found["all", 365]["at_risk"] == 1
    assert found["seller", 365]["again"] == pytest.approx(1 - 3 / 4 * 1 / 2)
    owner = found["owner", 180]
    assert (owner["buyers"], owner["at_risk"], owner["again"]) == (1, 1, 0.0)
    assert (owner["again_low"], owner["again_high"]) == pytest.approx(proportion_confint(0, 1, method="wilson"))
    assert (found["owner", 365]["at_risk"], found["owner", 365]["again"]) == (0, None)
    assert found["owner+expert", 90] == found["owner", 90] | {"role": "owner+expert"}


def test_nobody_bought_and_no_contacts() -> None:
    rows = tabulate(repeat_buyers, ways([deal(1, 2, "lost", contact=1)])).rows
    assert [(row["role"], row["buyers"], row["again"]) for row in rows] == [("all", 0, None)] * 3
    with pytest.raises(Absent, match="no-contacts"):
        tabulate(repeat_buyers, ways([deal(1, 2, "won")]))


def test_the_order_of_rows_changes_nothing() -> None:
    rng = random.Random(3)
    deals = [
        deal(
            i, i + 7.5, rng.choice(["won", "lost"]), value=i + 0.1, list_price=i + 0.3, contact=i % 9,
            role=rng.choice(["seller", "owner", "expert", "head", None]),
        )
        for i in range(60)
    ]  # fmt: skip
    shuffled = rng.sample(deals, len(deals))
    for table in (roles, repeat_buyers):
        assert tabulate(table, ways(deals)).csv() == tabulate(table, ways(shuffled)).csv()
