"""The worked examples: every table row for row, numbers within 1e-9 (metrics.md, sections 2 and 3)."""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from datasets_by_hand import dataset

from funnelbook import metrics
from funnelbook.model.dataset import Dataset
from funnelbook.model.pipeline import LOST_CODE, WON_CODE, Pipeline, fold
from funnelbook.project import MetricSettings, Project, Site, StageConfig

SHARED = Path(__file__).parents[2] / "../shared/golden"
CASES = Path(__file__).parents[1] / "cases"
#: Numbers that tell rows apart.
KEYS = ("position", "age_days", "day", "days", "rank", "weekday", "hour", "months")
OUTGOING = ("call_out", "email_out", "message_out", "meeting")


def examples() -> list[Any]:
    """Every table of our own examples, and every table of the shared one."""
    own = [
        pytest.param(path.parents[1], path.stem, id=f"{path.parents[1].name}-{path.stem}")
        for path in sorted(CASES.glob("tables-*/expected/*.csv"))
    ]
    absent = pytest.mark.skipif(not SHARED.is_dir(), reason="the shared golden example lies outside the repository")
    names = [table.NAME for table in metrics.TABLES if (SHARED / "expected" / f"{table.NAME}.csv").exists()]
    return [*own, *(pytest.param(SHARED, name, id=f"shared-{name}", marks=absent) for name in names)]


@pytest.mark.parametrize(("folder", "name"), examples())
def test_tables_equal_the_worked_example(folder: Path, name: str) -> None:
    expected_path = folder / "expected" / f"{name}.csv"
    with expected_path.open(newline="", encoding="utf-8") as file:
        expected = list(csv.DictReader(file))
    source = folder / "project" if (folder / "project").is_dir() else folder
    module = next(module for module in metrics.TABLES if name == module.NAME)
    table = metrics.tabulate(module, metrics.ways_of(*read(source)))
    assert list(table.columns) == list(expected[0])
    numeric = {column for column, kind in table.frame.schema.items() if kind.is_numeric()}
    assert_same([plain(row) for row in table.rows], expected, numeric)


def assert_same(rows: list[dict[str, str]], expected: list[dict[str, str]], numeric: set[str]) -> None:
    def key(row: Mapping[str, str]) -> tuple[str, ...]:
        return tuple(value for name, value in row.items() if name not in numeric or name in KEYS)

    found = {key(row): row for row in rows}
    assert len(found) == len(rows)
    assert sorted(found) == sorted(key(row) for row in expected)
    for row in expected:
        for name, value in row.items():
            ours = found[key(row)][name]
            if name in numeric and value and ours:
                assert float(ours) == pytest.approx(float(value), abs=1e-9, rel=1e-12), (key(row), name)
            else:
                assert ours == value, (key(row), name)


def plain(row: Mapping[str, Any]) -> dict[str, str]:
    def text(value: Any) -> str:
        if isinstance(value, bool):
            return str(value).lower()
        return "" if value is None else str(value)

    return {name: text(value) for name, value in row.items()}


