"""What a storm of files costs the server in memory: little a file, so that a great many are no matter."""

from __future__ import annotations

import tracemalloc
from pathlib import Path

from watched_project import lay

from funnelbook.serve.watching import Watch

FILES = 4000
#: Bytes: a project of 160,000 files may be watched in 96 MB.
MOST = 600


def test_a_storm_is_watched_in_little_memory_a_file(tmp_path: Path) -> None:
    storm, root = tmp_path / "storm", lay(tmp_path / "project")
    storm.mkdir()
    for number in range(FILES):
        (storm / f"{number}.png").write_bytes(b"x")
    with Watch(root, [], print) as watch:
        tracemalloc.start()
        try:
            storm.rename(root / "content/en/storm")
            told = next(watch.changes())
            most = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
    assert len(told) == FILES
    assert most / FILES < MOST
