"""The same project gives the same bytes wherever, whenever and by whomever it is built."""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
import stat
import subprocess
from pathlib import Path

import pytest
from hostile_handbook import export, lay, site_of

from commands import run, run_here
from drawn import take_back

WORLDS = (
    {"PYTHONHASHSEED": "0", "TZ": "UTC", "LC_ALL": "C.UTF-8", "POLARS_MAX_THREADS": "1"},
    {"PYTHONHASHSEED": "1", "TZ": "Asia/Ho_Chi_Minh", "LC_ALL": "ru_RU.UTF-8", "POLARS_MAX_THREADS": "2"},
    {"PYTHONHASHSEED": "2", "TZ": "America/New_York", "LC_ALL": "C", "SOURCE_DATE_EPOCH": "0", "COLUMNS": "40"},
)
PLAYBOOK = "---\ntitle: Заметка\nkind: note\nowner: Head\n---\n\nText.\n"
FORMULAS = ("=1+1", "+84912", "-2+3", "@SUM(1)", "\uff1d1", "'=1", "a,b", 'say "x"', "two; parts", "plain")


def deals() -> str:
    return export(30, days=15, owner=FORMULAS, source=("сайт", "site", "Site"))


@pytest.mark.slow
def test_the_manifest_is_the_same_in_every_world(tmp_path: Path) -> None:
    manifests = []
    for number, world in enumerate(WORLDS):
        files = {"content/exports/deals.csv": deals(), "content/en/note.md": PLAYBOOK}
        folder = take_back(lay(tmp_path / f"world {number}", files))
        umask = (0o022, 0o077)[number % 2]
        ended = run("build", "-q", "--project", folder, env={**os.environ, **world}, umask=umask)
        assert ended.code == 0, ended.text
        manifests.append((site_of(folder) / "manifest.json").read_bytes())
    assert manifests[0] == manifests[1] == manifests[2]


#: Imported by each Python that is started there: folders are listed in another order each time.
SHUFFLED = """
import os, random
dice, listdir, scandir = random.Random(os.environ["ORDER"]), os.listdir, os.scandir
class Scanned:
    def __init__(self, *given):
        with scandir(*given) as found:
            self.found = iter(shuffled(found))
    def __iter__(self):
        return self
    def __next__(self):
        return next(self.found)
    def __enter__(self):
        return self
    def __exit__(self, *_):
        pass
    def close(self):
        pass
def shuffled(found):
    found = list(found)
    dice.shuffle(found)
    return found
os.listdir = lambda *given: shuffled(listdir(*given))
os.scandir = Scanned
"""
ZONES = ("UTC", "America/New_York", "Asia/Ho_Chi_Minh")
LANGUAGES = ("C", "vi_VN.UTF-8", "tr_TR.UTF-8")


