"""What was before and after a playbook's versions, by hand (metrics.md, `effects`)."""

from __future__ import annotations

import math
import random
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from datasets_by_hand import dataset
from msgspec.structs import replace
from test_awkward_inputs import CASES

from funnelbook.metrics import Absent, compute, tabulate, ways_of
from funnelbook.metrics.tables import effects
from funnelbook.metrics.tables.effects import windows_of
from funnelbook.model.aims import Aim
from funnelbook.model.handbook_facts import HandbookFacts
from funnelbook.model.pipeline import Pipeline
from funnelbook.model.results import Row
from funnelbook.project import Project, Site, StageConfig

ZONE = ZoneInfo("Europe/Moscow")
PROJECT = Project(root=Path(), site=Site(title="t", languages=("ru",), currency="RUB", timezone=ZONE))


def line(name: str, *stages: str) -> Pipeline:
    return Pipeline(name, tuple(StageConfig(name=each) for each in stages), ("won",), ("lost",), 1.0, "declared")


LINES = (line("main", "Заявка", "Offer"), line("second", "Call", "Visit"))
VERSION = date(2024, 6, 1)
#: Local midnight of the version in Moscow, and a time when everything is over.
START = datetime(2024, 5, 31, 21, tzinfo=UTC)
LATE = datetime(2025, 6, 1, tzinfo=UTC)
WIN_RATE = Aim("book", "win_rate", (), (VERSION,))
Deals = list[dict[str, Any]]


def days(number: float) -> datetime:
    """So many days after the version's local midnight."""
    return START + timedelta(days=number)


def deal(created: float, closed: float | None = None, status: str = "open", **facts: Any) -> dict[str, Any]:
    known = {"pipeline": 0, "basis": "history", "contact": None}
    when = {"created_at": days(created), "closed_at": None if closed is None else days(closed), "status": status}
    why = {"cause": "fit", "party": "refused"} if status == "lost" else {}
    return {**known, **why, **when, **facts}


def closed(at: float, good: int, n: int, **facts: Any) -> Deals:
    return [deal(at - 1, at, "won" if number < good else "lost", **facts) for number in range(n)]


def rows(
    deals: Deals, *aims: Aim, as_of: datetime = LATE, project: Project = PROJECT, **more: Any
) -> tuple[Row, ...]:
    return tabulate(effects, ways_of(dataset(LINES, as_of, deals, **more), project, None, aims)).rows


def the_row(deals: Deals, aim: Aim = WIN_RATE, **more: Any) -> Row:
    (found,) = rows(deals, aim, **more)
    return found


def test_a_win_rate_before_and_after_with_newcombes_interval() -> None:
    """56 of 70 after 48 of 80: Newcombe (1998), Table II, gives 0.0524 to 0.3339 for method 10."""
    row = the_row(closed(-10, 48, 80) + closed(10, 56, 70))
    assert (row["before_good"], row["before_n"], row["after_good"], row["after_n"]) == (48, 80, 56, 70)
    assert (row["before_share"], row["after_share"]) == (0.6, 0.8)
    assert [round(row[key], 4) for key in ("difference", "low", "high")] == [0.2, 0.0524, 0.3339]
    assert (row["verdict"], row["reason"], row["pipeline"], row["stage"]) == ("better", None, "all", None)
    assert (row["control_before_n"], row["control_after_n"], row["net"]) == (0, 0, None)


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ((16, 20), (8, 20), ("worse", None)),
        ((10, 20), (12, 20), ("noise", None)),
        ((10, 19), (12, 20), ("not_enough", "few")),
        ((0, 0), (12, 20), ("not_enough", "few")),
        ((20, 20), (20, 20), ("noise", None)),
    ],
)
def test_verdicts(before: tuple[int, int], after: tuple[int, int], told: tuple[str, str | None]) -> None:
    row = the_row(closed(-10, *before) + closed(10, *after))
    assert (row["verdict"], row["reason"]) == told


def test_windows_are_ninety_local_days_half_open() -> None:
    """In Moscow the version begins at 21:00 UTC of the day before: a deal closed then is one after it."""
    moment = 1 / 86_400_000_000
    inside = [*closed(-90, 1, 1), *closed(-moment, 1, 2), *closed(0, 1, 3), *closed(90 - moment, 1, 4)]
    outside = [*closed(-90 - moment, 1, 5), *closed(90, 1, 6)]
    row = the_row(inside + outside)
    assert (row["before_n"], row["after_n"]) == (1 + 2, 3 + 4)
    assert (row["before_days"], row["after_days"]) == (90, 90)


