"""What a process took, and what several took in the middle."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Took:
    """Seconds, helping processes included in `cpu`."""

    wall: float
    cpu: float


def run(command: Sequence[str], folder: Path) -> Took:
    """One process, from its start to its end; git finds no repository there.

    Python keeps what it compiled, as pip does for what it installs: no generator is measured compiling itself.
    """
    environment = {**os.environ, "GIT_CEILING_DIRECTORIES": str(folder.parent), "NO_MKDOCS_2_WARNING": "1"}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    begun = time.perf_counter()
    process = subprocess.Popen(
        command, cwd=folder, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )
    assert process.stderr is not None
    complaint = process.stderr.read()
    _, status, used = os.wait4(process.pid, 0)
    wall = time.perf_counter() - begun
    process.returncode = os.waitstatus_to_exitcode(status)
    if status:
        sys.exit(f"{' '.join(command)} failed:\n{complaint.decode(errors='replace')}")
    return Took(wall, used.ru_utime + used.ru_stime)


def median(runs: Iterable[Took]) -> Took:
    kept = list(runs)
    return Took(statistics.median(each.wall for each in kept), statistics.median(each.cpu for each in kept))
