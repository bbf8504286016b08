"""A lead and its deal are one way; a lead that became no deal is one of its own; nothing is joined by a guess."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import bitrix_samples as samples
import polars as pl
import pytest
from bitrix_samples import answer
from files_by_hand import ReadFiles
from msgspec.structs import replace

from funnelbook import metrics
from funnelbook.model.assemble import assemble
from funnelbook.model.dataset import Dataset
from funnelbook.project import PipelineConfig, Project, Site, StageConfig
from funnelbook.sources import read
from funnelbook.sources.imports import apply_import, plan_import

#: Id, status, its group, when it came.
LEADS = (
    ("55", "CONVERTED", "S", "2024-08-30T09:00:00+03:00"),  # became deal 101
    ("56", "JUNK", "F", "2024-08-31T09:00:00+03:00"),
    ("57", "IN_PROCESS", "P", "2024-09-02T09:00:00+03:00"),
    ("58", "CONVERTED", "S", "2024-09-03T09:00:00+03:00"),  # into a contact only
)
#: Lead, when, status and its group.
MOVES = (
    (55, "2024-08-30T09:00:00+03:00", "NEW", "P"),
    (56, "2024-08-31T09:00:00+03:00", "NEW", "P"),
    (55, "2024-08-31T09:00:00+03:00", "IN_PROCESS", "P"),
    (55, "2024-09-01T10:00:00+03:00", "CONVERTED", "S"),
    (57, "2024-09-02T09:00:00+03:00", "NEW", "P"),
    (56, "2024-09-02T12:00:00+03:00", "JUNK", "F"),
    (57, "2024-09-04T09:00:00+03:00", "IN_PROCESS", "P"),
)
STATUSES = [
    {"ID": str(sort), "ENTITY_ID": "STATUS", "STATUS_ID": told, "NAME": name, "SORT": str(sort)}
    for sort, (told, name) in enumerate(
        [("NEW", "Не обработан"), ("IN_PROCESS", "В работе"), ("CONVERTED", "Качественный"), ("JUNK", "Спам")], 1
    )
]
DICTIONARIES = {
    "stages.json": answer([*samples.STAGES, *STATUSES]),
    "pipelines.json": answer(samples.PIPELINES, "categories"),
}


def lead(told: tuple[str, ...]) -> dict[str, Any]:
    number, status, group, came = told
    return {
        "ID": number, "TITLE": "Иван", "STATUS_ID": status, "STATUS_SEMANTIC_ID": group, "DATE_CREATE": came,
        "DATE_CLOSED": None if group == "P" else "2024-09-02T12:00:00+03:00", "SOURCE_ID": "Звонок",
        "OPPORTUNITY": "0.00", "CURRENCY_ID": "RUB", "ASSIGNED_BY_ID": "Анна", "CONTACT_ID": None,
    }  # fmt: skip


def moved(number: int, told: tuple[Any, ...]) -> dict[str, Any]:
    owner, at, status, group = told
    return {
        "ID": number, "TYPE_ID": 2, "OWNER_ID": owner, "CREATED_TIME": at, "STATUS_ID": status,
        "STATUS_SEMANTIC_ID": group,
    }  # fmt: skip


DEALS = {"deals.csv": samples.CSV}
LEAD_ROWS = {"leads.json": answer([lead(each) for each in LEADS])}
LEAD_HISTORY = {"lead_history.json": answer([moved(i, each) for i, each in enumerate(MOVES, 1)], "items")}
HISTORY = {"history.json": answer(samples.HISTORY, "items")}
ALL = {**DEALS, **HISTORY, **LEAD_ROWS, **LEAD_HISTORY, **DICTIONARIES}


def lay(folder: Path, files: dict[str, str]) -> Project:
    project = Project(root=folder, site=Site(timezone=ZoneInfo("Europe/Moscow")))
    for name, text in files.items():
        path = project.exports / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="")
    return project


def problems(data: Dataset) -> dict[str, int]:
    lines = data.quality.filter(pl.col("problem") != "all")
    return dict(lines.group_by("problem").agg(pl.col("rows").sum()).sort("problem").iter_rows())


def at(day: int, hour: int, month: int = 9) -> datetime:
    return datetime(2024, month, day, hour, tzinfo=ZoneInfo("Europe/Moscow")).astimezone(UTC)


def test_a_lead_and_its_deal_are_one_way_that_begins_with_the_lead(tmp_path: Path) -> None:
    """By hand: 4 deals, one of them from a lead, and 2 leads that became none: 6 tries, not 8."""
    project = lay(tmp_path, ALL)
    data = assemble(read(project), project)
    (pipeline,) = data.pipelines
    assert [stage.name for stage in pipeline.stages] == [
        "Лид: Не обработан", "Лид: В работе", "Новая", "В работе", "Счёт",
    ]  # fmt: skip
    facts = data.deals.select("deal_id", "created_at", "closed_at", "status", "reason", "source").sort("deal_id")
    assert facts.rows() == [
        ("101", at(30, 9, month=8), at(10, 12), "won", None, "Сайт"),
        ("102", at(2, 11), at(7, 9).replace(minute=30), "lost", None, "Звонок"),
        ("103", at(3, 12), None, "open", None, "Сайт"),
        ("104", at(4, 13), None, "open", None, "Сайт"),
        ("L_56", at(31, 9, month=8), at(2, 12), "lost", "Спам", "Звонок"),
        ("L_57", at(2, 9), None, "open", None, "Звонок"),
    ]
    way = data.entries.join(data.deals.select("deal", "deal_id"), on="deal").filter(pl.col("deal_id") == "101")
    assert way.select("code", "at").sort("at").rows() == [
        (1, at(30, 9, month=8)), (2, at(31, 9, month=8)), (3, at(1, 10)), (4, at(2, 10)), (5, at(5, 10)),
        (254, at(10, 12)),
    ]  # fmt: skip
    results = metrics.compute(data, project)
    funnel = [row for row in results["funnel"].rows if (row["cohort"], row["dimension"]) == ("all", "all")]
    assert [(row["reached"], row["lost"], row["open"]) for row in funnel[:5]] == [
        (6, 1, 0), (5, 0, 1), (4, 0, 1), (3, 1, 0), (2, 0, 1),
    ]  # fmt: skip
    assert {row["party"] for row in results["losses"].rows if row["reason"] == "Спам"} == {"refused"}
    assert problems(data) == {
        "converted-lead": 1, "lead-without-deal": 1, "not-needed": 1, "open-with-closing-date": 2,
    }  # fmt: skip


def test_leads_of_an_export_are_those_of_the_api(tmp_path: Path) -> None:
    """Without any history: every way is told by where it stands."""
    closed = "2024-09-02 12:00"
    header = "ID;Название лида;Стадия;Дата создания;Источник;Ответственный;DATE_CLOSED\n"
    names = {"CONVERTED": "Качественный лид", "JUNK": "Некачественный лид", "IN_PROCESS": "В работе"}
    rows = "".join(
        f"{number};Иван;{names[status]};{came[:10]} {came[11:16]};Звонок;Анна;{closed if group == 'F' else ''}\n"
        for number, status, group, came in LEADS
    )
    project = lay(tmp_path, {**DEALS, "leads.csv": header + rows, **DICTIONARIES})
    data = assemble(read(project), project)
    facts = data.deals.filter(pl.col("deal_id").str.starts_with("L_")).select("deal_id", "status", "reason")
    assert facts.rows() == [("L_56", "lost", "Некачественный лид"), ("L_57", "open", None)]
    assert data.deals["created_at"][0] == at(30, 9, month=8)
    assert set(data.deals["basis"]) == {"current"}


TWO = samples.CSV.replace('"103";"Стол";"Продажи"', '"103";"Стол";"Сервис"')


@pytest.mark.parametrize(
    ("files", "reason"),
    [
        ({**ALL, "deals.csv": samples.CSV.replace('"Лид"', '"Прочее"')}, "lead-not-told"),
        ({**ALL, "deals.csv": samples.CSV.replace(';"55"', ';"Иван"')}, "lead-not-told"),
        (LEAD_ROWS | LEAD_HISTORY | {"deals.csv": TWO}, "lead-of-some-pipeline"),
        (DEALS | HISTORY | LEAD_ROWS | DICTIONARIES, "lead-without-history"),
        ({**ALL, "stages.json": answer(samples.STAGES)}, "lead-stages-unknown"),
        (DEALS | LEAD_ROWS, "lead-stages-unknown"),
    ],
)
def test_what_would_have_to_be_guessed_is_counted_beside_and_told(
    tmp_path: Path, files: dict[str, str], reason: str
) -> None:
    project = lay(tmp_path, files)
    data = assemble(read(project), project)
    assert data.deals["deal_id"].to_list() == ["101", "102", "103", "104"]
    assert data.deals["created_at"][0] == at(1, 10)
    assert problems(data)[reason] == len(LEADS) + (len(MOVES) - 1) * ("lead_history.json" in files)


def test_a_declared_pipeline_says_which_of_its_stages_are_statuses_of_leads(tmp_path: Path) -> None:
    stages = (StageConfig("Заявка", aliases=("Лид: Не обработан", "лид: в работе")), StageConfig("Новая"))
    stages = (*stages, StageConfig("В работе"), StageConfig("Счёт"))
    project = lay(tmp_path, ALL)
    for own, count in ((stages, 6), (stages[1:], 4)):
        declared = replace(project, pipelines=(PipelineConfig("Продажи", own, ("Сделка успешна",)),))
        assert assemble(read(declared), declared).deals.height == count


def test_the_history_of_leads_alone_tells_no_way(tmp_path: Path) -> None:
    project = lay(tmp_path, DEALS | LEAD_ROWS | LEAD_HISTORY | DICTIONARIES)
    data = assemble(read(project), project)
    assert (data.deals.height, set(data.deals["basis"])) == (6, {"current"})
    assert problems(data)["lead-history-alone"] == len(MOVES) - 1


def test_the_second_deal_of_a_lead_begins_by_itself(tmp_path: Path) -> None:
    project = lay(tmp_path, {**ALL, "deals.csv": samples.CSV.replace('"Звонок";""', '"Звонок";"55"')})
    facts = assemble(read(project), project).deals.select("deal_id", "created_at").rows()
    assert facts[:2] == [("101", at(30, 9, month=8)), ("102", at(2, 11))]


def test_a_lead_of_an_earlier_export_is_the_deal_that_it_became(tmp_path: Path) -> None:
    """Imported or left as files, though the lead is not exported again: one way, which moved."""
    first = samples.CSV.replace('"101";', '"100";').replace('"55";', '"54";')
    others = [lead(each) for each in LEADS[1:]]
    open_leads = answer([lead(("55", "NEW", "P", LEADS[0][3])), lead(("54", *LEADS[0][1:])), *others])
    series = {
        "2024-09-08/DEAL_20240908_a_b.csv": first,
        "2024-09-08/leads.json": open_leads,
        **{f"2024-09-08/{name}": text for name, text in DICTIONARIES.items()},
        "2024-10-01/DEAL_20241001_a_b.csv": samples.CSV,
    }
    left = lay(tmp_path / "left", series)
    imported = lay(tmp_path / "imported", {})
    for day in ("2024-09-08", "2024-10-01"):
        apply_import(plan_import(imported, sorted((left.exports / day).iterdir())))
    assert sorted(path.name for path in imported.exports.iterdir()) == ["2024-09-08", "2024-10-01"]
    for project in (left, imported):
        data = assemble(read(project), project)
        assert set(data.deals["deal_id"]) == {"100", "101", "102", "103", "104", "L_56", "L_57"}
        assert data.deals.filter(deal_id="101").select("status", "basis").row(0) == ("won", "snapshots")


def test_titles_of_leads_are_kept_nowhere(tmp_path: Path) -> None:
    files = lay(tmp_path / "files", {"deals.csv": samples.CSV.replace(';"55"', ';"Иван Петров"')})
    project = lay(tmp_path / "project", {})
    apply_import(plan_import(project, sorted(files.exports.iterdir())))
    assert not list(project.exports.rglob("*conversions*"))
    assert all("Иван".encode() not in path.read_bytes() for path in project.exports.rglob("*.*") if path.is_file())


def test_a_lead_that_tells_nothing_is_rejected(read_files: ReadFiles) -> None:
    odd = [{**lead(LEADS[1]), "DATE_CREATE": "soon"}, {**lead(LEADS[1]), "ID": None}]
    reading = read_files({**DEALS, "leads.json": json.dumps([*map(lead, LEADS), *odd], ensure_ascii=False)})
    told = reading.refused.filter(pl.col("bucket") == "rejected").select("row", "problem", "column")
    assert told.rows() == [(5, "bad-date", "created_at"), (6, "missing-value", "deal_id")]
