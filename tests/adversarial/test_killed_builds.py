"""What a killed build leaves: files for their owner alone, which the next build removes, and nothing elsewhere."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from hostile_handbook import export, lay

from commands import run

#: Kills itself when the n-th file below the private folder is written and would get its name.
KILLED = """
import os, signal, sys
from pathlib import Path
from funnelbook.cli import main
left, replace = int(sys.argv.pop(1)), Path.replace
def replaced(self, target):
    global left
    if ".funnelbook" in self.parts:
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
    return replace(self, target)
Path.replace = replaced
main()
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return lay(tmp_path / "handbook", {"content/exports/deals.csv": export(6, days=20)})


def unfinished(folder: Path) -> list[Path]:
    return sorted(folder.rglob("*.part"))


@pytest.mark.parametrize("number", [1, 2, 5])
def test_a_killed_build_leaves_private_files_that_the_next_one_removes(folder: Path, number: int) -> None:
    passing = folder.parent / "passing"
    passing.mkdir()
    command = [sys.executable, "-c", KILLED, str(number), "build", "-q", "--project", str(folder)]
    ended = subprocess.run(command, env={**os.environ, "TMPDIR": str(passing)}, umask=0o000, check=False)
    assert ended.returncode == -signal.SIGKILL
    private = folder / ".funnelbook"
    (left,) = unfinished(folder)
    assert left.is_relative_to(private)
    assert stat.S_IMODE(left.stat().st_mode) == 0o600
    assert stat.S_IMODE(private.stat().st_mode) == 0o700
    assert list(passing.iterdir()) == []
    assert run("build", "-q", "--project", folder).code == 0
    assert unfinished(folder) == []


def test_what_a_running_process_writes_is_left_to_it(folder: Path) -> None:
    private = folder / ".funnelbook"
    private.mkdir(exist_ok=True)
    ours, gone = private / f"{os.getpid()}-x.part", private / "99999999-x.part"
    (folder / "content/exports/2026-01-02").mkdir()
    imported = [folder / "content/exports" / name for name in ("99999999-a.part", "2026-01-02/99999999-b.part")]
    for path in (*imported, ours, gone, private / "99999999-y.part/before/funnelbook.toml", private / "notes.part"):
        path.parent.mkdir(exist_ok=True, parents=True)
        path.write_text("x")
    assert run("build", "-q", "--project", folder).code == 0
    assert unfinished(folder) == sorted([ours, private / "notes.part"])
