"""A stage that was renamed is one stage; a name that passed to another stage means what it meant at the time."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

from msgspec.structs import replace
from readings import Row, day, reading

from funnelbook.model.assemble import assemble
from funnelbook.model.dataset import Dataset
from funnelbook.project import Alias, PersonConfig, PipelineConfig, Project, Site, StageConfig

ASKED = StageConfig("Связались", renamed=(Alias("Первый контакт", until=date(2024, 1, 15)),))
MET = StageConfig("Первый контакт", aliases=("Встреча",))
SALES = PipelineConfig("Продажи", (ASKED, MET), ("Оплачено",), ("Отказ",))
PROJECT = Project(Path(), site=Site(timezone=ZoneInfo("Europe/Moscow")), pipelines=(SALES,))


def deal(deal_id: str, stage: str, taken: float | None = None, **facts: object) -> Row:
    snapshot = None if taken is None else day(taken)
    return {
        "deal_id": deal_id,
        "created_at": day(1),
        "status": "open",
        "stage": stage,
        "snapshot": snapshot,
        **facts,
    }


def positions(data: Dataset) -> dict[str, int]:
    return dict(data.deals.select("deal_id", "position").iter_rows())


def test_an_old_exports_name_and_a_new_ones_are_one_stage() -> None:
    rows = [deal("1", "первый контакт", 10), deal("1", "Связались", 20), deal("1", "Связались", 30)]
    data = assemble(reading(deals=rows), PROJECT)
    assert data.entries.select("at", "code").rows() == [(day(1), 1)]
    assert data.exports["moved"].to_list() == [0, 0, 0]


def test_a_name_means_another_stage_after_the_day_it_passed_on() -> None:
    rows = [deal("1", "Первый контакт", 10), deal("2", "Первый контакт", 10), deal("1", "Первый контакт", 20)]
    data = assemble(reading(deals=rows), PROJECT)
    assert positions(data) == {"1": 2, "2": 1}
    assert data.entries.select("at", "code").rows() == [(day(1), 1), (day(20), 2)]
    assert data.exports["moved"].to_list() == [0, 1]


def test_an_export_of_no_day_has_the_names_of_today() -> None:
    assert positions(assemble(reading(deals=[deal("1", "Первый контакт")]), PROJECT)) == {"1": 2}
    lasting = replace(ASKED, renamed=(Alias("Первый контакт", since=date(2024, 1, 15)),))
    project = replace(PROJECT, pipelines=(replace(SALES, stages=(lasting, MET)),))
    assert positions(assemble(reading(deals=[deal("1", "Первый контакт")]), project)) == {"1": 1}


def test_a_history_is_read_by_the_day_of_each_entry() -> None:
    # The last day of the old name ends at midnight in Moscow, three hours before it does in UTC.
    entered = [day(2), day(15 + 20.9 / 24), day(15 + 21 / 24)]
    stages = [{"deal_id": "1", "stage": "Первый контакт", "entered_at": at} for at in entered]
    data = assemble(reading(deals=[deal("1", "Связались")], stages=stages), PROJECT)
    assert data.entries["code"].to_list() == [1, 1, 2]


def test_a_name_of_one_pipeline_means_nothing_in_another() -> None:
    other = PipelineConfig("Сервис", (StageConfig("Первый контакт"),))
    project = replace(PROJECT, pipelines=(other, SALES))
    rows = [deal("1", "Первый контакт", 10, pipeline="Сервис"), deal("2", "Первый контакт", 10, pipeline="Продажи")]
    data = assemble(reading(deals=rows), project)
    assert positions(data) == {"1": 1, "2": 1}
    assert data.deals["pipeline"].to_list() == [0, 1]


def test_a_person_who_was_renamed_is_nobody_else() -> None:
    people = (PersonConfig("Анна Белова", (Alias("Анна Чернова"),)),)
    rows = [
        deal("1", "Связались", 20, owner="Анна Чернова"),
        deal("2", "Связались", 20, owner="Анна Чернова"),
        deal("1", "Связались", 30, owner="анна белова"),
        deal("2", "Связались", 30, owner="Пётр"),
    ]
    renamed = assemble(reading(deals=rows), replace(PROJECT, people=people))
    assert renamed.exports["reassigned"].to_list() == [0, 1]
    assert assemble(reading(deals=rows), PROJECT).exports["reassigned"].to_list() == [0, 2]
