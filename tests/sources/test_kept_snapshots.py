"""What an import keeps: it reads as the file did, holds no customer's data, and says when it was spoiled."""

from __future__ import annotations

import json
import os
import re
import shutil
from pathlib import Path
from zoneinfo import ZoneInfo

import amocrm_samples as samples
import polars as pl
import pytest
from msgspec.structs import replace

from funnelbook.errors import SourceError
from funnelbook.model.assemble import assemble
from funnelbook.model.reading import Reading
from funnelbook.project import Project, Site, SourceMapping
from funnelbook.sources import read
from funnelbook.sources.imports import apply_import, plan_import

OWN = "Номер,Когда,Где,Сколько,Чей\n7,05.09.2026,Заявка,10k,0912345678\n8,06.09.2026,Заявка,много,\n9,,,,\n"
MAPPED = SourceMapping(
    "own*.csv",
    "deals",
    {"deal_id": "Номер", "created_at": "Когда", "stage": "Где", "value": "Сколько", "contact_id": "Чей"},
)


@pytest.fixture
def project(tmp_path: Path) -> Project:
    zone = ZoneInfo("Europe/Moscow")
    return Project(root=tmp_path / "handbook", site=Site(timezone=zone), sources=(MAPPED,))


def months(tmp_path: Path) -> list[list[Path]]:
    """Three exports of several files each."""
    dump = {"leads.json": samples.page("leads", samples.lead(104)), "pipelines.json": samples.PIPELINES}
    dump |= {"users.json": samples.USERS, "events.json": samples.page("events", samples.moved(104, 7, 21, 22))}
    texts = [
        {"deals.csv": samples.RUSSIAN_B, "contacts.csv": samples.CONTACTS_RUSSIAN},
        {"own-9.csv": OWN, "deals.csv": samples.RUSSIAN_A.replace("20.09.2026", "25.09.2026")},
        {name: samples.text(document) for name, document in dump.items()},
    ]
    for number, files in enumerate(texts):
        for name, text in files.items():
            path = tmp_path / "downloads" / str(number) / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
    return [sorted(folder.iterdir()) for folder in sorted((tmp_path / "downloads").iterdir())]


LOG = "deal_id,from_stage,to_stage,changed_at\n1,Заявка,Замер,2026-09-10 10:00\n"
SAME_LOG = LOG + "2,Заявка,Замер,2026-10-10 10:00\n"
LOGGED = "deal_id,created_at,stage,status\n1,2026-09-01,Замер,open\n2,2026-10-02,Замер,open\n"


def imported(project: Project, tmp_path: Path, name: str, text: str) -> None:
    path = tmp_path / "downloads" / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    apply_import(plan_import(project, [path]))


def entered(project: Project) -> list[tuple[str, int]]:
    data = assemble(read(project), project)
    entries = data.entries.join(data.deals.select("deal", "deal_id"), on="deal")
    return sorted(entries.select("deal_id", "code").rows())


def test_a_log_tells_where_deals_of_another_import_began(project: Project, tmp_path: Path) -> None:
    project = replace(project, sources=())
    imported(project, tmp_path, "changes.csv", LOG)
    assert [path.name for path in project.exports.rglob("*.begun.parquet")] == ["snapshot-01.begun.parquet"]
    imported(project, tmp_path, "deals.csv", LOGGED)
    assert entered(project) == [("1", 1), ("1", 2)]
    imported(project, tmp_path, "changes-10.csv", SAME_LOG)
    assert entered(project) == [("1", 1), ("1", 2), ("2", 1), ("2", 2)]


def test_a_snapshot_of_before_beginnings_were_kept_tells_none(project: Project, tmp_path: Path) -> None:
    project = replace(project, sources=())
    imported(project, tmp_path, "changes.csv", LOG)
    imported(project, tmp_path, "deals.csv", LOGGED)
    (beginnings,) = project.exports.rglob("*.begun.parquet")
    beginnings.unlink()
    account = beginnings.with_name("snapshot-01.json")
    older = json.loads(account.read_text(encoding="utf-8"))
    del older["tables"]["begun"]
    account.write_text(json.dumps(older), encoding="utf-8")
    assert entered(project) == [("1", 1)]


def told(reading: Reading, project: Project) -> list[object]:
    """Everything that pages are made of."""
    data = assemble(reading, project)
    tables = (data.deals, data.entries, data.activities, data.quality, data.refused)
    files = [replace(each, path=each.path.relative_to(project.root)) for each in data.files]
    return [*(table.to_dicts() for table in tables), files, data.notes, data.pipelines, data.as_of]


def raw_twin(project: Project, tmp_path: Path, by_day: dict[str, list[Path]]) -> Project:
    """The same exports, laid by hand as they were downloaded."""
    twin = replace(project, root=tmp_path / "twin")
    for day, paths in by_day.items():
        (twin.exports / day).mkdir(parents=True)
        for path in paths:
            shutil.copy(path, twin.exports / day / path.name)
    twin.private.mkdir()
    shutil.copy(project.private / "persons.key", twin.private / "persons.key")
    return twin


