"""What a user can get wrong, end to end: a message that names it or a counted row, and never a traceback."""

from __future__ import annotations

import csv
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from hostile_handbook import SITE, export, lay, site_of

from commands import run_here
from drawn import take_back

DEALS = "content/exports/deals.csv"
GOOD = export(30)
LINES = GOOD.splitlines(keepends=True)
PLAYBOOK = "---\ntitle: Note\nkind: note\nowner: Head\n---\n\n{}\n"
CYRILLIC = export(30, owner=("Анна", "Борис"))


def quality(folder: Path) -> dict[str, int]:
    """The counts of the deals file."""
    with (site_of(folder) / "data" / "quality.csv").open(newline="") as file:
        rows = [row for row in csv.DictReader(file, strict=True) if row["problem"] == "all"]
    return {name: int(rows[0][name]) for name in ("rows", "accepted", "rejected", "duplicates", "ignored")}


@pytest.mark.parametrize(
    ("files", "rule"),
    [
        ({DEALS: GOOD.replace("created_at", "x")}, "unknown-file"),
        ({DEALS: GOOD + '31,"2026-01-05\n'}, "unclosed-quote"),
        ({DEALS: ""}, "empty-file"),
        ({DEALS: LINES[0]}, "no-deals"),
        ({DEALS: GOOD.replace("O1", "O\0")}, "nul-byte"),
        ({DEALS: GOOD.replace("O1", "O" * 200_000, 1)}, "field-too-long"),
        (
            {DEALS: GOOD, "content/exports/x.xlsx": "<html><table><tr><td>1</td></tr></table></html>"},
            "wrong-container",
        ),
        ({DEALS: GOOD, "content/exports/x.xlsx": b"PK\x03\x04" + b"junk" * 50}, "wrong-container"),
        ({DEALS: GOOD, "content/exports/x.parquet": b"PAR1junkPAR1"}, "malformed"),
        ({DEALS: GOOD, "content/exports/leads.json": '{"_embedded": {"leads": [{"id": 1, '}, "json-syntax"),
        ({DEALS: GOOD, "content/exports/leads.json": "[1, 2]"}, "unknown-file"),
        ({DEALS: GOOD, "content/exports/old/deals.csv": GOOD}, "unknown-folder"),
        ({DEALS: GOOD, "content/exports/x.csv/y.csv": GOOD}, "unknown-folder"),
        ({DEALS: GOOD, "content/en/note.md": PLAYBOOK.format("[gone](gone.md)")}, "broken-link"),
        ({DEALS: GOOD, "content/en/note.md": b"\xff\xfe\x00"}, "encoding"),
        ({DEALS: GOOD, "templates/home.html": "{% if %}"}, "template"),
        ({DEALS: GOOD, "templates/home.html": "{{ nobody.knows.it }}"}, "template"),
        ({DEALS: GOOD, "templates/home.html": '{% include "/etc/passwd" %}'}, "template"),
        ({DEALS: GOOD, "templates/home.html": '{% include "../../../etc/passwd" %}'}, "template"),
        ({DEALS: GOOD, "templates/home.html": '{{ "".__class__.__mro__ }}'}, "template"),
        ({DEALS: GOOD, ".funnelbook": "x"}, "private-folder"),
        ({DEALS: GOOD, "site": "x"}, "foreign-output"),
        ({DEALS: GOOD, "funnelbook.toml": b"\xff"}, "encoding"),
        ({}, "no-exports"),
    ],
)
def test_a_mistake_is_told_by_its_rule_and_nothing_is_published(
    tmp_path: Path, files: dict[str, str | bytes], rule: str
) -> None:
    folder = lay(tmp_path / "handbook", files)
    ended = run_here("build", "--project", folder)
    assert ended.code == 1
    assert f"({rule})" in ended.err
    assert "root:" not in ended.text
    assert not (folder / "site" / "latest").exists()


def _link(folder: Path) -> None:
    (folder / DEALS).rename(folder / "real.csv")
    (folder / DEALS).symlink_to(folder / "real.csv")


def _pipe(folder: Path) -> None:
    os.mkfifo(folder / "content" / "exports" / "pipe.csv")


def _playbook_link(folder: Path) -> None:
    (folder / "content" / "en").mkdir()
    (folder / "content" / "en" / "leak.md").symlink_to("/etc/passwd")


def _template_link(folder: Path) -> None:
    (folder / "templates").mkdir()
    (folder / "templates" / "home.html").symlink_to("/etc/passwd")