def test_a_day_of_a_clock_change_has_its_own_length() -> None:
    """Berlin, 31 March 2024, 23 hours: 1 April begins at 22:00 UTC, 31 March at 23:00 UTC of the day before."""
    berlin = replace(PROJECT, site=replace(PROJECT.site, timezone=ZoneInfo("Europe/Berlin")))
    moments = [datetime(2024, 3, 30, 23, tzinfo=UTC), datetime(2024, 3, 31, 21, 59, tzinfo=UTC)]
    deals = [deal(-300, 0, "won", closed_at=each) for each in (*moments, moments[1] + timedelta(minutes=1))]
    aim = Aim("book", "win_rate", (), (date(2024, 3, 31), date(2024, 4, 1)))
    first, second = rows(deals, aim, project=berlin)
    assert (first["after_n"], first["after_days"], second["before_n"], second["before_days"]) == (2, 1, 2, 1)
    assert second["after_n"] == 1


def test_neighbouring_versions_cut_each_others_windows() -> None:
    versions = (date(2024, 1, 1), date(2024, 2, 1), date(2024, 12, 1))
    told = [(each.since, each.until, each.cut) for each in windows_of(versions, date(2024, 12, 1))]
    assert told == [
        (date(2023, 10, 3), date(2024, 2, 1), True),
        (date(2024, 1, 1), date(2024, 5, 1), True),
        (date(2024, 9, 2), date(2025, 3, 1), False),
    ]
    assert len(list(windows_of(versions, date(2024, 11, 30)))) == 2
    aim = replace(WIN_RATE, versions=(VERSION, VERSION + timedelta(days=30)))
    first, second = rows(closed(-10, 5, 30) + closed(10, 5, 15) + closed(40, 25, 30), aim)
    assert (first["reason"], first["after_n"], second["before_n"]) == ("cut", 15, 15)
    assert (second["verdict"], second["reason"]) == ("not_enough", "cut")


def test_a_window_that_is_not_over_has_no_verdict_but_its_numbers_so_far() -> None:
    deals = closed(-10, 10, 40) + closed(10, 38, 40)
    row = the_row(deals, as_of=days(90) - timedelta(microseconds=1))
    assert (row["verdict"], row["reason"], row["after_n"]) == ("not_enough", "not_over", 40)
    assert row["difference"] == pytest.approx(0.7)
    assert the_row(deals, as_of=days(90))["verdict"] == "better"


def test_other_pipelines_are_the_control() -> None:
    """Own 10/40 -> 30/40, +0.5; the others 20/40 -> 24/40, +0.1; the difference of the two is 0.4."""
    own = closed(-10, 10, 40) + closed(10, 30, 40)
    other = closed(-10, 20, 40, pipeline=1) + closed(10, 24, 40, pipeline=1)
    row = the_row(own + other, replace(WIN_RATE, stages=("заявка",)))
    assert (row["pipeline"], row["stage"]) == ("main", "Заявка")
    assert (row["control_before_good"], row["control_before_n"]) == (20, 40)
    assert (row["control_after_good"], row["control_after_n"]) == (24, 40)
    assert row["control_difference"] == pytest.approx(0.1)
    assert row["control_low"] < 0 < row["control_high"]
    below = math.hypot(row["difference"] - row["low"], row["control_high"] - row["control_difference"])
    assert (row["net"], row["net_low"]) == (pytest.approx(0.4), pytest.approx(0.4 - below))
    small = the_row(own + other[:40] + other[40:59], replace(WIN_RATE, stages=("Заявка",)))
    assert (small["control_after_n"], small["net"]) == (19, None)


def test_decided_counts_deals_that_came_to_the_stage_and_went_on_within_ninety_days() -> None:
    """Entered the offer after the version: won 10 days later; lost there; lost after 91 days; still there."""
    deals = [
        deal(0, 20, "won"),
        deal(0, 20, "lost", position=2),
        deal(0, 101.5, "lost", position=2),
        deal(0, position=2),
        deal(0, 5, "lost", position=1),
    ]
    entries = [(number, days(0), 1) for number in range(5)] + [(number, days(10), 2) for number in range(4)]
    aim = Aim("book", "decided", ("Offer", "Заявка"), (VERSION,))
    first, offer = rows(deals, aim, entries=entries, as_of=days(120))
    assert (first["stage"], first["after_good"], first["after_n"], first["pending"]) == ("Заявка", 4, 5, 0)
    assert (offer["stage"], offer["after_good"], offer["after_n"], offer["pending"]) == ("Offer", 1, 2, 0)
    early = rows(deals[:2] + [deal(0, position=2)] * 2, aim, entries=entries[:4] + entries[5:], as_of=days(99))[1]
    assert (early["after_n"], early["pending"]) == (2, 2)