def _world(seed: int, home: Path) -> dict[str, str]:
    """A user's environment, and the order in which folders are listed for them."""
    language = LANGUAGES[seed // 3 % 3]
    known = {name: value for name, value in os.environ.items() if name != "SOURCE_DATE_EPOCH"}
    known |= {"PYTHONHASHSEED": str(seed), "ORDER": str(seed), "TZ": ZONES[seed % 3], "LC_ALL": language}
    known |= {"LANG": language, "HOME": str(home), "USER": f"user{seed}", "LOGNAME": f"user{seed}"}
    known["PYTHONPATH"] = os.pathsep.join(filter(None, (str(home), os.environ.get("PYTHONPATH"))))
    return {**known, "SOURCE_DATE_EPOCH": "0"} if seed % 2 else known


@pytest.mark.slow
def test_users_with_other_seeds_zones_languages_and_orders_get_the_same_site(tmp_path: Path) -> None:
    """The first draws the charts; that they are drawn alike is the test above."""
    sold = export(30, days=15, owner=("İpek", "Ilse", "ıssız")).splitlines(keepends=True)
    files = {f"content/exports/{part}.csv": sold[0] + "".join(sold[1 + part :: 3]) for part in range(3)}
    files |= {f"content/en/part/note-{number}.md": PLAYBOOK for number in range(5)}
    first = lay(tmp_path / "first", files, title="İstanbul")
    manifests = set()
    for seed in range(10):
        home = tmp_path / f"home {seed}"
        home.mkdir()
        (home / "sitecustomize.py").write_text(SHUFFLED)
        folder = shutil.copytree(first, home / "Книга", ignore=shutil.ignore_patterns("site")) if seed else first
        ended = run("build", "-q", "--project", folder, env=_world(seed, home), umask=(0o022, 0o077)[seed // 5])
        assert ended.code == 0, ended.text
        manifests.add((site_of(folder) / "manifest.json").read_bytes())
    assert len(manifests) == 1


@pytest.mark.slow
def test_releases_are_the_same_in_every_world(tmp_path: Path) -> None:
    """The same commits and inputs: two releases, the second of a corrected export that restates a month."""
    sites = []
    for number, world in enumerate(WORLDS):
        sold = export(30, days=40)
        files = {
            "content/exports/deals.csv": sold,
            "content/en/note.md": PLAYBOOK,
            ".gitignore": "/site/*\n/.funnelbook/\n",
        }
        folder = take_back(lay(tmp_path / f"world {number}", {**files, "templates/site.txt": "own"}))
        env = {**os.environ, **world}
        _commit(folder)
        for name in ("2026-01", "2026-02"):
            ended = run(
                "release", name, "-q", "--title", f"Версия {name}", "--project", folder, env=env, umask=0o077
            )
            assert ended.code == 0, ended.text
            (folder / "content/exports/deals.csv").write_text(sold.replace(",100,", ",150,"))
            _commit(folder)
        sites.append(
            {
                path.relative_to(folder / "site").as_posix(): path.read_bytes()
                for path in _published(folder / "site")
            }
        )
    assert sites[0] == sites[1] == sites[2]
    manifest = json.loads(sites[0]["2026-02/manifest.json"])
    assert {row["figure"] for row in json.loads(sites[0]["2026-02/data/restated.json"])} == {"revenue"}
    assert len(manifest["commit"]) == 40
    assert manifest["dirty"] == []
    assert list(manifest["releases"]) == ["2026-01"]
    assert {"funnelbook.toml", "content/exports/1", "content/en/note.md", "templates/site.txt"} == set(
        manifest["inputs"]
    )
    text = json.dumps({key: value for key, value in manifest.items() if key != "files"})
    assert str(tmp_path) not in text
    assert os.uname().nodename not in text


def _published(site: Path) -> list[Path]:
    names = ("2026-01", "2026-02", "versions.json", "versions.js", "versions.html", "index.html")
    found = [
        each for name in names for each in ((site / name).rglob("*") if (site / name).is_dir() else [site / name])
    ]
    return [path for path in found if path.is_file()]


def _commit(folder: Path) -> None:
    """The same commit wherever it is made."""
    dates = {"GIT_AUTHOR_DATE": "2026-02-01T10:00:00Z", "GIT_COMMITTER_DATE": "2026-02-01T10:00:00Z"}
    who = ["-c", "user.name=Ann", "-c", "user.email=ann@example.org", "-c", "init.defaultBranch=main"]
    for arguments in (["init", "-q"], ["add", "-A"], ["commit", "-q", "--allow-empty", "-m", "change"]):
        subprocess.run(["git", *who, *arguments], cwd=folder, env={**os.environ, **dates}, check=True)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = lay(tmp_path_factory.mktemp("same"), {"content/exports/deals.csv": deals()})
    assert run("build", "-q", "--project", folder, umask=0o077).code == 0
    return folder


def test_a_site_can_be_read_by_a_web_server_whatever_the_umask(built: Path) -> None:
    for path in [site_of(built), *site_of(built).rglob("*")]:
        wanted = 0o755 if path.is_dir() else 0o644
        assert stat.S_IMODE(path.stat().st_mode) == wanted, path


def test_every_download_is_the_same_table_twice(built: Path) -> None:
    """A number is written alike in both; a text is the same but for the apostrophe before a formula."""
    seen = set()
    for path in sorted((site_of(built) / "data").glob("*.csv")):
        rows = list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"), newline=""), strict=True))
        told = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"), parse_constant=pytest.fail)
        assert len(rows) == len(told), path
        for row, same in zip(rows, told, strict=True):
            assert list(row) == list(same), path
            for column, value in same.items():
                seen.add(row[column])
                assert row[column] == _written(value) or row[column] == "'" + str(value), (path.name, column)
                assert not row[column].startswith(("=", "+", "@", "\t", "\r", "\n"))
    assert {"'=1+1", "'+84912", "'-2+3", "'@SUM(1)", "'\uff1d1", "''=1", "a,b", "plain"} <= seen


def _written(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return json.dumps(value) if "e" not in repr(value) else repr(value)
    return "" if value is None else str(value)


def test_two_imports_are_two_snapshots(tmp_path: Path) -> None:
    """The same export twice is told and adds nothing; the next month's makes the way of a deal known."""
    folder = lay(tmp_path / "handbook", {})
    january, february = tmp_path / "january.csv", tmp_path / "february.csv"
    january.write_text(export(30, days=20, status="open"), encoding="utf-8")
    february.write_text(export(60, days=40, stage=("Offered",)), encoding="utf-8")
    for export_file in (january, january, february):
        ended = run_here("import", export_file, "--project", folder)
        assert ended.code == 0, ended.text
    days = [path for path in (folder / "content" / "exports").iterdir() if path.is_dir()]
    assert len(days) == 2
    ended = run_here("build", "--project", folder)
    assert ended.code == 0, ended.text
    with (site_of(folder) / "data" / "quality.csv").open(newline="") as file:
        for row in csv.DictReader(file):
            parts = sum(int(row[name]) for name in ("accepted", "rejected", "duplicates", "ignored"))
            assert int(row["rows"]) == parts
    with (site_of(folder) / "data" / "ways.csv").open(newline="") as file:
        told = next(row for row in csv.DictReader(file) if row["cohort"] == "all")
    assert int(told["deals"]) == 60
    assert int(told["basis_snapshots"]) == 30
    page = (site_of(folder) / "data" / "index.html").read_text(encoding="utf-8")
    assert "napshots" in page or "exports" in page


def test_a_mended_row_is_accepted_and_nothing_else_changes(tmp_path: Path) -> None:
    """What was rejected becomes a fact once its cell is mended."""
    lines = export(12, days=10).splitlines(keepends=True)
    broken = [*lines[:5], lines[5].replace("2026-01", "2026-13"), *lines[6:]]
    counts = []
    for number, text in enumerate((broken, lines)):
        folder = lay(tmp_path / str(number), {"content/exports/deals.csv": "".join(text)})
        assert run_here("metrics", "all", "--format", "csv", "--out", folder / "t", "--project", folder).code == 0
        with (folder / "t" / "quality.csv").open(newline="") as file:
            counts.append(next(row for row in csv.DictReader(file) if row["problem"] == "all"))
        shutil.rmtree(folder / ".funnelbook")
    assert [(each["accepted"], each["rejected"]) for each in counts] == [("11", "1"), ("12", "0")]
