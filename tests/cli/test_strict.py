"""Files that lose too many rows stop what is asked to be strict; exports in git stop a release."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from small_handbook import DEALS

from commands import run_here
from drawn import take_back

Lay = Callable[..., Path]
#: One row of five is rejected.
LOSSY = DEALS + "5,soon,Offer sent,open,,,Anna,,\n"
PERSONAL = "".join(f"{line},{number or 'phone'}\n" for number, line in enumerate(DEALS.splitlines()))


def git(folder: Path, *arguments: str) -> None:
    command = ["git", "-c", "user.name=a", "-c", "user.email=a@b", *arguments]
    subprocess.run(command, cwd=folder, check=True, capture_output=True)


def committed(folder: Path) -> Path:
    git(folder, "init", "-q")
    git(folder, "add", "-A", "-f")
    git(folder, "commit", "-qm", "all")
    return folder


def test_a_strict_build_stops_at_too_many_rejects(handbook: Lay) -> None:
    folder = handbook(**{"content__exports__deals.csv": LOSSY})
    ended = run_here("build", "--strict", "--project", folder)
    assert ended.code == 1
    assert "(many-rejected)" in ended.err
    assert "1 of 5 rows" in ended.err
    assert not (folder / "site" / "latest").exists()
    assert run_here("build", "--project", folder).code == 0
    assert run_here("build", "--strict", "--project", folder).code == 1, "also where nothing has changed since"
    toml = folder / "funnelbook.toml"
    toml.write_text(toml.read_text() + "\n[metrics]\nreject_share = 0.2\n")
    assert run_here("build", "--strict", "--project", folder).code == 0


def test_a_strict_check_calls_it_an_error(handbook: Lay) -> None:
    folder = handbook(**{"content__exports__deals.csv": LOSSY})
    assert "warning: content/exports/deals.csv" in run_here("check", "--project", folder).err
    strict = run_here("check", "--strict", "--project", folder)
    assert strict.code == 1
    assert "\ncontent/exports/deals.csv: 1 of 5 rows" in f"\n{strict.err}"


def test_a_strict_build_stops_at_prices_that_no_sum_holds(handbook: Lay) -> None:
    head, first, *rows = DEALS.splitlines()
    foreign = "\n".join([f"{head},currency", f"{first},USD", *(f"{row},EUR" for row in rows)]) + "\n"
    folder = handbook(**{"content__exports__deals.csv": foreign})
    ended = run_here("build", "--strict", "--project", folder)
    assert (ended.code, "(without-rate)" in ended.err) == (1, True), ended.text
    assert not (folder / "site" / "latest").exists()
    (folder / "content/exports/rates.csv").write_text("date,currency,rate\n2000-01-01,USD,2\n2000-01-01,EUR,2\n")
    assert run_here("build", "--strict", "--project", folder).code == 0


def test_a_strict_import_brings_nothing_in(handbook: Lay, tmp_path: Path) -> None:
    folder = take_back(handbook())
    export = tmp_path / "march.csv"
    export.write_text(LOSSY)
    before = sorted(folder.rglob("*"))
    ended = run_here("import", export, "--strict", "--project", folder)
    assert ended.code == 1
    assert "(many-rejected)" in ended.err
    assert [path for path in sorted(folder.rglob("*")) if ".funnelbook" not in path.parts] == before
    assert run_here("import", export, "--project", folder).code == 0
    assert "5,soon," in (folder / ".funnelbook" / "rejected" / "march.rejected.csv").read_text()


def test_a_file_all_of_whose_rows_are_rejected_is_never_imported(handbook: Lay, tmp_path: Path) -> None:
    export = tmp_path / "spend.csv"
    export.write_text("month,source,amount\nMay,site,1\n")
    ended = run_here("import", export, "--project", handbook())
    assert ended.code == 1
    assert "1 of 1 rows were rejected" in ended.err


@pytest.mark.parametrize(
    ("name", "text"),
    [("content__exports__deals.csv", PERSONAL), (".funnelbook__refused.csv", "file,row\n")],
)
def test_personal_data_in_git_is_told_and_never_released(handbook: Lay, name: str, text: str) -> None:
    folder = committed(handbook(**{name: text}))
    place = name.replace("__", "/")
    ended = run_here("check", "--project", folder)
    assert ended.code == 1
    assert f"{place}: " in ended.err
    assert "(personal-data-in-repo)" in ended.err
    assert "git rm --cached" in ended.err
    refused = run_here("release", "a", "--allow-dirty", "--project", folder)
    assert refused.code == 1
    assert "(personal-data-in-repo)" in refused.err
    assert not (folder / "site").exists()


def test_tables_without_anything_personal_may_be_in_git(handbook: Lay) -> None:
    ended = run_here("check", "--project", committed(take_back(handbook())))
    assert ended.code == 0, ended.text
