"""People who were renamed, or whose account another took over, are told apart by dates."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from msgspec.structs import replace
from readings import day, reading

from funnelbook.errors import ProjectError
from funnelbook.model.assemble import assemble
from funnelbook.project import Alias, PersonConfig, PipelineConfig, Project, StageConfig, load

PROJECT = Project(Path(), pipelines=(PipelineConfig("Main", (StageConfig("Asked"),)),))
PEOPLE = (
    PersonConfig("Anna White", (Alias("Anna Black"), Alias("Sales 1", until=date(2024, 1, 10)))),
    PersonConfig("Boris", (Alias("Sales 1", since=date(2024, 1, 11)),)),
)


def test_a_name_is_who_had_it_on_the_day() -> None:
    owners = [("anna  black", 1), ("Sales 1", 10), ("Sales 1", 11), ("Carl", 11), (None, 11), ("Anna White", 2)]
    deals = [
        {"deal_id": str(i), "created_at": day(at), "status": "open", "stage": "Asked", "owner": owner}
        for i, (owner, at) in enumerate(owners)
    ]
    team = [
        {"person": "Sales 1", "role": "head", "from": date(2024, 1, 11)},
        {"person": "Anna Black", "role": "seller"},
    ]
    plan = [{"month": "2024-01", "owner": "SALES 1", "sales": 1.0}, {"month": "2024-02", "owner": "Sales 1"}]
    dataset = assemble(reading(deals=deals, team=team, plan=plan), replace(PROJECT, people=PEOPLE))
    assert dataset.deals["owner"].to_list() == ["Anna White", "Anna White", "Boris", "Carl", None, "Anna White"]
    assert dataset.deals["role"].to_list() == ["seller", "seller", "head", None, None, "seller"]
    assert dataset.plan["owner"].to_list() == ["Anna White", "Boris"]
    assert dataset.team["person"].to_list() == ["Boris", "Anna White"]


def test_the_project_file_names_people(tmp_path: Path) -> None:
    people = """
[[people]]
name = "Anna White"
aliases = [{name = "Anna Black"}, {name = "Sales 1", until = 2024-01-10}]
[[people]]
name = "Boris"
aliases = [{name = "Sales 1", since = 2024-01-11}]
"""
    (tmp_path / "funnelbook.toml").write_text(people, encoding="utf-8")
    assert load(tmp_path).people == PEOPLE


def test_mistakes_about_people_are_told(tmp_path: Path) -> None:
    people = """
[[people]]
name = "Anna"
aliases = [{name = "A", since = 2024-02-01, until = 2024-01-01}]
[[people]]
name = "anna"
"""
    (tmp_path / "funnelbook.toml").write_text(people, encoding="utf-8")
    with pytest.raises(ProjectError) as caught:
        load(tmp_path)
    assert [each.rule for each in caught.value.findings] == ["bad-period", "duplicate-name"]


def test_a_name_that_two_people_have_on_one_day_is_a_mistake(tmp_path: Path) -> None:
    people = """
[[people]]
name = "Anna"
aliases = [{name = "Sales 1", until = 2024-01-31}, "Sales 2"]

[[people]]
name = "Boris"
aliases = [{name = "sales 1", since = 2024-01-31}, {name = "Sales 2", until = 2023-12-31}]

[[people]]
name = "Clara"
aliases = ["Boris"]
"""
    (tmp_path / "funnelbook.toml").write_text(people, encoding="utf-8")
    with pytest.raises(ProjectError) as caught:
        load(tmp_path)
    assert [(each.rule, each.place.line) for each in caught.value.findings] == [
        ("overlapping-aliases", 8),
        ("duplicate-name", 12),
    ]


def test_a_name_of_somebodys_for_good_was_anothers_for_a_time() -> None:
    people = (
        PersonConfig("Anna", (Alias("Sales"),)),
        PersonConfig("Boris", (Alias("Sales", until=date(2024, 1, 10)),)),
    )
    deals = [
        {"deal_id": str(at), "created_at": day(at), "status": "open", "stage": "Asked", "owner": "Sales"}
        for at in (10, 11)
    ]
    dataset = assemble(reading(deals=deals), replace(PROJECT, people=people))
    assert dataset.deals["owner"].to_list() == ["Boris", "Anna"]


def test_spellings_taken_as_one_are_counted() -> None:
    owners = ["Пётр", "петр ", "Anna", "ПЕТР", None]
    deals = [
        {
            "deal_id": str(i),
            "created_at": day(1),
            "status": "open",
            "stage": "Asked",
            "owner": owner,
            "source": "Site",
        }
        for i, owner in enumerate(owners)
    ]
    notes = {note.rule: dict(note.params) for note in assemble(reading(deals=deals), PROJECT).notes}
    assert notes["spellings-joined"] == {"spellings": 3, "names": 1}
    deals[1]["stage"] = "  ASKED "
    notes = {note.rule: dict(note.params) for note in assemble(reading(deals=deals), PROJECT).notes}
    assert notes["spellings-joined"] == {"spellings": 5, "names": 2}
    notes = {note.rule: dict(note.params) for note in assemble(reading(deals=deals[:1]), PROJECT).notes}
    assert "spellings-joined" not in notes
