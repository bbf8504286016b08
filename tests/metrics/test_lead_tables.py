"""`temperature`, `waves` and `qualification`, with numbers worked out by hand."""

from __future__ import annotations

import random
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from datasets_by_hand import dataset
from test_ways import LINE, PROJECT, day

from funnelbook.metrics import compute
from funnelbook.model.differences import newcombe, wilson
from funnelbook.model.pipeline import LOST_CODE, WON_CODE, Pipeline
from funnelbook.model.results import Results, Row
from funnelbook.project import MetricSettings, Project, StageConfig

#: The second stage qualifies.
QUALIFYING = Pipeline(
    "main",
    tuple(StageConfig(name=name, qualifies=name == "two") for name in ("one", "two", "three")),
    ("won",),
    ("lost",),
    1.0,
    "declared",
)
#: A sale within ten days is easy.
EASY = Project(root=Path(), metrics=MetricSettings(easy_days=10))

Step = tuple[float, int]


def deal(created: float, closed: float | None = None, status: str = "open", **facts: Any) -> dict[str, Any]:
    why = {"cause": "fear", "party": "declined"} if status == "lost" else {}
    when = {"created_at": day(created), "closed_at": None if closed is None else day(closed), "status": status}
    return {"pipeline": 0, "basis": "current", **why, **when, **facts}


def made(deals: list[dict[str, Any]], *, line: Pipeline = QUALIFYING, project: Project = EASY) -> Results:
    """Deals with `way`, rows of (day, code), have a history."""
    entries = [(i, day(at), code) for i, each in enumerate(deals) for at, code in each.get("way", ())]
    facts = [
        {name: value for name, value in each.items() if name != "way"}
        | ({"basis": "history"} if "way" in each else {})
        for each in deals
    ]
    return compute(dataset([line], day(100), facts, entries), project)


def the(results: Results, table: str, **equal: Any) -> Row:
    row = results[table].one(**equal)
    assert row is not None
    return row


# temperature


COLD = [
    deal(1, temperature="cold", value=7.0),
    deal(1, 5, "lost", temperature="cold"),
    deal(1, 6, "won", temperature="cold", value=10.0),
    deal(1, 60, "won", temperature="cold", value=32.5),
    deal(1, 60, "won", temperature="cold"),
    deal(1, 11, "won", temperature="hot", value=4.0),
    deal(2),
]


def test_a_cold_lead_that_bought_later_is_seen() -> None:
    results = made(COLD)
    cold = the(results, "temperature", temperature="cold")
    assert [cold[name] for name in ("leads", "open", "won", "lost", "won_later")] == [5, 1, 3, 1, 2]
    assert [cold[name] for name in ("revenue", "revenue_later", "open_value")] == [42.5, 32.5, 7.0]
    share = wilson(3, 4)
    assert share is not None
    rate = [cold[name] for name in ("win_rate", "win_rate_low", "win_rate_high")]
    assert rate == pytest.approx([0.75, share.low, share.high])
    assert [row["temperature"] for row in results["temperature"].rows] == ["hot", "cold", "—"]
    assert {row["easy_days"] for name in ("temperature", "waves") for row in results[name].rows} == {10.0}


def test_a_sale_on_the_last_day_of_an_easy_one_is_not_later() -> None:
    hot = the(made(COLD), "temperature", temperature="hot")
    assert (hot["won_later"], hot["revenue_later"]) == (0, 0.0)


def test_later_sales_are_the_hard_wave() -> None:
    results = made(COLD)
    assert sum(row["won_later"] for row in results["temperature"].rows) == sum(
        row["hard"] for row in results["leads"].where(dimension="all")
    )


def test_nobody_knows_what_is_later_while_nothing_was_sold() -> None:
    row = the(made([deal(1, temperature="warm")], project=PROJECT), "temperature", temperature="warm")
    assert (row["won_later"], row["revenue_later"], row["win_rate"]) == (None, None, None)


def test_without_any_temperature_the_table_is_absent() -> None:
    assert made([deal(1), deal(2, 3, "won")]).absent["temperature"] == "no-temperatures"


# waves


def test_each_wave_has_the_sales_of_the_leads_and_their_money() -> None:
    deals = [
        deal(1, 4, "lost", contact=1),
        deal(5, 6, "won", contact=1, value=100.0),
        deal(5, 40, "won", contact=2, value=30.0),
        deal(6, 50, "won", contact=3),
        deal(40, 41, "won", contact=1, value=5.0),
    ]
    results = made(deals)
    rows = [(row["month"], row["wave"], row["sales"], row["revenue"]) for row in results["waves"].rows]
    assert rows == [
        ("2024-01", "easy", 1, 100.0),
        ("2024-01", "hard", 2, 30.0),
        ("2024-01", "returned", 1, 100.0),
        ("2024-02", "easy", 1, 5.0),
        ("2024-02", "hard", 0, 0.0),
        ("2024-02", "returned", 1, 5.0),
    ]
    for row in results["leads"].where(dimension="all"):
        for wave in ("easy", "hard", "returned"):
            assert the(results, "waves", month=row["month"], wave=wave)["sales"] == row[wave]