def _asset_link(folder: Path) -> None:
    (folder / "templates" / "assets").mkdir(parents=True)
    (folder / "templates" / "assets" / "site.css").symlink_to("/etc/passwd")


def _private_link(folder: Path) -> None:
    (folder.parent / "elsewhere").mkdir()
    (folder / ".funnelbook").symlink_to(folder.parent / "elsewhere")


def _project_link(folder: Path) -> None:
    (folder / "funnelbook.toml").rename(folder / "real.toml")
    (folder / "funnelbook.toml").symlink_to("real.toml")


@pytest.mark.parametrize(
    "spoil", [_link, _pipe, _playbook_link, _template_link, _asset_link, _private_link, _project_link]
)
def test_links_and_pipes_are_refused_before_they_are_read(tmp_path: Path, spoil: Callable[[Path], None]) -> None:
    folder = take_back(lay(tmp_path / "handbook", {DEALS: GOOD}))
    spoil(folder)
    ended = run_here("build", "--project", folder)
    assert ended.code == 1
    assert "symlink" in ended.err or "(not-a-file)" in ended.err or "(private-folder)" in ended.err
    assert "root:" not in ended.text
    assert not (folder / "site" / "latest").exists()


@pytest.mark.parametrize("out", [".", "..", "content", "content/new", "templates", ".git/x", ".funnelbook/x"])
def test_a_site_is_not_written_among_what_it_is_made_from(tmp_path: Path, out: str) -> None:
    folder = take_back(lay(tmp_path / "up" / "handbook", {DEALS: GOOD}))
    before = sorted(tmp_path.rglob("*"))
    ended = run_here("build", "--project", folder, "--out", folder / out)
    assert ended.code == 1
    assert "(foreign-output)" in ended.err
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.parametrize(
    ("files", "counts"),
    [
        ({DEALS: CYRILLIC.encode("cp1251")}, (30, 30, 0, 0)),
        ({DEALS: CYRILLIC.encode("utf-16")}, (30, 30, 0, 0)),
        ({DEALS: GOOD + "30,2026\n" + "31," * 40 + "\n"}, (32, 30, 2, 0)),
        ({DEALS: GOOD, "content/exports/deals copy.csv": GOOD}, (30, 0, 0, 30)),
    ],
)
def test_odd_rows_are_counted(
    tmp_path: Path, files: dict[str, str | bytes], counts: tuple[int, int, int, int]
) -> None:
    folder = lay(tmp_path / "мой справочник", files)
    ended = run_here("build", "--project", folder)
    assert ended.code == 0, ended.text
    found = quality(folder)
    assert (found["rows"], found["accepted"], found["rejected"], found["duplicates"]) == counts


def test_a_deal_closed_before_it_began_is_remarked_on(tmp_path: Path) -> None:
    rows = LINES[1].split(",")
    folder = lay(tmp_path, {DEALS: "".join([LINES[0], ",".join([*rows[:5], "2020-01-01", *rows[6:]]), *LINES[2:]])})
    assert run_here("build", "--project", folder).code == 0
    with (site_of(folder) / "data" / "quality.csv").open(newline="") as file:
        problems = {row["problem"]: row for row in csv.DictReader(file, strict=True)}
    assert problems["all"]["rows"] == "30"
    assert len(problems) > 1


@pytest.mark.parametrize(
    "deals",
    [
        pytest.param(export(45, days=20, owner=[f"Owner {i}" for i in range(300)]), id="an owner a deal"),
        pytest.param(export(10, days=10, pipeline=("Ж" * 200,)), id="long pipeline"),
        pytest.param(export(10, days=10, pipeline=("A b", "a-b", "!!!", "index", "CON")), id="awkward pipelines"),
    ],
)
def test_an_odd_business_has_a_site_too(tmp_path: Path, deals: str) -> None:
    """Others are tried in `pages/test_odd_projects.py`."""
    folder = lay(tmp_path, {DEALS: deals})
    ended = run_here("build", "--project", folder)
    assert ended.code == 0, ended.text
    assert (site_of(folder) / "2026-01" / "index.html").is_file()


def test_a_language_without_playbooks_is_built(tmp_path: Path) -> None:
    both = SITE.format(title='"x"', lang="en").replace('lang = "en"', 'lang = ["en", "ru"]')
    files = {"funnelbook.toml": both, DEALS: export(5, days=5), "content/en/note.md": PLAYBOOK.format("x")}
    folder = lay(tmp_path, files)
    ended = run_here("build", "--project", folder)
    assert ended.code == 0, ended.text
    assert (site_of(folder) / "ru" / "playbooks" / "index.html").is_file()
