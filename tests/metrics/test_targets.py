"""The plan of any pipeline and owner (metrics.md, section 3, `plan`)."""

from __future__ import annotations

import pytest
from datasets_by_hand import dataset
from test_ways import LINE, PROJECT, day

from funnelbook.metrics import Absent, ways_of
from funnelbook.metrics.targets import Targets, targets_of
from funnelbook.model.pipeline import Pipeline

SECOND = Pipeline("second", LINE.stages, (), (), 1.0, "declared", aliases=("2nd",))
Row = tuple[str, str | None, str | None, float | None, float | None]


def targets(rows: list[Row], pipelines: tuple[Pipeline, ...] = (LINE, SECOND)) -> Targets:
    deal = {"pipeline": 0, "created_at": day(1), "status": "open", "basis": "current", "owner": "Anna"}
    return targets_of(ways_of(dataset(pipelines, day(9), [deal], plan=rows), PROJECT))


def sales(told: Targets, pipeline: str | None, owner: str | None) -> float | None:
    return told.target("sales", "2024-01", pipeline, owner)


def test_its_own_row_comes_before_the_sum_of_owners_and_of_pipelines() -> None:
    rows: list[Row] = [("2024-01", "main", "Anna", 3, 30), ("2024-01", "main", "Boris", 1, None)]
    assert sales(targets(rows), "main", None) == sales(targets(rows), None, None) == 4
    assert targets(rows).target("revenue", "2024-01", None, None) == 30
    assert sales(targets(rows), None, "Anna") == 3
    rows.append(("2024-01", "main", None, 9, None))
    assert sales(targets(rows), "main", None) == 9
    rows += [("2024-01", "second", None, 2, None)]
    assert sales(targets(rows), None, None) == 11
    rows.append(("2024-01", None, "Anna", 5, None))
    assert sales(targets(rows), None, None) == 5
    rows.append(("2024-01", None, None, 7, None))
    assert sales(targets(rows), None, None) == 7
    assert sales(targets(rows), "second", "Anna") is None


def test_a_plan_of_nothing_is_a_plan() -> None:
    told = targets([("2024-01", "main", "Anna", 0, None), ("2024-01", "second", None, 5, None)])
    assert (sales(told, "main", None), sales(told, None, "Anna"), sales(told, None, None)) == (0, 0, 5)


def test_pipelines_are_told_by_any_name_and_the_only_one_needs_none() -> None:
    assert sales(targets([("2024-01", " 2ND", None, 4, None)]), "second", None) == 4
    assert sales(targets([("2024-01", None, None, 4, None)], (LINE,)), "main", None) == 4


def test_the_last_of_two_rows_counts() -> None:
    assert (
        sales(targets([("2024-01", "main", None, 4, None), ("2024-01", "main", None, 6, None)]), "main", None) == 6
    )


def test_no_plan_makes_no_targets() -> None:
    with pytest.raises(Absent, match="no-plan"):
        targets([])
