"""The clock is set back or forward while a site is built: it is the same site, and no change is missed."""

from __future__ import annotations

import itertools
import os
import shutil
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from small_handbook import lay

from commands import run_here
from funnelbook import contents, stamps
from funnelbook.publish import seals

HOUR, YEAR = 3_600, 365 * 86_400
NOTE = "content/en/note.md"


def move(monkeypatch: pytest.MonkeyPatch, seconds: int) -> None:
    """The machine's clocks are elsewhere from the second look on, as is that of the file system where a build is
    sealed; where it is seen which files may be known already, from the first on.
    """
    for name in ("time", "monotonic"):
        monkeypatch.setattr(time, name, _moved(getattr(time, name), (0, seconds)))
    for module, ahead in ((contents, (seconds,)), (seals, (0, seconds))):
        by = _moved(lambda: 0, ahead)
        monkeypatch.setattr(module, "present", lambda folder, by=by: _later(stamps.present(folder), by()))


def _moved(clock: Callable[[], float], ahead: tuple[int, ...]) -> Callable[[], float]:
    """The clock, so many seconds ahead at each look; after the last of them as then."""
    steps = itertools.chain(ahead, itertools.repeat(ahead[-1]))
    return lambda: clock() + next(steps)


def _later(stamp: stamps.Stamp | None, seconds: float) -> stamps.Stamp | None:
    return stamp and stamp._replace(altered=stamp.altered + int(seconds) * 10**9)


def save(book: Path, text: str, when: float) -> None:
    """Of the same length each time, and said to be of another time than it is."""
    (book / NOTE).write_text(f"---\ntitle: Other\nkind: note\nowner: Head\n---\n\n{text}\n")
    for path in (book / "content").rglob("*"):
        os.utime(path, (when, when))


def published(book: Path) -> tuple[str, bytes]:
    latest = book / "site/latest"
    return (latest / "playbooks/note.html").read_text(), (latest / "manifest.json").read_bytes()


@pytest.mark.slow
def test_a_clock_that_is_moved_during_a_build_changes_nothing_and_hides_nothing(
    built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`when`: of a year ahead, then of long ago, then again, with only the text being another."""
    book = tmp_path / "handbook"
    shutil.copytree(built, book, symlinks=True)
    for text, when, seconds in (("Text 1.", 4e9, -HOUR), ("Text 2.", 0.0, YEAR), ("Text 3.", 0.0, -HOUR)):
        save(book, text, when)
        with monkeypatch.context() as moved:
            move(moved, seconds)
            assert run_here("build", "-q", "--project", book).text == ""
        assert text in published(book)[0]
    alone = lay(tmp_path / "alone")
    save(alone, "Text 3.", time.time())
    assert run_here("build", "-q", "--project", alone).code == 0
    assert published(alone) == published(book)
