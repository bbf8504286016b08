"""A build of what was built before makes nothing, and is never fooled."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from small_handbook import DEALS, PLAYBOOK

from commands import Ended, run, run_here

Handbook = Callable[..., Path]


def built(folder: Path, command: Callable[..., Ended] = run) -> str:
    """What a build says; whether it made anything stands in the number of phases."""
    ended = command("build", "--project", folder)
    assert ended.code == 0, ended.text
    return ended.text


def site(folder: Path) -> dict[str, bytes]:
    latest = folder / "site/latest"
    return {path.relative_to(latest).as_posix(): path.read_bytes() for path in latest.rglob("*") if path.is_file()}


def made(text: str) -> bool:
    return "numbers" in text


def test_nothing_is_made_twice_and_everything_that_counts_is_noticed(handbook: Handbook) -> None:
    folder = handbook()
    assert made(built(folder))
    before = site(folder)
    told = built(folder)
    assert not made(told)
    assert "0 of" in told
    assert site(folder) == before

    note = folder / "content/en/note.md"
    stamp = note.stat()
    note.write_text(PLAYBOOK.replace("hour", "days"), encoding="utf-8")  # as long as before
    os.utime(note, ns=(stamp.st_atime_ns, stamp.st_mtime_ns))
    assert made(built(folder))
    assert b"within an days" in site(folder)["playbooks/note.html"]

    page = folder / "site/latest/index.html"
    page.write_text("by hand")
    assert made(built(folder))
    assert b"by hand" not in site(folder)["index.html"]

    (folder / "content/exports/deals.csv").write_text(DEALS.replace("1000,", "1100,"))
    assert made(built(folder))
    assert not made(built(folder))
    note.write_text(PLAYBOOK, encoding="utf-8")
    (folder / "content/exports/deals.csv").write_text(DEALS)
    built(folder)
    assert site(folder) == before


@pytest.mark.slow
def test_a_commit_and_a_release_are_noticed_and_a_garbled_memory_is_no_memory(handbook: Handbook) -> None:
    folder = handbook()
    built(folder, run_here)
    for each in (folder / ".funnelbook/cache").rglob("*"):
        if each.is_file():
            each.write_bytes(each.read_bytes()[:-3] + b"{{")
    before = site(folder)
    assert made(built(folder, run_here))
    assert site(folder) == before
    who = ["-c", "user.name=Anna", "-c", "user.email=a@example.org"]
    for arguments in (["init", "-q"], ["add", "content"], ["commit", "-qm", "first"]):
        subprocess.run(["git", *who, *arguments], cwd=folder, check=True)
    assert made(built(folder, run_here))
    assert run_here("release", "one", "--allow-dirty", "--project", folder).code == 0
    assert made(built(folder, run_here))
    assert not made(built(folder, run_here))


def test_nothing_heavy_is_imported_for_it(handbook: Handbook) -> None:
    folder = handbook()
    built(folder)
    code = (
        "import sys; from funnelbook.cli import funnelbook\n"
        f"funnelbook(['build', '-q', '--project', {str(folder)!r}], standalone_mode=False)\n"
        "print(sorted({'polars', 'altair', 'jinja2', 'babel', 'markdown_it'} & set(sys.modules)))"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ended.stdout.strip() == "[]"
