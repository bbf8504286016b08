"""What the charts of costs say with their marks."""

from __future__ import annotations

from typing import Any

from funnelbook.charts import DRAWINGS
from funnelbook.charts.facts import Facts, Options
from funnelbook.charts.theme import LIGHT
from funnelbook.language import Words


def told(name: str, rows: list[dict[str, Any]]) -> Facts:
    return DRAWINGS[name].tell(rows, Words("en", currency="EUR"), Options(min_n=5))


def stage(position: int, price: float | None, sale: float | None) -> dict[str, Any]:
    empty = dict.fromkeys(
        ("win_chance", "remaining_cost", "least_margin", "price_low", "price_high", "expected"), None
    )
    return {**empty, "position": position, "stage": f"S{position}", "least_price": price, "mean_sale": sale}


def test_a_least_price_above_the_mean_sale_has_a_colour_and_words_of_its_own() -> None:
    facts = told("worth", [stage(1, 300.0, 200.0), stage(2, 100.0, 200.0), stage(3, None, 200.0)])
    assert [part["fill"] for part in facts.marks["parts"]] == [LIGHT["orange"], LIGHT["blue"], LIGHT["blue"]]
    assert facts.words["above"] == "the mean sale is not enough"
    assert [end["text"] for end in facts.marks["ends"]] == ["from €300", "from €100", "not known"]
    assert facts.scale["average"] == 200


def test_without_a_mean_sale_nothing_is_compared_with_it() -> None:
    facts = told("worth", [stage(1, 300.0, None)])
    assert "average" not in facts.scale
    assert "above" not in facts.words


def member(name: str | None, won: int, cost: float, high: float | None) -> dict[str, Any]:
    of_sale = cost / won if won else None
    return {"member": name, "won": won, "lost": 9, "cost": cost, "cost_of_sale": of_sale, "low": 5.0, "high": high}


def test_few_sales_are_hollow_none_have_no_dot_and_a_wide_range_ends_with_the_scale() -> None:
    rows = [member("ads", 2, 200.0, 900.0), member("site", 10, 100.0, 20.0), member("fair", 0, 50.0, None)]
    facts = told("cost_members", [*rows, member(None, 12, 350.0, None)])
    assert [(dot["lane"], dot["fill"]) for dot in facts.marks["dots"]] == [(0, LIGHT["paper"]), (1, LIGHT["blue"])]
    assert [each["high"] for each in facts.marks["ranges"]] == [facts.scale["top"], 20.0]
    assert [end["text"] for end in facts.marks["ends"]] == ["€100 · 2 sales", "€10 · 10 sales", "no sale"]


def test_a_stage_that_moves_is_told_from_where_to_where() -> None:
    costs = {"cost_per_sale_now": 90.0, "cost_per_sale_best": 70.0}
    names = [("A", "A"), ("B", "C"), ("C", "B")]
    facts = told(
        "order",
        [{"rank": i, "stage_now": now, "stage_best": best, **costs} for i, (now, best) in enumerate(names, 1)],
    )
    assert [(link["before"], link["after"], link["fill"]) for link in facts.marks["links"]] == [
        (0, 0, LIGHT["grey"]),
        (1, 2, LIGHT["orange"]),
        (2, 1, LIGHT["blue"]),
    ]
    assert facts.alt.startswith("A sale costs €90 in today's order and €70 in the cheapest one. “B” moves from")


def test_tasks_that_are_never_known_have_no_line() -> None:
    row = {"loss_earliness": 0.525, "spent_lateness": None, "buyer_earliness": None}
    facts = told("tasks", [{"month": "2024-01", **row}, {"month": "2024-02", **row, "loss_earliness": None}])
    assert "spent_lateness" not in facts.marks
    assert facts.rows == (("2024-01", 52, None, None), ("2024-02", None, None, None))


def test_a_months_costs_are_stacked_and_its_share_stands_below() -> None:
    facts = told("wasted", [{"month": "2024-01", "spent_on_won": 400.0, "spent_on_lost": 600.0, "wasted": 0.6}])
    assert [(part["low"], part["high"]) for part in facts.marks["parts"]] == [(0.0, 400.0), (400.0, 1000.0)]
    assert facts.marks["months"][0]["second"] == "60%"