def test_easy_and_hard_are_all_sales_and_all_revenue() -> None:
    results = made([deal(i, i + 1 + i % 30, "won", value=1000.0 / 7 * i) for i in range(60)])
    both = [row for row in results["waves"].rows if row["wave"] != "returned"]
    months = results["monthly"].where(dimension="all")
    assert sum(row["sales"] for row in both) == sum(row["won"] for row in months) == 60
    assert sum(row["revenue"] for row in both) == pytest.approx(sum(row["revenue"] for row in months))


def test_waves_are_unknown_while_nothing_was_sold() -> None:
    rows = made([deal(1)], project=PROJECT)["waves"].rows
    assert [(row["wave"], row["sales"], row["revenue"]) for row in rows] == [
        ("easy", None, None),
        ("hard", None, None),
        ("returned", 0, 0.0),
    ]


# answered


def answers(deals: list[dict[str, Any]], *waits: float | None) -> Results:
    """Each deal is answered so many minutes after its creation; None = never."""
    calls = [
        (number, each["created_at"] + timedelta(minutes=wait), True)
        for number, (each, wait) in enumerate(zip(deals, waits, strict=True))
        if wait is not None
    ]
    return compute(dataset([QUALIFYING], day(100), deals, activities=calls), EASY)


def test_leads_are_told_apart_by_when_they_were_answered() -> None:
    deals = [
        deal(1, 5, "won", value=10.0),
        deal(1, 5, "lost"),
        deal(2, 9, "won", value=2.5),
        deal(2, 9, "lost"),
        deal(2, 9, "lost"),
        deal(3),
        deal(3, 4, "lost"),
        deal(100),
    ]
    results = answers(deals, 0, 15, 15 + 1 / 60, 90, 600, 3000, None, None)
    rows = [
        tuple(row[name] for name in ("answer", "leads", "open", "won", "lost", "win_rate", "revenue"))
        for row in results["answered"].rows
    ]
    assert rows == [
        ("in_target", 2, 0, 1, 1, 0.5, 10.0),
        ("later", 4, 1, 1, 2, pytest.approx(1 / 3), 2.5),
        ("never", 1, 0, 0, 1, 0.0, 0.0),
    ]


def test_without_activities_nobody_is_said_to_be_unanswered() -> None:
    assert made([deal(1, 5, "won"), deal(2)]).absent["answered"] == "no-activities"


# sales


def test_sales_of_the_last_twelve_whole_months_have_a_mean_and_medians_with_intervals() -> None:
    cycles = [1, 2, 3, 4, 5, 6, 7, 8, 9, 30]
    deals = [deal(1, 1 + days, "won", value=10.0 * days, segment="b2b") for days in cycles]
    deals += [deal(1, 20, "won", segment="b2c"), deal(95, 99, "won", value=9.0, segment="b2b")]
    row = the(made(deals), "sales", dimension="segment", member="b2b")
    assert (row["won"], row["valued"], row["average_sale"], row["median_sale"]) == (10, 10, 75.0, 55.0)
    # n = 10: r = 5 - 1.96 * 3.162 / 2 = 1.9 -> the 2nd, s = 1 + 5 + 3.1 = 9.1 -> the 9th
    assert (row["median_sale_low"], row["median_sale_high"]) == (20.0, 90.0)
    cycle = [row[name] for name in ("timed", "cycle_median_days", "cycle_median_low", "cycle_median_high")]
    assert cycle == [10, 5.5, 2.0, 9.0]
    other = the(made(deals), "sales", dimension="segment", member="b2c")
    assert (other["won"], other["average_sale"], other["median_sale"], other["cycle_median_low"]) == (
        1,
        None,
        None,
        None,
    )


def test_the_sales_are_those_of_the_months() -> None:
    results = compute(dataset([QUALIFYING], day(100), *_many(random.Random(3))), EASY)
    months = [row for row in results["monthly"].rows if row["month"] < "2024-04"]
    for row in results["sales"].rows:
        same = [
            month for month in months if (month["dimension"], month["member"]) == (row["dimension"], row["member"])
        ]
        assert row["won"] == sum(month["won"] for month in same)


# qualification


def won(*way: Step, at: float = 9) -> dict[str, Any]:
    return deal(0, at, "won", way=[*way, (at, WON_CODE)])


def lost(*way: Step, at: float = 9) -> dict[str, Any]:
    return deal(0, at, "lost", way=[*way, (at, LOST_CODE)])


STOOD, SKIPPED = [(0, 1), (2, 2), (5, 3)], [(0, 1), (4, 3)]


