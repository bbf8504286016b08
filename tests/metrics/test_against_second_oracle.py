"""Further tables equal a naive recomputation on data sets made to be awkward (metrics.md, section 3)."""

from __future__ import annotations

from dataclasses import fields
from datetime import date
from pathlib import Path
from typing import Any

import oracle
import pytest
import second_oracle
from datasets_by_hand import dataset
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from test_against_oracle import inputs, moments, same

from funnelbook import metrics
from funnelbook.metrics import forecast
from funnelbook.model.results import Results
from funnelbook.project import MetricSettings, Project, Site

KEYS = (
    "cohort_year", "month", "pipeline", "dimension", "member", "stage", "position", "day", "days", "party", "owner",
    "months", "weekday", "hour",
)  # fmt: skip
TEAM = (
    ("Anna", "seller", date(2023, 11, 30), date(2024, 2, 10), 40.0),
    ("Anna", "head", date(2024, 3, 1), None, 10.0),
    ("Boris", "seller", None, None, 20.0),
    ("Clara", "seller", date(2024, 1, 1), None, 40.0),
)


@st.composite
def companies(draw: st.DrawFn) -> second_oracle.Company:
    case = draw(inputs())
    for deal in case.deals:
        assert isinstance(deal, dict)
        deal["contact"] = draw(st.none() | st.integers(1, 3))
        deal["temperature"] = draw(st.none() | st.sampled_from(["hot", "cold"]))
        deal["next_task_at"] = draw(st.none() | moments(case.zone))
    told = {each.name: getattr(case, each.name) for each in fields(oracle.Inputs)}
    return second_oracle.Company(
        **told,
        team=TEAM,
        plan=[("2024-04", None, None, 1.0, None)],
        easy_days=draw(st.sampled_from([None, 10])),
        drift_days=draw(st.sampled_from([None, None, 3.5])),
        holidays=frozenset({date(2024, 1, 1), date(2024, 3, 9)}),
    )


def computed(case: second_oracle.Company) -> Results:
    facts = dataset(
        case.pipelines, case.as_of, case.deals, case.entries,
        activities=case.activities, spend=case.spend, plan=case.plan, team=case.team,
    )  # fmt: skip
    project = Project(
        root=Path(),
        site=Site(timezone=case.zone),
        metrics=MetricSettings(
            hour_rate=case.hour_rate,
            answer_target_minutes=case.target_minutes,
            easy_days=case.easy_days,
            drift_days=case.drift_days,
            holidays=case.holidays,
        ),
    )
    return metrics.compute(facts, project)


def by_key(rows: Any) -> dict[tuple[Any, ...], dict[str, Any]]:
    found = {tuple(row.get(name) for name in KEYS): dict(row) for row in rows}
    assert len(found) == len(rows), "rows with one key"
    return found


@pytest.mark.slow
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(companies())
def test_further_tables_equal_the_oracle(case: second_oracle.Company) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(forecast, "LEAST_COMPARABLE", second_oracle.LEAST_COMPARABLE)
        results = computed(case)
    found = oracle.ways(case)
    for name, recompute in second_oracle.TABLES.items():
        if name in results.absent:
            assert absence_is_right(name, results.absent[name], case)
            continue
        theirs = by_key(recompute(case, found))
        ours = by_key(results[name].rows)
        assert ours.keys() == theirs.keys(), name
        wrong = [
            (name, key, column, ours[key][column], value)
            for key, row in theirs.items()
            for column, value in row.items()
            if not same(ours[key][column], value)
        ]
        assert not wrong


def absence_is_right(name: str, reason: str, case: second_oracle.Company) -> bool:
    owners = {deal["owner"] for deal in case.deals}
    right = {
        ("comebacks", "no-contacts"): all(deal["contact"] is None for deal in case.deals),
        ("worth", "no-costs"): all(
            stage.minutes is None and stage.cost is None for line in case.pipelines for stage in line.stages
        ),
        ("ramp", "no-start-dates"): "Anna" not in owners,
        ("response_by_hour", "no-activities"): not case.entries and not case.activities,
    }
    return right[name, reason]
