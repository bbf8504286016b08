"""So many files that the system loses count of them: `serve` makes the site few times, and misses none."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from served_handbook import serve
from small_handbook import PLAYBOOK

WRITERS, EACH = 4, 40_000
WRITER = """
import os, sys
folder, count = sys.argv[1], int(sys.argv[2])
for number in range(count):
    if number % 1000 == 0:
        os.makedirs(f"{folder}/{number // 1000}")
    with open(f"{folder}/{number // 1000}/{number}.png", "wb") as file:
        file.write(b"x")
"""
#: A storm that goes on is told of now and then.
LONGEST_STORM = 15


@pytest.mark.patient
def test_a_storm_of_four_writers_is_followed_in_few_builds_and_little_memory(handbook: Callable[..., Path]) -> None:
    folder = handbook()
    told: list[str] = []
    with serve(folder) as serving:
        assert serving.process.stdout is not None
        threading.Thread(target=told.extend, args=(serving.process.stdout,), daemon=True).start()
        serving.until("/latest/playbooks/note.html", lambda code, body: code == 200)
        began = time.monotonic()
        storms = [folder / f"content/en/storm-{number}" for number in range(WRITERS)]
        writers = [subprocess.Popen([sys.executable, "-c", WRITER, storm, str(EACH)]) for storm in storms]
        assert [writer.wait() for writer in writers] == [0] * WRITERS
        lasted = time.monotonic() - began
        (folder / "content/en/note.md").write_text(PLAYBOOK.replace("within an hour", "after the storm"))
        serving.until("/latest/playbooks/note.html", lambda code, body: "after the storm" in body)
        status = Path(f"/proc/{serving.process.pid}/status").read_text()
        for storm in storms:
            shutil.rmtree(storm)
    builds = [line for line in told if re.search(r"files? of the site, \d+ ms", line)]
    assert 1 <= len(builds) <= 3 + lasted // LONGEST_STORM, told
    most = re.search(r"VmHWM:\s+(\d+) kB", status)
    assert most
    assert int(most[1]) < 450_000  # a kilobyte a file, beside what the program itself takes
