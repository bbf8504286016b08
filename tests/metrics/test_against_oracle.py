"""Six tables equal a naive recomputation on data sets made to be awkward (metrics.md, sections 2, 3 and 4)."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import oracle
import pytest
from datasets_by_hand import dataset
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from funnelbook import metrics
from funnelbook.model.pipeline import LOST_CODE, WON_CODE, Pipeline
from funnelbook.project import MetricSettings, Project, Site, StageConfig

AS_OF = datetime(2024, 4, 15, 9, 30, tzinfo=UTC)
ZONES = ("UTC", "Europe/Moscow", "Europe/Berlin", "America/Santiago", "Asia/Kolkata", "Africa/Cairo")
MOST_DEALS = 24
#: Moments that share seconds, days and month borders, so that ties and half-open months come up often.
EPOCH = datetime(2023, 10, 20, tzinfo=UTC)
NEAR = [timedelta(0), timedelta(microseconds=1), timedelta(microseconds=-1), timedelta(hours=1), timedelta(days=7)]


@st.composite
def moments(draw: st.DrawFn, zone: ZoneInfo) -> datetime:
    if draw(st.booleans()):
        start = datetime(2023, 11, 1, tzinfo=zone) if draw(st.booleans()) else datetime(2024, 4, 1, tzinfo=zone)
        return (start.astimezone(UTC) + draw(st.sampled_from(NEAR))).astimezone(UTC)
    return min(EPOCH + timedelta(hours=12 * draw(st.integers(0, 350))), AS_OF)


@st.composite
def pipelines(draw: st.DrawFn, name: str) -> Pipeline:
    k = draw(st.integers(1, 4))
    qualifying = draw(st.integers(0, k))
    stages = tuple(
        StageConfig(
            name=f"{name}{i}",
            minutes=draw(st.sampled_from([None, 10, 45])),
            cost=draw(st.sampled_from([None, 0.1, 300])),
            qualifies=i == qualifying,
        )
        for i in range(1, k + 1)
    )
    return Pipeline(name, stages, ("won",), ("lost",), 1.0, "declared")


@st.composite
def deals(draw: st.DrawFn, lines: list[Pipeline], zone: ZoneInfo) -> dict[str, Any]:
    number = draw(st.integers(0, len(lines) - 1))
    status = draw(st.sampled_from(["open", "won", "lost"]))
    lost = status == "lost"
    codes = st.sampled_from([*range(1, lines[number].k + 1), WON_CODE, LOST_CODE])
    history = draw(st.lists(st.tuples(moments(zone), codes), max_size=6))
    return {
        "pipeline": number,
        "status": status,
        "created_at": draw(moments(zone)),
        "closed_at": None if status == "open" else draw(moments(zone)),
        "position": draw(st.none() | st.integers(1, lines[number].k)),
        "basis": draw(st.sampled_from(["history", "snapshots"])) if history else "current",
        "value": draw(st.none() | st.sampled_from([0.1, 250.0, 99999.99])),
        "source": draw(st.sampled_from([None, "ads", "site", "—"])),
        "owner": draw(st.sampled_from([None, "Anna", "Boris"])),
        "role": draw(st.sampled_from([None, "seller"])),
        "segment": draw(st.sampled_from([None, "b2b", "b2c"])),
        "cause": draw(st.sampled_from(["fear", "none"])) if lost else None,
        "party": draw(st.sampled_from(["refused", "declined", "drifted"])) if lost else None,
        "reason": draw(st.sampled_from([None, "too late"])) if lost else None,
        "history": history,
    }


@st.composite
def inputs(draw: st.DrawFn) -> oracle.Inputs:
    zone = ZoneInfo(draw(st.sampled_from(ZONES)))
    lines = [draw(pipelines(name)) for name in ("main", "second")[: draw(st.integers(1, 2))]]
    drawn = draw(st.lists(deals(lines, zone), min_size=1, max_size=MOST_DEALS))
    rows = [(number, at, code) for number, deal in enumerate(drawn) for at, code in deal["history"]]
    touches = st.tuples(st.integers(0, len(drawn) - 1), moments(zone), st.booleans())
    return oracle.Inputs(
        pipelines=lines,
        as_of=AS_OF,
        zone=zone,
        deals=drawn,
        entries=sorted(rows, key=lambda row: row[1].microsecond) if draw(st.booleans()) else rows,
        activities=draw(st.lists(touches, max_size=6)),
        spend=[("2023-11", "Ads", 100.0), ("2024-04", "site", 70.0), ("2024-04", "site", 0.5)],
        hour_rate=600,
        target_minutes=draw(st.sampled_from([15, 90, 60 * 24 * 30])),
    )


def computed(given_inputs: oracle.Inputs) -> dict[str, list[dict[str, Any]]]:
    facts = dataset(
        given_inputs.pipelines,
        given_inputs.as_of,
        given_inputs.deals,
        given_inputs.entries,
        activities=given_inputs.activities,
        spend=given_inputs.spend,
    )
    project = Project(
        root=Path(),
        site=Site(timezone=given_inputs.zone),
        metrics=MetricSettings(hour_rate=given_inputs.hour_rate, answer_target_minutes=given_inputs.target_minutes),
    )
    results = metrics.compute(facts, project, metrics.CONSERVED)
    return {table.NAME: [dict(row) for row in results[table.NAME].rows] for table in metrics.CONSERVED}


KEYS = (
    "cohort",
    "month",
    "pipeline",
    "dimension",
    "member",
    "position",
    "stage",
    "age_days",
    "cause",
    "party",
    "reason",
)


def by_key(rows: list[dict[str, Any]]) -> dict[tuple[Any, ...], dict[str, Any]]:
    found = {tuple(row.get(name) for name in KEYS): row for row in rows}
    assert len(found) == len(rows), "rows with one key"
    return found


def same(ours: Any, theirs: Any) -> bool:
    if isinstance(ours, float) and isinstance(theirs, float | int):
        return math.isclose(ours, theirs, rel_tol=1e-9, abs_tol=1e-9)
    return bool(ours == theirs)


@pytest.mark.slow
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(inputs())
def test_tables_equal_the_oracle(case: oracle.Inputs) -> None:
    tables = computed(case)
    found = oracle.ways(case)
    for name, recompute in oracle.TABLES.items():
        ours, theirs = by_key(tables[name]), by_key(recompute(case, found))
        assert ours.keys() == theirs.keys(), name
        wrong = [
            (name, key, column, ours[key][column], value)
            for key, row in theirs.items()
            for column, value in row.items()
            if not same(ours[key][column], value)
        ]
        assert not wrong
