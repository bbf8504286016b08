"""The way of single deals (metrics.md, section 2), each rule on its own."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from datasets_by_hand import dataset

from funnelbook.errors import ConservationError
from funnelbook.metrics import CONSERVED, TABLES, Ways, compute, conservation, tabulate, ways_of
from funnelbook.model.pipeline import LOST_CODE, WON_CODE, Pipeline
from funnelbook.model.results import Table
from funnelbook.project import MetricSettings, Project, StageConfig

START = datetime(2024, 1, 1, tzinfo=UTC)
STAGES = tuple(StageConfig(name=name, minutes=60) for name in ("one", "two", "three"))
LINE = Pipeline("main", STAGES, ("won",), ("lost",), 1.0, "declared")
PROJECT = Project(root=Path(), metrics=MetricSettings(hour_rate=10))
DAY = 86_400_000_000


def day(number: float) -> datetime:
    return START + timedelta(days=number)


def way(rows: list[tuple[float, int]], status: str = "open", closed: float | None = None, **facts: Any) -> Ways:
    """The ways of one deal created on day 0 with rows (day, code)."""
    deal = {
        "pipeline": 0,
        "created_at": day(0),
        "status": status,
        "closed_at": None if closed is None else day(closed),
        "basis": "history" if rows else "current",
        **({"cause": "none", "party": "drifted"} if status == "lost" else {}),
        **facts,
    }
    return ways_of(dataset([LINE], day(100), [deal], [(0, day(at), code) for at, code in rows]), PROJECT)


def fact(ways: Ways, name: str) -> Any:
    return ways.deals[name][0]


def stays(ways: Ways) -> dict[int, float]:
    return {position: stay / DAY for _, position, stay in ways.stays.sort("position").rows()}


def skipped(ways: Ways) -> list[int]:
    return ways.skips["position"].to_list()


def test_2_1_an_entry_at_one_is_added_when_the_history_begins_later() -> None:
    late = way([(2, 2), (5, 3)])
    assert stays(late) == {1: 2.0, 2: 3.0}
    assert skipped(late) == []
    at_once = way([(0, 2), (5, 3)])
    assert stays(at_once) == {2: 5.0}
    assert skipped(at_once) == [1]


def test_2_1_ties_stay_as_in_the_file() -> None:
    forward, back = way([(0, 1), (3, 2), (3, 3)]), way([(0, 1), (3, 3), (3, 2)])
    assert (fact(forward, "standing"), fact(forward, "moved_back")) == (3, False)
    assert (fact(back, "standing"), fact(back, "moved_back")) == (2, True)


def test_2_1_an_unrecorded_current_stage_counts_and_gives_no_times() -> None:
    ways = way([(0, 1)], position=3)
    assert (fact(ways, "furthest"), skipped(ways), stays(ways)) == (3, [2], {})
    assert float(fact(ways, "cost")) == 20.0


def test_2_3_a_single_export_knows_where_a_deal_is_and_fills_the_way_behind_it() -> None:
    open_deal, lost, unknown = way([], position=2), way([], "lost", 4, position=2), way([], "lost", 4)
    assert [fact(one, "furthest") for one in (open_deal, lost, unknown, way([], "won", 4))] == [2, 2, None, 4]
    assert [stays(one) for one in (open_deal, lost, unknown)] == [{}, {}, {}]
    assert [float(fact(one, "cost")) for one in (open_deal, lost, unknown)] == [20.0, 20.0, 10.0]
    assert skipped(open_deal) == skipped(lost) == []


def test_2_6_a_closing_that_did_not_last_ends_a_visit_and_leaves_the_deal_open() -> None:
    ways = way([(0, 1), (2, 2), (5, LOST_CODE), (9, 2), (10, 3), (12, WON_CODE)], "won", 12)
    assert fact(ways, "reopened")
    assert not fact(ways, "moved_back")
    assert stays(ways) == {1: 2.0, 2: 4.0, 3: 2.0}


def test_2_6_stages_skipped_are_those_a_deal_never_stood_at() -> None:
    assert skipped(way([(0, 1), (1, 3)])) == [2]
    assert skipped(way([(0, 1), (1, 3), (2, 2)])) == []
    assert skipped(way([(0, 1)], "won", 4)) == [2, 3]
    assert skipped(way([(0, 1)], "lost", 4)) == []


def test_2_7_one_negative_visit_takes_the_deal_out_of_that_stage_only() -> None:
    ways = way([(0, 1), (3, 2), (6, 1)], "lost", 4)
    assert stays(ways) == {2: 3.0}
    assert fact(ways, "furthest") == 2


def test_2_7_times_are_exact_below_a_second() -> None:
    ways = way([(0, 1), (1 + 1 / DAY, 2)])
    assert ways.stays["stay"].to_list() == [DAY + 1]


def test_section_1_a_deal_closed_before_it_was_created_counts_then_and_gives_no_cycle() -> None:
    ways = way([], "won", -40)
    assert fact(ways, "closed") == fact(ways, "created")
    assert fact(ways, "cycle") is None


def test_section_4_says_which_row_of_which_table_does_not_add_up() -> None:
    ways = way([(0, 1), (3, 2)])
    tables = {metric.NAME: tabulate(metric, ways) for metric in CONSERVED}
    conservation.check(tables, ways)
    wrong = tables["funnel"].frame.with_columns(pl.col("lost") + (pl.col("position") == 2))
    with pytest.raises(ConservationError) as raised:
        conservation.check(tables | {"funnel": Table("funnel", wrong)}, ways)
    assert "table funnel" in str(raised.value)
    assert "position 2: reached is 1, advanced + lost + open is 2" in str(raised.value)


@pytest.mark.parametrize(
    ("name", "column"), [("monthly", "created"), ("entries", "at_end"), ("losses", "deals"), ("ways", "deals")]
)
def test_section_4_notices_a_lost_deal_in_any_table(name: str, column: str) -> None:
    ways = way([(0, 1), (3, 2)], "lost", 5)
    tables = {metric.NAME: tabulate(metric, ways) for metric in CONSERVED}
    wrong = tables[name].frame.with_columns(pl.col(column) + 1)
    with pytest.raises(ConservationError, match=f"table {name}"):
        conservation.check(tables | {name: Table(name, wrong)}, ways)


def test_no_deals_make_empty_tables() -> None:
    results = compute(dataset([LINE], day(1), []), PROJECT)
    made = [metric for metric in TABLES if metric.NAME not in results.absent]
    assert {metric.NAME for metric in made if results[metric.NAME].rows} == {
        "mistakes"
    }  # its signals are always there
    assert {row["verdict"] for row in results["mistakes"].rows} == {"unknown"}
    assert all(results[metric.NAME].columns == tuple(metric.SCHEMA) for metric in made)
