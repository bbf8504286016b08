"""An import says what it would do, does it whole or not at all, and never twice."""

from __future__ import annotations

import stat
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

import amocrm_samples as samples
import bitrix_samples
import pytest
import salesforce_samples
from msgspec.structs import replace

from funnelbook.errors import SourceError
from funnelbook.model.assemble import assemble
from funnelbook.project import Alias, PersonConfig, PipelineConfig, Project, Site, StageConfig
from funnelbook.sources import read
from funnelbook.sources.import_report import Comparison
from funnelbook.sources.imports import apply_import, plan_import

FIRST = ["2026-09-20/snapshot-01.deals.parquet", "2026-09-20/snapshot-01.json"]
HEADER = "ID;Название сделки;Этап сделки;Воронка;Дата создания;Бюджет\n"


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(root=tmp_path / "handbook", site=Site(timezone=ZoneInfo("Europe/Moscow")))


def coming(tmp_path: Path, text: str, name: str = "deals.csv") -> Path:
    path = tmp_path / "downloads" / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def brought(project: Project) -> list[str]:
    return sorted(
        path.relative_to(project.exports).as_posix() for path in project.exports.rglob("*") if path.is_file()
    )


def test_the_first_export_goes_to_the_folder_of_its_day(project: Project, tmp_path: Path) -> None:
    path = coming(tmp_path, samples.RUSSIAN_B)
    report = plan_import(project, [path])
    assert not project.exports.exists()
    (arrival,) = report.arrivals
    assert (arrival.reader, arrival.rows, arrival.accepted, arrival.rejected) == ("amoCRM deals", 3, 3, 0)
    assert report.day == date(2026, 9, 20)
    assert report.comparison == Comparison(None, 3, 0, 0, ())
    apply_import(report)
    assert brought(project) == FIRST
    folder = project.exports / "2026-09-20"
    assert {stat.S_IMODE(each.stat().st_mode) for each in folder.iterdir()} == {0o600}
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_a_later_export_is_compared_with_the_newest(project: Project, tmp_path: Path) -> None:
    first = HEADER + "1;A;Заявка;К;01.09.2026;100\n2;B;Заявка;К;01.09.2026;\n3;C;Заявка;К;02.09.2026;\n"
    apply_import(plan_import(project, [coming(tmp_path, first)]))
    second = HEADER + "1;A;Замер;К;01.09.2026;100\n2;B;Заявка;К;01.09.2026;\n4;D;Заявка;К;09.09.2026;\nx;y;;;;\n"
    report = plan_import(project, [coming(tmp_path, second)])
    assert report.comparison is not None
    assert (report.comparison.new, report.comparison.changed, report.comparison.vanished_ids) == (1, 1, ("3",))
    assert report.arrivals[0].rejected == 1
    apply_import(report)
    assert brought(project) == [
        f"2026-09-{day}/snapshot-01.{kind}" for day in ("02", "09") for kind in ("deals.parquet", "json")
    ]
    assert "1 new, 1 changed, 1 vanished" in str(report)


def test_a_rename_is_no_move_and_no_other_owner(project: Project, tmp_path: Path) -> None:
    header = "ID;Название сделки;Этап сделки;Воронка;Дата создания;Ответственный\n"
    first = header + "1;A;Первый контакт;К;01.09.2026;Анна Чернова\n2;B;Первый контакт;К;02.09.2026;Анна Чернова\n"
    later = "1;A;Связались;К;01.09.2026;Анна Белова\n2;B;Первый контакт;К;02.09.2026;Пётр\n"
    second = header + later + "3;C;Связались;К;10.09.2026;\n"
    asked = StageConfig("Связались", renamed=(Alias("Первый контакт", until=date(2026, 9, 5)),))
    pipeline = PipelineConfig("К", (asked, StageConfig("Первый контакт")))
    people = (PersonConfig("Анна Белова", (Alias("Анна Чернова"),)),)
    project = replace(project, pipelines=(pipeline,), people=people)
    apply_import(plan_import(project, [coming(tmp_path, first)]))
    told = plan_import(project, [coming(tmp_path, second)]).comparison
    assert told == Comparison(date(2026, 9, 2), 1, changed=1, vanished=0, vanished_ids=(), moved=1, reassigned=1)