def test_a_verdict_waits_for_deals_that_could_turn_it() -> None:
    """10 of 20 before; 19 of 20 after, and so many that have stood at the offer for 40 days."""

    def judged(waiting: int) -> Row:
        before = [deal(-20, -5, "won" if n < 10 else "lost", position=None if n < 10 else 1) for n in range(20)]
        after = [deal(50, 60, "won" if n < 19 else "lost", position=None if n < 19 else 1) for n in range(20)]
        deals = before + after + [deal(80, position=1)] * waiting
        entries = [(n, each["created_at"], 1) for n, each in enumerate(deals)]
        return the_row(deals, Aim("book", "decided", ("Заявка",), (VERSION,)), entries=entries, as_of=days(95))

    assert (judged(1)["verdict"], judged(1)["pending"]) == ("better", 1)
    assert (judged(20)["verdict"], judged(20)["reason"]) == ("not_enough", "pending")


def test_deals_of_a_single_export_say_nothing_of_a_stage() -> None:
    deals = [deal(10, 20, "won", basis="current") for _ in range(40)]
    row = the_row(deals, Aim("book", "decided", ("Заявка",), (VERSION,)))
    assert (row["after_n"], row["verdict"], row["reason"]) == (0, "not_enough", "no_way")


def test_answers_within_the_target() -> None:
    deals = [deal(n) for n in (-3, -2, -1, 1, 2, 3)]
    calls = [(0, days(-3) + timedelta(minutes=15), True), (1, days(-2) + timedelta(minutes=16), True),
             (3, days(1), True), (4, days(2) + timedelta(minutes=1), True), (5, days(3), False)]  # fmt: skip
    row = the_row(deals, Aim("book", "answered_in_target", (), (VERSION,)), activities=calls)
    assert (row["before_good"], row["before_n"], row["after_good"], row["after_n"]) == (1, 3, 2, 3)


def test_comebacks_within_ninety_days_of_a_refusal() -> None:
    """Refused buyers 1 to 4: back after 30 days, after 100, never, and one whose 90 days are not over."""
    lost = [deal(1, 5, "lost", contact=1), deal(1, 5, "lost", contact=2), deal(1, 5, "lost", contact=3)]
    lost += [deal(60, 80, "lost", contact=4), deal(1, 5, "lost", contact=None)]
    lost += [deal(1, 5, "lost", contact=5, party="declined")]
    deals = [*lost, deal(35, contact=1), deal(105, contact=2)]
    aim = Aim("book", "comeback", (), (VERSION,))
    row = the_row(deals, aim, as_of=days(120))
    assert (row["after_good"], row["after_n"], row["pending"]) == (1, 3, 1)
    assert the_row(deals, aim)["after_n"] == 4


def test_without_aims_or_versions_the_table_is_absent() -> None:
    for aims, reason in (((), "no-aims"), ((replace(WIN_RATE, versions=()),), "no-versions"),
                         ((replace(WIN_RATE, versions=(date(2030, 1, 1),)),), "no-versions")):  # fmt: skip
        with pytest.raises(Absent) as absent:
            rows(closed(1, 1, 2), *aims)
        assert absent.value.reason == reason


def test_the_order_of_rows_changes_nothing() -> None:
    deals = closed(-10, 10, 40) + closed(10, 30, 40) + closed(3, 9, 30, pipeline=1)
    aims = (WIN_RATE, Aim("a", "decided", ("Offer", "Call"), (VERSION,)), Aim("c", "comeback", (), (VERSION,)))
    shuffled = random.Random(3).sample(deals, len(deals))
    assert rows(deals, *aims) == rows(shuffled, *reversed(aims))
    assert [row["playbook"] for row in rows(deals, *aims)] == ["a", "a", "book", "c"]


@pytest.mark.parametrize("name", CASES)
def test_awkward_inputs_give_finite_numbers(name: str) -> None:
    deals, pipe = CASES[name]
    aims = tuple(
        Aim(aims_at, aims_at, stages, (date(2024, 1, 1), date(2024, 1, 20), date(2024, 4, 9)))
        for aims_at in ("decided", "win_rate", "answered_in_target", "comeback")
        for stages in ((), (pipe.stages[0].name, "no such stage"))
    )
    as_of = datetime(2024, 4, 10, tzinfo=UTC)
    made = compute(dataset([pipe], as_of, deals), PROJECT, facts=HandbookFacts(aims=aims))
    for row in made["effects"].rows:
        assert row["verdict"] == "not_enough"
        assert all(not isinstance(value, float) or math.isfinite(value) for value in row.values())
