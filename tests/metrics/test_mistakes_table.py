"""The eight mistakes by people and playbooks, and the table as a whole (metrics.md, `mistakes`)."""

from __future__ import annotations

from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from msgspec.structs import replace
from test_awkward_inputs import deal
from test_mistakes import Deals, rows, sale, signal, told
from test_ways import LINE, PROJECT, STAGES

from funnelbook.model.pipeline import Pipeline
from funnelbook.model.reviews import Reviews
from funnelbook.project import DEFAULT_THRESHOLDS

# forgetting_principles


def closings(owner: str, lost: int, won: int, on: float = 20, **facts: Any) -> Deals:
    return [deal(on - 1, on, "lost", owner=owner, position=1, **facts)] * lost + [
        deal(on - 1, on, "won", owner=owner, **facts)
    ] * won


def team_of(**facts: Any) -> Deals:
    """Anna sells half of 200, Boris none of 50: far below what chance allows."""
    return [*closings("Anna", 100, 100), *closings("Boris", 50, 0, **facts)]


def test_sellers_below_at_three_month_ends() -> None:
    assert told("forgetting_principles", closings("Anna", 9, 9)) == (0.0, 1, "ok")
    assert told("forgetting_principles", team_of()) == (1.0, 2, "watch")
    assert told("forgetting_principles", [*team_of(), *closings("Clara", 50, 0)]) == (2.0, 3, "alarm")


def test_only_sellers_count_and_only_at_all_three_ends() -> None:
    assert told("forgetting_principles", team_of(role="head")) == (0.0, 1, "ok")
    late = [*closings("Anna", 100, 100), *closings("Boris", 50, 0, on=40)]
    assert told("forgetting_principles", late) == (0.0, 1, "ok")


def test_what_was_closed_after_a_month_end_does_not_count_at_it() -> None:
    """Boris' sales of March lift him at the end of March alone; those of April, after the last end, at none."""
    saved = [*team_of(), *closings("Boris", 0, 60, on=70)]
    assert told("forgetting_principles", saved) == (0.0, 2, "ok")
    assert told("forgetting_principles", [*team_of(), *closings("Boris", 0, 60, on=95)]) == (1.0, 2, "watch")


def test_a_month_end_is_a_local_midnight() -> None:
    """Closed on 1 February in Moscow, on 31 January in UTC: at the first of the three ends in UTC only."""
    moscow = replace(PROJECT, site=replace(PROJECT.site, timezone=ZoneInfo("Europe/Moscow")))
    deals = [*closings("Anna", 100, 100), *closings("Boris", 50, 0, on=30.9)]
    assert told("forgetting_principles", deals)[0] == 1.0
    assert told("forgetting_principles", deals, project=moscow)[0] == 0.0


def test_fewer_than_three_month_ends_or_no_sellers_are_unknown() -> None:
    assert told("forgetting_principles", closings("Anna", 9, 9, on=40)) == (None, 0, "unknown")
    assert told("forgetting_principles", closings("Anna", 9, 9, role=None)) == (None, 0, "unknown")
    nobody = [deal(1, 20, "won", owner=None), deal(1)]
    assert told("forgetting_principles", nobody) == (None, 0, "unknown")


# too_precious


@pytest.mark.parametrize(("overdue", "verdict"), [(1, "ok"), (2, "watch"), (4, "watch"), (5, "alarm")])
def test_playbooks_overdue_for_review(overdue: int, verdict: str) -> None:
    assert told("too_precious", [deal(1)], reviews=Reviews(10, overdue)) == (overdue / 10, 10, verdict)


@pytest.mark.parametrize("reviews", [None, Reviews(0, 0), Reviews(0, 0, 3)])
def test_without_git_nobody_knows_when_playbooks_were_reviewed(reviews: Reviews | None) -> None:
    assert told("too_precious", [deal(1)], reviews=reviews) == (None, 0, "unknown")


# the table


def test_every_signal_has_a_row_for_all_and_for_each_pipeline_with_deals() -> None:
    made = rows([deal(20)], reviews=Reviews(1, 0))
    assert [row["signal"] for row in made if row["pipeline"] == "all"] == list(DEFAULT_THRESHOLDS)
    assert {row["pipeline"] for row in made} == {"all", "main"}
    assert [row["pipeline"] for row in made if row["signal"] == "too_precious"] == ["all"]


def test_thresholds_come_from_the_project_file() -> None:
    deals = [sale(90.0)]
    strict = replace(PROJECT, mistakes={"too_cheap": (0.99, 0.91)})
    row = signal("too_cheap", deals, project=strict)
    assert (row["watch"], row["alarm"], row["verdict"]) == (0.99, 0.91, "alarm")
    lenient = replace(PROJECT, mistakes={"too_cheap": (0.8, 0.7)})
    assert signal("too_cheap", deals, project=lenient)["verdict"] == "ok"
    even = replace(PROJECT, mistakes={"too_cheap": (0.8, 0.8)})
    assert signal("too_cheap", [sale(79.0)], project=even)["verdict"] == "alarm"


def test_a_mistake_is_as_bad_as_the_worst_of_its_known_signals_of_the_department() -> None:
    lost = [deal(20, 40, "lost", cause="fear")] * 20
    verdicts = {row["signal"]: row["mistake_verdict"] for row in rows([sale(100.0), *lost])}
    assert (verdicts["too_cheap"], verdicts["too_cheap_losses"]) == ("alarm", "alarm")
    assert {row["mistake_verdict"] for row in rows([deal(20)]) if row["mistake"] == "too_cheap"} == {"unknown"}
    apart = [sale(100.0)] * 9 + [sale(50.0, pipeline=1)]
    made = [row for row in rows(apart) if row["signal"] == "too_cheap"]
    assert [(row["pipeline"], row["verdict"], row["mistake_verdict"]) for row in made] == [
        ("all", "ok", "ok"),
        ("main", "ok", "ok"),
        ("second", "alarm", "ok"),
    ]


def test_pipelines_together_are_their_deals_together() -> None:
    early = [deal(20, 40, "lost", position=1)] * 3 + [deal(20, 40, "lost", position=3, pipeline=1)]
    assert told("selling_to_all_earliness", early) == (0.75, 4, "ok")
    assert told("selling_to_all_earliness", early, pipeline="second") == (0.0, 1, "alarm")


def test_the_rows_do_not_depend_on_the_order_of_deals() -> None:
    deals = [*team_of(), sale(97.3), sale(81.0, owner="Boris"), deal(20), deal(30, pipeline=1, role="owner")]
    team = [("Anna", "seller", date(2023, 1, 2), None, 40.0)]
    assert rows(deals, team=team) == rows(deals[::-1], team=team)


def test_a_pipeline_called_all_hides_nothing() -> None:
    named = Pipeline("all", STAGES, ("won",), ("lost",), 1.0, "declared")
    made = rows([sale(100.0), sale(50.0, pipeline=1)], lines=(LINE, named))
    cheap = [row["value"] for row in made if row["signal"] == "too_cheap"]
    assert cheap == [pytest.approx(0.75), 1.0, 0.5]
