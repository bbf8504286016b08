"""Each build in a process of its own follows what the one before it left, and imports no more than it needs."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from small_handbook import CONFIG, DEALS, PLAYBOOK

from commands import run, run_here

Handbook = Callable[..., Path]
#: Many, so that no two processes have a set of them in the same order.
HOLIDAYS = "\n[metrics]\nholidays = [" + ", ".join(f"2026-01-{day:02}" for day in range(1, 13)) + "]\n"
HEAVY = ("polars", "dataframely", "numpy", "altair", "vl_convert", "funnelbook.charts.drawing")


def seen(site: Path) -> dict[str, bytes]:
    latest = site / "latest"
    return {path.relative_to(latest).as_posix(): path.read_bytes() for path in latest.rglob("*") if path.is_file()}


def clean(folder: Path) -> dict[str, bytes]:
    """What a build publishes that knows of nothing but charts."""
    copy = folder.parent / "copy"
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(folder, copy, ignore=lambda at, _: [".funnelbook", "site"] if Path(at) == folder else [])
    assert run_here("build", "-q", "--project", copy).code == 0
    return seen(copy / "site")


def heavy(folder: Path, seed: int) -> str:
    """Which of what is heavy a process imports that builds the project; `seed` orders its sets."""
    code = (
        "import sys; from funnelbook.cli import funnelbook\n"
        f"funnelbook(['build', '-q', '--project', {str(folder)!r}], standalone_mode=False)\n"
        f"print(sorted(set({HEAVY!r}) & set(sys.modules)))"
    )
    around = {**os.environ, "PYTHONHASHSEED": str(seed)}
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=around)
    return ended.stdout.strip()


def test_a_text_alone_imports_nothing_that_counts_or_draws(handbook: Handbook) -> None:
    folder = handbook(**{"funnelbook.toml": CONFIG + HOLIDAYS})
    assert "polars" in heavy(folder, seed=1)
    note = folder / "content/en/note.md"
    note.write_text(PLAYBOOK.replace("an hour", "a day"), encoding="utf-8")
    assert heavy(folder, seed=2) == "[]"
    assert b"within a day" in seen(folder / "site")["playbooks/note.html"]


def test_tables_that_were_written_once_are_not_written_again_for_a_new_site(handbook: Handbook) -> None:
    folder = handbook()
    assert run("build", "-q", "--project", folder).code == 0
    before = seen(folder / "site")
    shutil.rmtree(folder / "site")
    assert "polars" not in heavy(folder, seed=1)
    assert seen(folder / "site") == before


def test_pages_made_by_several_processes_are_those_of_one(handbook: Handbook) -> None:
    folder = handbook()
    assert run("build", "-q", "--project", folder).code == 0
    for name in ("note", "other"):
        text = folder / f"content/en/{name}.md"
        text.write_text(text.read_text("utf-8") + "\nOne more sentence.\n", encoding="utf-8")
    code = (
        "from funnelbook import sharing; from funnelbook.cli import funnelbook\n"
        "from funnelbook.publish import drawing\n"
        "drawing._WORTH_IT = sharing._PORTION = 1; sharing.cores = drawing.cores = lambda: 2; told = []\n"
        "share = drawing.shared; drawing.shared = lambda work, do: told.extend(work) or share(work, do)\n"
        f"funnelbook(['build', '-q', '--project', {str(folder)!r}], standalone_mode=False); print(len(told))"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    wanted = 3 if sys.platform == "linux" else 0  # both pages, and the script that the search finds them by
    assert ended.stdout.strip() == str(wanted)
    assert seen(folder / "site") == clean(folder)


@pytest.mark.slow
def test_edits_between_processes(handbook: Handbook) -> None:
    folder = handbook()
    assert run("build", "-q", "--project", folder).code == 0
    note, deals = folder / "content/en/note.md", folder / "content/exports/deals.csv"
    deals.write_text(DEALS.replace("1000,", "1200,"), encoding="utf-8")
    assert run("build", "-q", "--project", folder).code == 0
    (folder / "content/en/other.md").rename(folder / "content/en/another.md")
    text = PLAYBOOK.replace("other.md", "another.md")
    note.write_text(text, encoding="utf-8")
    assert run("build", "-q", "--project", folder).code == 0
    note.write_text(text.replace("an hour", "a day"), encoding="utf-8")  # nothing but its seal tells that
    assert run("build", "-q", "--project", folder).code == 0
    assert seen(folder / "site") == clean(folder)
