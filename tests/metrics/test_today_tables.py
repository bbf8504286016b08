"""What the head of sales must see today: leads without an answer, deals not worth it, and their ids."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest
from datasets_by_hand import Entry, dataset
from msgspec.structs import replace
from test_awkward_inputs import FREE, deal
from test_ways import LINE, PROJECT, day

from funnelbook.metrics import Absent, tabulate, ways_of
from funnelbook.metrics.tables import unanswered, unworthy, urgent
from funnelbook.model.dataset import Dataset
from funnelbook.model.pipeline import Pipeline
from funnelbook.model.results import Row
from funnelbook.project import Privacy, Project

Deals = list[dict[str, Any]]


def rows(
    metric: Any,
    deals: Deals,
    entries: list[Entry] | None = None,
    project: Project = PROJECT,
    line: Pipeline = LINE,
    **more: Any,
) -> tuple[Row, ...]:
    return tabulate(metric, ways_of(dataset([line], day(100), deals, entries or [], **more), project)).rows


def test_leads_that_wait_by_owner_with_nobodys_last() -> None:
    minute = 1 / 24 / 60
    deals = [
        deal(100 - 15 * minute),
        deal(99),
        deal(98, owner=None),
        deal(97, owner="Boris", position=3),
        deal(96),
        deal(90, 95, "lost"),
    ]
    made = rows(unanswered, deals, activities=[(4, day(96.5), True), (1, day(99.5), False)])
    assert [tuple(row.values()) for row in made] == [
        ("Anna", 2, 24.0, 1, 0, "activities"),
        ("Boris", 1, 72.0, 1, 1, "activities"),
        ("—", 1, 48.0, 1, 0, "activities"),
    ]


def test_without_activities_a_deal_without_a_history_cannot_show_an_answer() -> None:
    deals = [deal(90), deal(90, basis="history"), deal(90, basis="history")]
    entries = [(1, day(90), 1), (2, day(90), 1), (2, day(91), 2)]
    (row,) = rows(unanswered, deals, entries)
    assert (row["deals"], row["basis"]) == (1, "entries")
    with pytest.raises(Absent, match="no-activities"):
        rows(unanswered, deals[:1])


def test_everybody_answered_is_a_table_without_rows() -> None:
    assert rows(unanswered, [deal(90)], activities=[(0, day(91), True)]) == ()


def reference() -> Deals:
    """Of two leads one is won, and every deal that comes to the second stage."""
    return [deal(1, 9, "won", value=100.0), deal(1, 9, "lost", position=1)]


def test_a_deal_is_not_worth_it_below_the_least_margin_of_its_stage() -> None:
    """least_margin: (10 + 0.5 (10 + 10)) / 0.5 = 40 at stage one, 20 at two, 10 at three."""
    deals = [
        *reference(),
        deal(90, value=39.9),
        deal(90, value=40.0),
        deal(90),
        deal(90, value=19.0, position=2),
        deal(90, value=11.0, position=3),
        deal(90, value=8.0, owner=None),
    ]
    assert [tuple(row.values()) for row in rows(unworthy, deals)] == [
        ("main", "one", "Anna", 1, 39.9, 40.0),
        ("main", "one", "—", 1, 8.0, 40.0),
        ("main", "two", "Anna", 1, 19.0, 20.0),
    ]


def test_the_margin_counts() -> None:
    line = replace(LINE, margin=0.5)
    deals = [*reference(), deal(90, value=79.0), deal(90, value=80.0)]
    assert [tuple(row.values()) for row in rows(unworthy, deals, line=line)] == [
        ("main", "one", "Anna", 1, 79.0, 80.0)
    ]


def test_without_costs_nothing_is_unworthy_and_with_costs_of_zero_all_is_worth_it() -> None:
    with pytest.raises(Absent, match="no-costs"):
        rows(unworthy, [deal(90, value=1.0)], project=Project(PROJECT.root))
    assert rows(unworthy, [*reference(), deal(90, value=1.0)], line=FREE) == ()
    assert rows(unworthy, [deal(90, value=1.0)]) == ()


OPEN = Project(PROJECT.root, metrics=PROJECT.metrics, privacy=Privacy(publish_deal_ids=True))


def test_ids_of_deals_stand_only_where_the_project_publishes_them() -> None:
    with pytest.raises(Absent, match="ids-private"):
        rows(urgent, [deal(90)])


def test_each_list_has_the_deals_that_its_table_counts() -> None:
    deals = [
        *reference(),
        deal(50, value=39.0, next_task_at=day(120)),
        deal(70, basis="history", owner=None),
        deal(99, value=50.0, next_task_at=day(101)),
    ]
    calls = [(2, day(60), True), (4, day(99.5), True)]
    made = rows(urgent, deals, [(3, day(70), 1)], project=OPEN, activities=calls)
    assert [(row["list"], row["deal_id"], row["owner"], row["days"]) for row in made] == [
        ("unanswered", "D3", "—", 30.0),
        ("drifting", "D2", "Anna", 40.0),
        ("drifting", "D3", "—", 30.0),
        ("unworthy", "D2", "Anna", 50.0),
        ("no_next_step", "D3", "—", 30.0),
    ]
    counted = rows(unanswered, deals, [(3, day(70), 1)], activities=calls)
    assert sum(row["deals"] for row in counted) == 1


@pytest.mark.parametrize("metric", [unanswered, unworthy, urgent])
def test_the_rows_do_not_depend_on_the_order_of_deals(metric: Any) -> None:
    deals = [
        *reference(),
        deal(50, value=39.0),
        deal(50, value=38.0, owner="Boris"),
        deal(50, owner=None),
        deal(99),
    ]
    ids = [f"id{number}" for number in range(len(deals))]

    def made(order: int) -> tuple[Row, ...]:
        facts = dataset([LINE], day(100), deals[::order], activities=[(0, day(10), False)])
        named = facts.deals.with_columns(deal_id=pl.Series(ids[::order]))
        return rows_of(replace(facts, deals=named, activities=facts.activities.clear()))

    def rows_of(facts: Dataset) -> tuple[Row, ...]:
        return tabulate(metric, ways_of(facts, OPEN)).rows

    assert made(1) == made(-1)
    assert made(1)


def test_a_list_without_its_inputs_is_left_out() -> None:
    bare = Project(PROJECT.root, privacy=Privacy(publish_deal_ids=True))
    assert {row["list"] for row in rows(urgent, [deal(50)], project=bare)} == {"drifting", "no_next_step"}
