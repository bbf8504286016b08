"""What a lead takes at each stage, and the sellers of a month, with numbers worked out by hand."""

from __future__ import annotations

import math
import random
from datetime import date
from typing import Any

import pytest
from datasets_by_hand import dataset
from msgspec.structs import replace
from test_awkward_inputs import deal
from test_ways import PROJECT, day

from funnelbook.metrics import Absent, tabulate, ways_of
from funnelbook.metrics.tables import capacity_plan, staffing, work, worth
from funnelbook.model.pipeline import Pipeline
from funnelbook.model.results import Row
from funnelbook.project import StageConfig

#: One hour that costs 10; a visit of three hours that costs 100; nothing told of the third.
STAGES = (StageConfig("asked", minutes=60), StageConfig("visited", minutes=180, cost=100), StageConfig("agreed"))
LINE = Pipeline("main", STAGES, ("won",), ("lost",), 1.0, "declared")
SECOND = replace(LINE, name="second")
#: Eight deals: two lost at once, two after the visit, one after agreeing, three won. One more is open.
WAYS = ["lost 1"] * 2 + ["lost 2"] * 2 + ["lost 3"] + ["won"] * 3
TEAM = [
    ("Anna", "seller", date(2023, 1, 2), None, 40.0),
    ("Boris", "seller", date(2023, 1, 2), date(2024, 2, 29), 20.0),
    ("Clara", "head", None, None, 40.0),
]
PLAN = [("2024-02", "main", None, 6.0, None), ("2024-05", "main", None, 3.0, None)]


def deals() -> list[dict[str, Any]]:
    known = [deal(1, 9, way.split()[0], position=int(way[5:]) if way[5:] else None, value=500.0) for way in WAYS]
    return [*known, deal(50)]


def rows(table: Any, made: list[dict[str, Any]] | None = None, line: Pipeline = LINE, **more: Any) -> list[Row]:
    facts = dataset(
        [line, SECOND], day(100), deals() if made is None else made, **{"team": TEAM, "plan": PLAN, **more}
    )
    return list(tabulate(table, ways_of(facts, PROJECT)).rows)


def test_a_lead_takes_the_minutes_and_costs_of_the_stages_that_it_reaches() -> None:
    found = [[row[key] for key in ("pass", "reach", "hours_per_lead", "cost_per_lead")] for row in rows(work)]
    assert [row["cost"] for row in rows(work)] == [10, 100, 0]
    assert found == [
        pytest.approx([6 / 8, 1, 1, 10]),
        pytest.approx([4 / 6, 6 / 8, 3 * 6 / 8, 75]),
        pytest.approx([3 / 4, 4 / 8, 0, 0]),
    ]


def test_its_sums_are_those_of_the_plan_and_of_worth() -> None:
    found = rows(work)
    (plan,) = [row for row in rows(capacity_plan) if row["month"] == "2024-05"]
    assert math.fsum(row["hours_per_lead"] for row in found) == pytest.approx(plan["hours_per_lead"], rel=1e-12)
    assert max(found, key=lambda row: row["hours_per_lead"])["stage"] == plan["bottleneck"] == "visited"
    assert math.fsum(row["cost_per_lead"] for row in found) == pytest.approx(rows(worth)[0]["remaining_cost"])


def test_acquisition_is_what_a_closed_lead_of_the_reference_had_cost() -> None:
    found = rows(work, spend=[("2024-01", "ads", 240.0), ("2024-02", "ads", 999.0)])
    assert (found[0]["position"], found[0]["stage"], found[0]["reach"]) == (0, "acquisition", 1)
    assert found[0]["cost"] == found[0]["cost_per_lead"] == 240 / 8
    assert found[0]["hours_per_lead"] is None


def test_minutes_or_passes_that_nobody_knows_make_no_hours() -> None:
    bare = replace(LINE, stages=tuple(StageConfig(name) for name in "abc"))
    assert {(row["minutes"], row["cost"], row["hours_per_lead"]) for row in rows(work, line=bare)} == {
        (None, None, None)
    }
    lost = [deal(1, 9, "lost", position=1)]
    assert [(row["pass"], row["reach"], row["hours_per_lead"]) for row in rows(work, lost)] == [
        (0, 1, None),
        (None, 0, None),
        (None, None, None),
    ]


def test_the_order_of_the_deals_changes_nothing() -> None:
    shuffled = deals()
    random.Random(1).shuffle(shuffled)
    spend = [("2024-01", "ads", 100.0)]
    assert rows(work, shuffled, spend=spend) == rows(work, spend=spend)


def test_sellers_are_counted_in_the_months_in_which_they_have_hours() -> None:
    february, april, may = rows(staffing)
    assert [row["month"] for row in (february, april, may)] == ["2024-02", "2024-04", "2024-05"]
    assert (february["sellers"], february["hours_available"]) == (2, 21 * 8 + 21 * 4)
    assert february["hours_of_seller"] == 21 * 6
    assert (april["sellers"], april["hours_available"], april["hours_of_seller"]) == (1, 22 * 8, 22 * 8)
    assert [row["hours_available"] for row in rows(capacity_plan)] == [
        row["hours_available"] for row in (february, april, may)
    ]


def test_hours_that_nobody_told_are_unknown_and_the_people_are_counted() -> None:
    april = rows(staffing, team=[*TEAM, ("Dora", "seller", None, None, None)])[1]
    assert (april["sellers"], april["hours_available"], april["hours_of_seller"]) == (2, None, None)
    april = rows(staffing, team=[("Clara", "head", None, None, 40.0)])[1]
    assert (april["sellers"], april["hours_available"], april["hours_of_seller"]) == (0, 0, None)
    with pytest.raises(Absent, match="no-team"):
        rows(staffing, team=[])
