"""A project on disk that is watched, and what the watch told of it so far."""

from __future__ import annotations

import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from funnelbook.serve.watching import Watch

PAGE = "content/en/note.md"
#: Nothing here takes so long; a machine that is busy may.
LONG = 30.0


@dataclass
class Watched:
    """`sets` are the changes as they were told, as paths in the project, with the text that PAGE had then."""

    root: Path
    watch: Watch
    said: list[str]
    sets: list[set[str]] = field(default_factory=list)
    texts: list[str | None] = field(default_factory=list)

    def collect(self) -> None:
        for changed in self.watch.changes():
            page = self.root / PAGE
            self.texts.append(page.read_text() if page.exists() else None)
            self.sets.append({Path(path).relative_to(self.root).as_posix() for path in changed})

    @property
    def told(self) -> set[str]:
        return set().union(*self.sets)

    def wait(self, enough: Callable[[], bool], seconds: float = LONG) -> None:
        end = time.monotonic() + seconds
        while not enough():
            assert time.monotonic() < end, (self.sets, self.said)
            time.sleep(0.005)

    def rest(self, seconds: float = 0.7) -> None:
        """Longer than a change takes to be told."""
        time.sleep(seconds)


def lay(root: Path, pages: int = 3) -> Path:
    for number in range(pages):
        put(root / f"content/en/page-{number}.md", f"Page {number}\n")
    put(root / PAGE, "Old\n")
    put(root / "funnelbook.toml", "[site]\n")
    put(root / "content/exports/deals.csv", "deal_id\n1\n")
    return root


def put(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


@contextmanager
def watching(root: Path) -> Iterator[Watched]:
    """Ends with no thread left."""
    before = threading.active_count()
    said: list[str] = []
    with Watch(root, [root / "site", root / ".funnelbook"], said.append) as watch:
        watched = Watched(root, watch, said)
        thread = threading.Thread(target=watched.collect)
        thread.start()
        try:
            yield watched
        finally:
            watch.stop()
            thread.join(LONG)
            assert not thread.is_alive()
    assert threading.active_count() == before


def git(folder: Path, *arguments: str) -> None:
    who = ("-c", "user.name=Ann", "-c", "user.email=ann@example.org", "-c", "init.defaultBranch=main")
    subprocess.run(["git", *who, *arguments], cwd=folder, check=True, capture_output=True)
