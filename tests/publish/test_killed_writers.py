"""Whenever a writer is killed, readers see the old site or the new one, whole; the next writer tidies up."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = Path(__file__).with_name("killed_writers.py")


def run(*arguments: object) -> str:
    done = subprocess.run([sys.executable, PROGRAM, *map(str, arguments)], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.slow
def test_two_hundred_kills_at_any_moment(tmp_path: Path) -> None:
    run("often", tmp_path / "site", 200)


@pytest.mark.slow
def test_a_kill_at_each_change_of_the_disk(tmp_path: Path) -> None:
    told = dict(line.split() for line in run("each", tmp_path).splitlines())
    assert set(told) == {"build", "release", "rollback"}
    assert all(int(effects) > 5 for effects in told.values())
