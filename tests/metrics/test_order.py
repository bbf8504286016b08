"""`order`: the cheapest order of stages, against every permutation (metrics.md, section 3)."""

from __future__ import annotations

from itertools import permutations
from pathlib import Path

import pytest
from datasets_by_hand import dataset
from hypothesis import given, settings
from hypothesis import strategies as st
from test_ways import PROJECT, day

from funnelbook.errors import ProjectError
from funnelbook.metrics import Absent, tabulate, ways_of
from funnelbook.metrics.order_search import Line, best_order
from funnelbook.metrics.tables import order
from funnelbook.model.pipeline import Pipeline
from funnelbook.project import Project, StageConfig


@st.composite
def lines(draw: st.DrawFn) -> Line:
    k = draw(st.integers(1, 6))
    shares = st.sampled_from([0.1, 0.5, 2 / 3, 0.9, 1.0])
    money = st.sampled_from([0.0, 1.0, 20.0, 300.0])
    stages = st.integers(0, k - 1)
    pairs = draw(st.lists(st.tuples(stages, stages).filter(lambda pair: pair[0] != pair[1]), max_size=2))
    return Line(
        tuple(draw(st.lists(money, min_size=k, max_size=k))),
        tuple(draw(st.lists(shares, min_size=k, max_size=k))),
        tuple(draw(st.lists(st.booleans(), min_size=k, max_size=k))),
        {i: frozenset(before for stage, before in pairs if stage == i) for i in range(k)},
    )


def allowed(line: Line, candidate: tuple[int, ...]) -> bool:
    fixed = all(free or candidate[slot] == slot for slot, free in enumerate(line.movable))
    place = {stage: slot for slot, stage in enumerate(candidate)}
    return fixed and all(place[before] < place[stage] for stage, some in line.after.items() for before in some)


@settings(max_examples=150, deadline=None)
@given(lines())
def test_no_permutation_is_cheaper_and_none_as_cheap_comes_first(line: Line) -> None:
    candidates = [each for each in permutations(range(len(line.costs))) if allowed(line, each)]
    best = best_order(line)
    if not candidates:
        assert best is None
        return
    least = min(map(line.cost, candidates))
    assert best == min(each for each in candidates if line.cost(each) <= least * (1 + 1e-12) + 1e-12)


def test_stages_of_one_price_and_pass_stay_as_they_are() -> None:
    line = Line((10.0, 0.1, 0.1, 0.1), (0.3, 0.7, 0.7, 0.7), (True,) * 4, {})
    assert best_order(line) == (1, 2, 3, 0)


def test_as_many_movable_stages_as_are_allowed_are_searched() -> None:
    costs = tuple(float(1 + 7 * i % 16) for i in range(16))
    best = best_order(Line(costs, (0.5,) * 16, (True,) * 16, {}))
    assert best == tuple(sorted(range(16), key=lambda stage: costs[stage]))


def pipeline(stages: int, **facts: object) -> Pipeline:
    made = tuple(StageConfig(name=f"s{i}", cost=float(stages - i), movable=True, **facts) for i in range(stages))  # type: ignore[arg-type]
    return Pipeline("long one", made, (), (), 1.0, "declared")


def rows(line: Pipeline, deals: list[dict[str, object]], project: Project = PROJECT) -> list[dict[str, object]]:
    return list(map(dict, tabulate(order, ways_of(dataset([line], day(100), deals), project)).rows))


def won(number: int) -> dict[str, object]:
    return {"pipeline": number, "created_at": day(1), "closed_at": day(9), "status": "won", "basis": "current"}


def test_too_many_movable_stages_are_a_mistake_that_names_the_pipeline() -> None:
    with pytest.raises(ProjectError, match="pipeline long one: 17 stages are movable, at most 16"):
        rows(pipeline(17), [won(0)])


def test_an_unknown_or_zero_pass_has_no_best_order() -> None:
    lost = won(0) | {"status": "lost", "cause": "none", "party": "drifted", "position": 2}
    assert rows(pipeline(3), [lost]) == []
    assert [row["stage_best"] for row in rows(pipeline(3), [won(0)])] == ["s0", "s1", "s2"]


@pytest.mark.parametrize(
    ("stage", "reason"),
    [(StageConfig(name="one", movable=True), "no-costs"), (StageConfig(name="one", cost=3), "no-movable-stages")],
)
def test_without_prices_or_movable_stages_there_is_no_table(stage: StageConfig, reason: str) -> None:
    line = Pipeline("main", (stage,), (), (), 1.0, "declared")
    with pytest.raises(Absent, match=reason):
        rows(line, [won(0)], Project(root=Path()))
