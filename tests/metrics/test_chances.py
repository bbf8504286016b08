"""`chances`: what is declared of a stage, and the counts behind the chances of `worth`."""

from __future__ import annotations

from typing import Any

import pytest
from datasets_by_hand import dataset
from test_ways import LINE, PROJECT, day

from funnelbook.metrics import compute
from funnelbook.model.differences import wilson
from funnelbook.model.pipeline import Pipeline
from funnelbook.model.results import Row
from funnelbook.project import StageConfig


def lost(position: int | None, closed: float = 9.0) -> dict[str, Any]:
    return _closed("lost", closed, position=position, cause="none", party="drifted")


def won(value: float | None, closed: float = 9.0) -> dict[str, Any]:
    return _closed("won", closed, value=value)


def _closed(status: str, closed: float, **facts: Any) -> dict[str, Any]:
    known = {"pipeline": 0, "basis": "current", "created_at": day(1), "closed_at": day(closed)}
    return {**known, "status": status, **facts}


def rows(deals: list[dict[str, Any]], line: Pipeline = LINE) -> tuple[Row, ...]:
    return compute(dataset([line], day(400), deals), PROJECT)["chances"].rows


def test_the_counts_behind_the_chances_are_those_of_the_last_twelve_months() -> None:
    # day 400 is 4 February 2025: what was closed before 4 February 2024 (day 34) is too old
    deals = [won(10.0, 50), won(30.0, 60), won(None, 70), lost(1, 50), lost(2, 50), lost(None, 50), won(99.0, 20)]
    made = rows(deals)
    assert [(row["position"], row["stage"], row["reached"], row["won"]) for row in made] == [
        (1, "one", 6, 3),
        (2, "two", 4, 3),
        (3, "three", 3, 3),
    ]
    assert {row["mean_sale"] for row in made} == {20.0}
    for row in made:
        share = wilson(row["won"], row["reached"])
        assert share is not None
        assert (row["win_low"], row["win_high"]) == (share.low, share.high)


def test_the_counts_give_the_chance_of_worth() -> None:
    deals = [won(10.0, 50), lost(1, 50), lost(2, 50), lost(3, 60), lost(3, 60)]
    results = compute(dataset([LINE], day(400), deals), PROJECT)
    counted = [row["won"] / row["reached"] for row in results["chances"].rows]
    assert counted == pytest.approx([row["win_chance"] for row in results["worth"].rows])


def test_the_order_of_the_deals_does_not_matter() -> None:
    deals = [won(0.1, 50), won(0.2, 50), won(0.3, 50), lost(1, 50), lost(None, 50)]
    assert rows(deals) == rows(deals[::-1])


def test_what_nobody_told_is_null_and_not_zero() -> None:
    stages = (StageConfig("a", buyer_effort=2), StageConfig("b", buyer_effort=0), StageConfig("c"))
    line = Pipeline("main", stages, (), (), 1.0, "declared")
    made = rows([{**won(5.0), "closed_at": None, "status": "open"}], line)
    assert [row["buyer_effort"] for row in made] == [2.0, 0.0, None]
    assert [(row["reached"], row["won"], row["win_low"], row["mean_sale"]) for row in made] == [
        (0, 0, None, None)
    ] * 3