def test_the_same_bytes_twice_are_nothing_to_do(project: Project, tmp_path: Path) -> None:
    apply_import(plan_import(project, [coming(tmp_path, samples.RUSSIAN_B)]))
    again = plan_import(project, [coming(tmp_path, samples.RUSSIAN_B, "deals (1).csv")])
    assert again.arrivals[0].present == project.exports / "2026-09-20" / "snapshot-01.json"
    assert "already there" in str(again)
    assert again.comparison is None
    apply_import(again)
    assert brought(project) == FIRST


def test_two_imports_of_one_day_are_one_export_and_the_later_counts(project: Project, tmp_path: Path) -> None:
    apply_import(plan_import(project, [coming(tmp_path, samples.RUSSIAN_B)]))
    changed = samples.RUSSIAN_B.replace("1 200,50;Пётр", "1 300;Олег").splitlines(keepends=True)
    path = coming(tmp_path, "".join(line for line in changed if not line.startswith("103;")))
    report = plan_import(project, [path])
    assert report.comparison == Comparison(date(2026, 9, 20), 0, 1, 1, ("103",), 0, 1, 1, 1)
    apply_import(report)
    assert brought(project) == [
        f"2026-09-20/snapshot-{number}.{kind}" for number in ("01", "02") for kind in ("deals.parquet", "json")
    ]
    data = assemble(read(project), project)
    assert dict(data.deals.select("deal_id", "owner").rows()) == {"101": "Анна", "103": "Пётр", "104": "Олег"}
    assert data.quality.filter(problem="all").select("rows", "accepted", "duplicates").rows() == [
        (3, 1, 2),
        (2, 2, 0),
    ]


def test_a_table_without_days_is_never_overwritten(project: Project, tmp_path: Path) -> None:
    apply_import(plan_import(project, [coming(tmp_path, "month,source,amount\n2026-09,ads,100\n", "spend.csv")]))
    with pytest.raises(SourceError, match="would-overwrite"):
        plan_import(project, [coming(tmp_path, "month,source,amount\n2026-09,ads,200\n", "spend.csv")])
    assert "100" in (project.exports / "spend.csv").read_text(encoding="utf-8")


def test_an_older_export_takes_its_place_among_the_others(project: Project, tmp_path: Path) -> None:
    def month(number: int, stage: str) -> str:
        return f"{HEADER}1;A;{stage};К;01.09.2026;100\n2;B;Заявка;К;{number:02}.09.2026;\n"

    apply_import(plan_import(project, [coming(tmp_path, month(5, "Заявка"))]))
    apply_import(plan_import(project, [coming(tmp_path, month(25, "Договор"))]))
    report = plan_import(project, [coming(tmp_path, month(15, "Замер"))])
    assert report.comparison is not None
    assert (report.comparison.day, report.comparison.moved) == (date(2026, 9, 5), 1)
    apply_import(report)
    data = assemble(read(project), project)
    entries = data.entries.join(data.deals.filter(deal_id="1").select("deal"), on="deal")
    assert entries["at"].dt.convert_time_zone("Europe/Moscow").dt.day().to_list() == [5, 15, 25]


def test_a_file_that_changes_after_the_plan_is_refused(project: Project, tmp_path: Path) -> None:
    path = coming(tmp_path, samples.RUSSIAN_B)
    report = plan_import(project, [path])
    coming(tmp_path, samples.RUSSIAN_B + "\n")
    with pytest.raises(SourceError, match="input-changed"):
        apply_import(report)
    assert brought(project) == []


