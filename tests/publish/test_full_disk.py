"""Where there is no room left, readers keep the site they had, and the next writer makes the new one.

That every single call may be refused so is tried in `test_versions`, where no small disk is needed.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from mounted import needs_mounts, small

PROGRAM = Path(__file__).with_name("full_disk.py")


def told(command: list[str]) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.slow
@needs_mounts
def test_a_full_disk_of_two_megabytes(tmp_path: Path) -> None:
    """Full of bytes, or of files, but for the last few."""
    lines = told(small(tmp_path, 200, sys.executable, PROGRAM, "full", tmp_path)).splitlines()
    refused = {(act, by): int(times) for act, by, times in map(str.split, lines)}
    assert len(refused) == 6
    assert all(refused[act, by] > 5 for act in ("build", "release") for by in ("fill_bytes", "fill_names"))


def test_files_of_a_megabyte_at_most(tmp_path: Path) -> None:
    text = told([sys.executable, str(PROGRAM), "limited", str(tmp_path)])
    assert f"{tmp_path}: the site could not be written: File too large" in text