def test_a_lead_is_qualified_at_the_stage_or_beyond_it() -> None:
    deals = [
        won(*STOOD),
        lost(*SKIPPED),
        lost((0, 1), (8, 2)),
        lost((0, 1)),
        deal(0, way=[(0, 1)]),
        deal(0, way=[(0, 1), (1, 2)]),
    ]
    row = the(made(deals), "qualification", cohort="2024-01", dimension="all")
    assert (row["leads"], row["qualified"], row["share"]) == (6, 4, pytest.approx(4 / 6))
    assert (row["timed"], row["median_days"]) == (4, 3.0)  # 1, 2, 4 and 8 days
    assert (row["closed"], row["won"], row["win_rate"]) == (4, 1, 0.25)
    assert (row["qualified_closed"], row["qualified_win_rate"]) == (3, pytest.approx(1 / 3))


def test_power_compares_those_that_stood_at_the_stage_with_those_that_skipped_it() -> None:
    deals = [won(*STOOD)] * 3 + [lost(*STOOD)] + [won(*SKIPPED)] + [lost(*SKIPPED)] * 4
    deals += [lost((0, 1), (2, 2)), lost((0, 1)), deal(0, way=STOOD), deal(0, 9, "won"), deal(0, 9, "lost")]
    row = the(made(deals), "qualification", cohort="all", dimension="all")
    assert [row[f"{side}_{what}"] for side in ("stood", "skipped") for what in ("closed", "won")] == [4, 3, 5, 1]
    stood, skipped = wilson(3, 4), wilson(1, 5)
    assert stood
    assert skipped
    difference = newcombe(stood, skipped)
    assert [row[name] for name in ("power", "power_low", "power_high")] == pytest.approx(
        [difference.value, difference.low, difference.high]
    )


def test_without_skips_there_is_no_power() -> None:
    row = the(made([won(*STOOD), lost(*STOOD)]), "qualification", cohort="all", dimension="all")
    assert (row["stood_closed"], row["skipped_closed"], row["power"], row["power_low"]) == (2, 0, None, None)


def test_a_single_export_gives_no_time_and_no_power() -> None:
    row = the(made([deal(0, 9, "won"), deal(0, position=2)]), "qualification", cohort="all", dimension="all")
    assert (row["qualified"], row["timed"], row["median_days"], row["stood_closed"]) == (2, 0, None, 0)


def test_when_the_first_stage_qualifies_every_lead_is_qualified() -> None:
    first = Pipeline("main", (StageConfig(name="one", qualifies=True),), ("won",), ("lost",), 1.0, "declared")
    row = the(made([deal(0, 9, "lost"), deal(0)], line=first), "qualification", cohort="all", dimension="all")
    assert (row["leads"], row["qualified"], row["share"]) == (2, 2, 1.0)


def test_an_entry_dated_after_the_winning_is_taken_at_the_winning() -> None:
    row = the(made([won((0, 1), (12, 2), at=6)]), "qualification", cohort="all", dimension="all")
    assert (row["timed"], row["median_days"]) == (1, 6.0)


def test_without_a_qualifying_stage_the_table_is_absent() -> None:
    assert made([deal(1)], line=LINE).absent["qualification"] == "no-qualifying-stage"


def test_qualified_are_those_that_the_funnel_saw_there() -> None:
    results = compute(dataset([QUALIFYING], day(100), *_many(random.Random(4))), EASY)
    for row in results["qualification"].rows:
        key = {name: row[name] for name in ("cohort", "dimension", "member")}
        stage = the(results, "funnel", position=2, **key)
        assert (row["leads"], row["qualified"]) == (
            the(results, "funnel", position=1, **key)["reached"],
            stage["reached"],
        )
        assert row["stood_closed"] + row["skipped_closed"] <= row["qualified_closed"] <= row["closed"]


def _many(rng: random.Random) -> tuple[list[dict[str, Any]], list[tuple[int, Any, int]]]:
    """Deals with and without histories, from several sources."""
    deals: list[dict[str, Any]] = []
    entries: list[tuple[int, Any, int]] = []
    for number in range(80):
        created, status = rng.uniform(0, 60), rng.choice(["open", "won", "lost"])
        known = rng.random() < 0.8
        closed = None if status == "open" else created + 20
        facts = {"basis": "history" if known else "current", "source": rng.choice(["web", "fair", None])}
        deals.append(deal(created, closed, status, **facts, temperature=rng.choice(["hot", "cold", None])))
        if known:
            entries += [(number, day(created + i), rng.randint(1, 3)) for i in range(rng.randint(1, 4))]
    return deals, entries


def test_the_order_of_rows_changes_nothing() -> None:
    deals, entries = _many(random.Random(7))
    order = list(range(len(deals)))
    random.Random(1).shuffle(order)
    place = {old: new for new, old in enumerate(order)}
    shuffled = [(place[number], at, code) for number, at, code in entries]
    one = compute(dataset([QUALIFYING], day(100), deals, entries), EASY)
    other = compute(dataset([QUALIFYING], day(100), [deals[i] for i in order], shuffled), EASY)
    for name in ("temperature", "waves", "qualification", "sales"):
        assert one[name].csv() == other[name].csv()