def test_the_day_that_the_crm_wrote_into_the_name_dates_the_export(project: Project, tmp_path: Path) -> None:
    name = "amocrm_export_leads_2026-10-01 (3).csv"
    assert plan_import(project, [coming(tmp_path, samples.RUSSIAN_B, name)]).day == date(2026, 10, 1)


def test_a_mistyped_year_does_not_date_the_export(project: Project, tmp_path: Path) -> None:
    rows = "".join(f"{i};A;Заявка;К;{i % 28 + 1:02}.09.2026;\n" for i in range(200))
    path = coming(tmp_path, f"{HEADER}{rows}999;A;Заявка;К;01.09.2062;\n")
    assert plan_import(project, [path]).day == date(2026, 9, 28)


def test_a_dump_is_one_export(project: Project, tmp_path: Path) -> None:
    documents = {
        "leads.json": samples.page("leads", samples.lead(1)),
        "pipelines.json": samples.PIPELINES,
        "users.json": samples.USERS,
    }
    paths = [coming(tmp_path, samples.text(document), name) for name, document in documents.items()]
    report = plan_import(project, paths)
    apply_import(report)
    assert brought(project) == [
        f"2026-09-01/snapshot-{name}" for name in ("01.deals.parquet", "01.json", "02.json", "03.json")
    ]
    assert report.comparison is not None
    assert report.comparison.new == 1


def test_what_belongs_to_no_day_lies_beside_the_folders(project: Project, tmp_path: Path) -> None:
    spend = coming(tmp_path, "month,source,amount\n2026-09,ads,100\n", "spend.csv")
    report = plan_import(project, [spend, coming(tmp_path, samples.RUSSIAN_B)])
    apply_import(report)
    assert brought(project) == [*FIRST, "spend.csv"]


def test_every_mistake_is_told_and_nothing_is_copied(project: Project, tmp_path: Path) -> None:
    paths = [coming(tmp_path, "a,b\n1,2\n", "odd.csv"), coming(tmp_path, "{", "cut.json")]
    with pytest.raises(SourceError) as caught:
        plan_import(project, paths)
    assert {finding.rule for finding in caught.value.findings} == {"unknown-file", "json-syntax"}
    assert {finding.place.path for finding in caught.value.findings} == {str(path) for path in paths}
    assert not project.root.exists()


def test_two_files_of_one_name_are_refused(project: Project, tmp_path: Path) -> None:
    path = coming(tmp_path, samples.RUSSIAN_B)
    with pytest.raises(SourceError, match=r"named twice.*same-name"):
        plan_import(project, [path, path.parent / ".." / "downloads" / "deals.csv"])
    other = tmp_path / "other" / path.name
    other.parent.mkdir()
    other.write_bytes(path.read_bytes())
    with pytest.raises(SourceError, match=r"one name.*same-name"):
        plan_import(project, [path, other])


def test_bitrix24_dates_its_exports_in_their_names(project: Project, tmp_path: Path) -> None:
    path = tmp_path / "DEAL_20241001_a1b2_c3d4.xls"
    path.write_text(bitrix_samples.XLS, encoding="utf-8")
    assert plan_import(project, [path]).day == date(2024, 10, 1)


def test_a_history_of_changes_survives_the_import(project: Project, tmp_path: Path) -> None:
    """Where deals began is told by two files together; what is kept of them tells it still."""
    report = salesforce_samples.without(salesforce_samples.REPORT, "Opportunity ID")
    changes = salesforce_samples.without(salesforce_samples.CHANGES, "Opportunity ID")
    paths = [coming(tmp_path, report, "report.csv"), coming(tmp_path, changes, "changes.csv")]
    apply_import(plan_import(project, paths))
    entries = read(project).tables["stages"].collect()
    assert entries["stage"].value_counts(sort=True).sort("stage").rows() == [
        ("Closed Lost", 1), ("Closed Won", 1), ("Negotiation", 2), ("Proposal", 3), ("Prospecting", 3),
    ]  # fmt: skip
    assert entries["deal_id"].n_unique() == 3
