"""Leads needed, come and carried: what is drawn, and what is only told."""

from __future__ import annotations

from typing import Any

from funnelbook.charts.facts import Facts, Options
from funnelbook.charts.needs import needs
from funnelbook.language import Words


def told(came: int | None, needed: float | None, carried: float | None, partial: str = "") -> Facts:
    rows: list[dict[str, Any]] = [
        {"month": "2024-01", "created": 40, "leads_needed": 50.4, "leads_capacity": carried},
        {"month": "2024-02", "created": came, "leads_needed": needed, "leads_capacity": carried},
    ]
    return needs(rows, Words("en"), Options(partial=partial))


def test_hours_within_sight_are_drawn() -> None:
    facts = told(30, 50.6, 90.0)
    assert facts.words["carried"] == "The hours carry"
    assert facts.scale["top"] == 100
    assert [(mark["came"], mark["needed"], mark["carried"]) for mark in facts.marks["bars"]] == [
        (40, 50, 90),
        (30, 51, 90),
    ]


def test_hours_that_carry_far_more_are_told_and_do_not_press_the_rest_flat() -> None:
    facts = told(30, 50.6, 900.0)
    assert "carried" not in facts.words
    assert facts.words["beyond"] == "Not drawn: the hours carry 900 and more"
    assert facts.scale["top"] == 60


def test_a_month_to_come_has_no_leads_and_the_one_under_way_is_not_the_one_told() -> None:
    assert told(None, 50.0, 90.0).marks["bars"][1]["came"] is None
    facts = told(3, 50.0, 90.0, partial="2024-02")
    assert facts.alt.startswith("January 2024: 40 leads came")
    assert "Not over yet" in facts.marks["bars"][1]["tip"]
