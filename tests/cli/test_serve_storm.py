"""So many files that the system loses count of them: `serve` makes the site few times, misses none, stays small."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from handbook_in_git import Repository
from served_handbook import Serving, serve
from small_handbook import PLAYBOOK, lay

from commands import run_here
from drawn import take_back

WRITER = """
import os, sys
folder, count = sys.argv[1], int(sys.argv[2])
for number in range(count):
    if number % 1000 == 0:
        os.makedirs(f"{folder}/{number // 1000}")
    with open(f"{folder}/{number // 1000}/{number}.png", "wb") as file:
        file.write(b"x")
"""
#: A storm that goes on is told of now and then: a page must not wait for its end, which may never come.
LONGEST_STORM = 15
#: Kilobytes of the server at their highest, charts that it had to draw and all.
MOST = 300_000
LAST = "after all the others"


@dataclass
class Stormed:
    """A server of a handbook whose charts nobody drew before, and what it told."""

    folder: Path
    serving: Serving
    told: list[str] = field(default_factory=list)

    @property
    def builds(self) -> int:
        """How often it made the site anew."""
        return sum(bool(re.search(r"files? of the site, \d+ ms", line)) for line in self.told)

    def peak(self) -> int:
        status = Path(f"/proc/{self.serving.process.pid}/status").read_text()
        return int(re.findall(r"VmHWM:\s+(\d+) kB", status)[0])

    def files(self) -> Mapping[str, object]:
        """What is served, each file by its digest."""
        return files_of(self.serving.get("/latest/manifest.json")[1])

    def until(self, words: str) -> None:
        self.serving.until("/latest/playbooks/note.html", lambda code, body: code == 200 and words in body)


def files_of(manifest: str) -> Mapping[str, object]:
    files: Mapping[str, object] = json.loads(manifest)["files"]
    return files


def clean(folder: Path, elsewhere: Path) -> Mapping[str, object]:
    """What is built of the same inputs where nothing is known of them."""
    shutil.copytree(folder, elsewhere, ignore=shutil.ignore_patterns(".funnelbook", "site"))
    assert run_here("build", "-q", "--project", elsewhere).code == 0
    return files_of((elsewhere / "site/latest/manifest.json").read_text())


@contextmanager
def stormed(folder: Path) -> Iterator[Stormed]:
    """Served, and listened to."""
    with serve(folder) as serving:
        found = Stormed(folder, serving)
        assert serving.process.stdout is not None
        threading.Thread(target=found.told.extend, args=(serving.process.stdout,), daemon=True).start()
        found.until("Ring back")
        yield found


def storm(folder: Path, writers: int, each: int) -> float:
    """So many processes write so many files each; the seconds it took."""
    began = time.monotonic()
    folders = [folder / f"content/en/storm-{number}" for number in range(writers)]
    started = [subprocess.Popen([sys.executable, "-c", WRITER, path, str(each)]) for path in folders]
    assert [writer.wait() for writer in started] == [0] * writers
    return time.monotonic() - began


@pytest.mark.slow
@pytest.mark.parametrize(("writers", "each"), [(1, 10_000), (4, 40_000)])
def test_a_storm_is_followed_in_few_builds_and_little_memory(tmp_path: Path, writers: int, each: int) -> None:
    with stormed(take_back(lay(tmp_path / "handbook"))) as found:
        lasted = storm(found.folder, writers, each)
        (found.folder / "content/en/note.md").write_text(PLAYBOOK.replace("within an hour", LAST))
        found.until(LAST)
        time.sleep(3)  # in which it looks at all files once more
        assert found.files() == clean(found.folder, tmp_path / "clean")
        assert 1 <= found.builds <= 3 + lasted // LONGEST_STORM, found.told
        assert found.peak() < MOST


@pytest.mark.slow
def test_the_checkout_of_another_branch_is_followed_in_few_builds(tmp_path: Path) -> None:
    """Of 2,000 playbooks, of which the other branch has none, and of one that both have."""
    repository = Repository(take_back(lay(tmp_path / "handbook"))).begin()
    folder = repository.root
    with stormed(folder) as found:
        repository.git("checkout", "-qb", "many")
        for number in range(2_000):
            repository.write(f"content/en/more-{number}.md", f"---\ntitle: {number}\nkind: note\n---\n\nWords.\n")
        repository.swap("content/en/note.md", "within an hour", LAST)
        repository.commit()
        found.until(LAST)
        before = found.builds
        repository.git("checkout", "-q", "main")
        found.until("within an hour")
        time.sleep(3)
        assert found.files() == clean(folder, tmp_path / "clean")
        assert 1 <= found.builds - before <= 3, found.told
        assert found.peak() < MOST