def read(folder: Path) -> tuple[Dataset, Project]:
    """The generic tables of `folder`, by the rules of metrics.md, section 1, that these examples need."""
    config = tomllib.loads((folder / "funnelbook.toml").read_text(encoding="utf-8"))
    project, pipelines = _project(config, folder)
    codes = [pipeline.codes() for pipeline in pipelines]
    names = {pipeline.name: number for number, pipeline in enumerate(pipelines)}
    history, team = _rows(folder / "stages.csv"), _rows(folder / "team.csv")
    recorded = {row["deal_id"] for row in history}
    deals = [
        _deal(row, names, codes, config) | {"role": _role(row, team), "basis": _basis(row, recorded)}
        for row in _rows(folder / "deals.csv")
    ]
    number = {deal["deal_id"]: index for index, deal in enumerate(deals)}
    entries = [
        (number[row["deal_id"]], _time(row["entered_at"]), codes[names[row["pipeline"]]][fold(row["stage"])])
        for row in history
    ]
    touches = [
        (number[row["deal_id"]], _time(row["at"]), row["kind"] in OUTGOING)
        for row in _rows(folder / "activities.csv")
    ]
    spend = [(row["month"], row["source"], float(row["amount"])) for row in _rows(folder / "spend.csv")]
    plan = [
        (
            row["month"],
            row["pipeline"] or None,
            row["owner"] or None,
            _number(row["sales"]),
            _number(row["revenue"]),
        )
        for row in (_rows(folder / "plan.csv") if (folder / "plan.csv").exists() else ())
    ]
    staff = [
        (row["person"], row["role"], _day(row["from"]), _day(row["to"]), _number(row["hours_per_week"]))
        for row in team
    ]
    facts = dataset(
        pipelines, project.site.as_of, deals, entries, activities=touches, spend=spend, plan=plan, team=staff
    )
    return facts, project


def _project(config: Mapping[str, Any], root: Path) -> tuple[Project, list[Pipeline]]:
    site, settings = config["site"], config["metrics"]
    pipelines = [
        Pipeline(
            name=one["name"],
            stages=tuple(
                StageConfig(**{**stage, "after": tuple(stage.get("after", ()))}) for stage in one["stages"]
            ),
            won=tuple(one["won"]),
            lost=tuple(one["lost"]),
            margin=one.get("margin", 1.0),
            origin="declared",
        )
        for one in config["pipelines"]
    ]
    project = Project(
        root=root,
        site=Site(timezone=ZoneInfo(site["timezone"]), as_of=site["as_of"]),
        metrics=MetricSettings(
            hour_rate=settings["hour_rate"],
            answer_target_minutes=settings["answer_target_minutes"],
            holidays=tuple(settings.get("holidays", ())),
        ),
    )
    return project, pipelines


def _deal(
    row: Mapping[str, str], names: Mapping[str, int], codes: list[dict[str, int]], config: Mapping[str, Any]
) -> dict[str, Any]:
    pipeline = names[row["pipeline"]]
    code = codes[pipeline].get(fold(row["stage"]))
    value = float(row["value"] or 0)
    cause, party = _cause(row, config)
    return {
        "deal_id": row["deal_id"],
        "created_at": _time(row["created_at"]),
        "closed_at": _time(row["closed_at"]) if row["closed_at"] else None,
        "status": row["status"],
        "pipeline": pipeline,
        "position": code if code not in (None, WON_CODE, LOST_CODE) else None,
        "value": value if value > 0 else None,
        "cause": cause,
        "party": party,
        "reason": row["loss_reason"] or None,
        "contact": int(row["contact_id"].removeprefix("C")) if row.get("contact_id") else None,
        "next_task_at": _time(row["next_task_at"]) if row.get("next_task_at") else None,
        **{name: row.get(name) or None for name in ("owner", "source", "segment", "temperature")},
    }


def _cause(row: Mapping[str, str], config: Mapping[str, Any]) -> tuple[str | None, str | None]:
    if row["status"] != "lost":
        return None, None
    if not row["loss_reason"]:
        return "none", "drifted"
    for rule in config["loss_reasons"]:
        if rule["pattern"] in row["loss_reason"]:
            return rule["cause"], rule["party"]
    return "other", "declined"


def _role(row: Mapping[str, str], team: list[dict[str, str]]) -> str | None:
    return next((person["role"] for person in team if person["person"] == row["owner"]), None)


def _basis(row: Mapping[str, str], recorded: set[str]) -> str:
    return "history" if row["deal_id"] in recorded else "current"


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _plan(row: Mapping[str, str]) -> tuple[str, str | None, str | None, float | None, float | None]:
    whose = (row["pipeline"] or None, row["owner"] or None)
    return row["month"], *whose, _number(row["sales"]), _number(row["revenue"])


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _number(text: str) -> float | None:
    return float(text) if text else None


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))