def test_snapshots_tell_what_the_files_told(project: Project, tmp_path: Path) -> None:
    by_day = {}
    for files in months(tmp_path):
        report = plan_import(project, files)
        apply_import(report)
        by_day[str(report.day)] = files
    assert len(by_day) == 3
    twin = raw_twin(project, tmp_path, by_day)
    assert told(read(project), project) == told(read(twin), twin)


def test_nothing_of_a_customer_is_kept(project: Project, tmp_path: Path) -> None:
    for files in months(tmp_path):
        apply_import(plan_import(project, files))
    kept = [path for path in project.exports.rglob("*") if path.is_file()]
    text = "".join(
        pl.read_parquet(path).write_csv() if path.suffix == ".parquet" else path.read_text(encoding="utf-8")
        for path in kept
    )
    raw = b"".join(path.read_bytes() for path in kept)
    private = (
        "Смирнова",
        "Петров",
        "9161234567",
        "example.org",
        "OLGA",
        "секрет",
        "угловая",
        "0912345678",
        "много",
    )
    assert [word for word in private if word in text or word.encode() in raw] == []
    columns = {name for path in kept if path.suffix == ".parquet" for name in pl.read_parquet_schema(path)}
    assert "name" not in columns
    persons = [
        person
        for path in kept
        if path.name.endswith("deals.parquet")
        for person in pl.read_parquet(path)["contact_id"].drop_nulls()
    ]
    assert persons
    assert all(re.fullmatch("[0-9a-f]{32}", person) for person in persons)


def test_the_account_adds_up_without_the_file(project: Project, tmp_path: Path) -> None:
    own = months(tmp_path)[1][-1]
    apply_import(plan_import(project, [own]))
    own.unlink()
    data = assemble(read(project), project)
    whole = data.quality.filter(problem="all").select("rows", "accepted", "rejected").row(0)
    assert whole == (3, 1, 2)
    assert data.refused.filter("primary").select("row", "problem").rows() == [
        (3, "bad-amount"),
        (4, "missing-value"),
    ]


def test_the_key_that_made_the_snapshots_is_wanted_for_more(project: Project, tmp_path: Path) -> None:
    first, second, _ = months(tmp_path)
    apply_import(plan_import(project, first))
    before = sorted(project.exports.rglob("*"))
    key = project.private / "persons.key"
    told = key.read_text()
    key.unlink()
    with pytest.raises(SourceError, match=r"missing.*persons-key"):
        plan_import(project, second)
    assert not key.exists()
    key.write_text("0" * 64)
    with pytest.raises(SourceError, match=r"not the one.*persons-key"):
        plan_import(project, second)
    assert sorted(project.exports.rglob("*")) == before
    key.write_text(told)
    apply_import(plan_import(project, second))


def spoil_table(folder: Path) -> None:
    path = folder / "snapshot-01.deals.parquet"
    path.write_bytes(path.read_bytes()[:-1] + b"x")


def spoil_account(folder: Path) -> None:
    path = folder / "snapshot-01.json"
    account = json.loads(path.read_text(encoding="utf-8"))
    del account["rows"]
    path.write_text(json.dumps(account), encoding="utf-8")


@pytest.mark.parametrize(
    "spoil",
    [
        spoil_table,
        spoil_account,
        lambda folder: (folder / "snapshot-01.json").write_text("{"),
        lambda folder: (folder / "snapshot-01.json").unlink(),
        lambda folder: (folder / "snapshot-01.deals.parquet").unlink(),
    ],
)
def test_a_spoiled_snapshot_is_an_error(project: Project, tmp_path: Path, spoil: object) -> None:
    apply_import(plan_import(project, [months(tmp_path)[1][-1]]))
    (folder,) = project.exports.iterdir()
    assert callable(spoil)
    spoil(folder)
    with pytest.raises(SourceError, match="spoiled-snapshot"):
        read(project)


def test_days_that_were_read_in_another_time_zone_are_an_error(project: Project, tmp_path: Path) -> None:
    apply_import(plan_import(project, [months(tmp_path)[1][-1]]))
    moved = replace(project, site=Site(timezone=ZoneInfo("Asia/Almaty")))
    with pytest.raises(SourceError, match="other-timezone"):
        read(moved)


def test_what_a_killed_import_left_is_no_snapshot_and_goes_with_the_next(project: Project, tmp_path: Path) -> None:
    own = months(tmp_path)[1][-1]
    folder = project.exports / "2026-09-05"
    folder.mkdir(parents=True)
    (folder / "99999999-abc.part").write_bytes(b"half")
    running = folder / f"{os.getpid()}-abc.part"
    running.write_bytes(b"half")
    apply_import(plan_import(project, [own]))
    names = sorted(path.name for path in folder.iterdir())
    assert names == sorted([running.name, "snapshot-01.deals.parquet", "snapshot-01.json"])


def test_the_same_import_gives_the_same_bytes(project: Project, tmp_path: Path) -> None:
    own = months(tmp_path)[1][-1]
    twin = replace(project, root=tmp_path / "twin")
    apply_import(plan_import(project, [own]))
    twin.private.mkdir(parents=True)
    shutil.copy(project.private / "persons.key", twin.private / "persons.key")
    apply_import(plan_import(twin, [own]))
    first, second = (
        {path.name: path.read_bytes() for path in each.exports.rglob("*") if path.is_file()}
        for each in (project, twin)
    )
    assert first == second
