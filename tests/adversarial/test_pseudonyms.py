"""Sellers under pseudonyms: stable with one key, others with another, none without, and their names nowhere."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from hostile_handbook import export, lay, site_of

from commands import run_here
from funnelbook import project
from funnelbook.errors import ProjectError
from funnelbook.publish.exports import read

SELLERS = ("Vera Ostrova", "Ivan Zhilin")
TEAM = "person,role,hours_per_week\nvera ostrova ,seller,40\nIvan Zhilin,seller,40\nPyotr Third,head,40\n"
PLAN = "month,owner,sales\n2026-02,Vera Ostrova,3\n"
CONFIG = '[site]\ntitle = "Team"\nlang = ["en"]\ntimezone = "UTC"\n\n[privacy]\nowners = "pseudonyms"\n'


def handbook(folder: Path, key: str = "ab" * 32) -> Path:
    files: dict[str, str | bytes] = {
        "content/exports/deals.csv": export(40, owner=SELLERS),
        "content/exports/team.csv": TEAM,
        "content/exports/plan.csv": PLAN,
        "funnelbook.toml": CONFIG,
    }
    return lay(folder, {**files, ".funnelbook/persons.key": f"{key}\n"} if key else files)


def owners(folder: Path) -> list[str]:
    dataset = read(project.load(folder))
    told = dataset.deals["owner"].cast(pl.String).unique().sort().to_list()
    team = dataset.team["person"].to_list()
    assert {*told, *dataset.plan["owner"]} <= set(team)
    assert len(set(team)) == 3
    return told


def test_pseudonyms_hang_on_the_key_alone(tmp_path: Path) -> None:
    first = owners(handbook(tmp_path / "first"))
    assert len(first) == len(set(first)) == 2
    assert all(name.startswith("№ ") and len(name) == 8 for name in first)
    assert owners(handbook(tmp_path / "again")) == first
    rotated = owners(handbook(tmp_path / "rotated", "cd" * 32))
    assert not set(rotated) & set(first)


def test_without_the_key_nothing_is_read(tmp_path: Path) -> None:
    folder = handbook(tmp_path / "book", key="")
    with pytest.raises(ProjectError, match="persons-key"):
        project.load(folder)
    ended = run_here("build", "-q", "--project", folder)
    assert (ended.code, ended.err.startswith("funnelbook.toml:7:10: ")) == (1, True), ended.text
    assert not (folder / ".funnelbook" / "persons.key").exists()


def test_names_of_sellers_are_nowhere_in_the_site_and_another_key_makes_it_anew(tmp_path: Path) -> None:
    folder = handbook(tmp_path / "book")
    assert run_here("build", "-q", "--project", folder).code == 0
    before = told(folder)
    words = [word.encode() for name in SELLERS for word in name.split()]
    files = [path.read_bytes() for path in site_of(folder).rglob("*") if path.is_file()]
    assert not [word for word in words if any(word in content for content in files)]
    (folder / ".funnelbook" / "persons.key").write_text("cd" * 32)
    assert run_here("build", "-q", "--project", folder).code == 0
    assert told(folder) != before


def told(folder: Path) -> bytes:
    return (site_of(folder) / "data" / "sellers.csv").read_bytes()
