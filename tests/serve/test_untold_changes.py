"""Saves that the system does not tell of: within three seconds the page has them, and the user is told how."""

from __future__ import annotations

import ctypes
import errno
import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "cli"))
from small_handbook import PLAYBOOK, lay

from funnelbook.serve.hints import Hints
from serving import Served, ask, following

SOON, LONG = 3.0, 30.0
UNTOLD = "The system does not tell of all changes: they are looked for every 2 seconds"


@contextmanager
def opened(folder: Path) -> Iterator[tuple[Served, list[str]]]:
    """The project served, and what the user is told of the watching."""
    said: list[str] = []
    with following(folder, said.append) as served:
        assert ask(served.port, "/latest/playbooks/note.html")[0] == 200
        yield served, said


def seconds_until(served: Served, words: str, page: str = "note") -> float:
    began = time.monotonic()
    while words.encode() not in ask(served.port, f"/latest/playbooks/{page}.html")[2]:
        assert time.monotonic() < began + LONG
        time.sleep(0.02)
    return time.monotonic() - began


def soon(served: Served, folder: Path, playbook: str = "note") -> bool:
    """Saves at several moments between two looks; a machine that is busy may take longer over one of them."""
    taken, path = [], folder / f"content/en/{playbook}.md"
    for number in range(3):
        time.sleep(number * 0.7)
        words = f"within {time.monotonic_ns()} minutes"
        path.parent.mkdir(exist_ok=True)
        path.write_text(PLAYBOOK.replace("within an hour", words).replace("(other.md)", f"({path.name})"))
        taken.append(seconds_until(served, words, path.stem))
    return sorted(taken)[1] < SOON


@pytest.mark.slow
@pytest.mark.parametrize(("free", "playbook"), [(0, "note"), (1, "note"), (2, "note"), (4, "deep/new")])
def test_when_no_more_can_be_watched(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, free: int, playbook: str
) -> None:
    """Other programs have taken all of the user's watches but so many; the last case lacks one for a new folder."""
    from watchdog.observers import inotify_c

    real, given = inotify_c.inotify_add_watch, iter(range(free))

    def add(*arguments: object) -> int:
        if next(given, None) is None:
            ctypes.set_errno(errno.ENOSPC)
            return -1
        return real(*arguments)

    monkeypatch.setattr(inotify_c, "inotify_add_watch", add)
    folder = lay(tmp_path / "handbook")
    with opened(folder) as (served, said):
        assert soon(served, folder, playbook)
        (line,) = said
        assert "they are looked for every" in line
        assert ("every half second" in line) == (free < 2)


@pytest.mark.slow
def test_on_a_drive_whose_changes_are_not_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As on a network share, where others' writes are not: watches are given, and nothing comes."""
    monkeypatch.setattr(Hints, "put", lambda *_, **__: None)
    monkeypatch.setattr(Hints, "put_all", lambda *_: None)
    folder = lay(tmp_path / "handbook")
    with opened(folder) as (served, said):
        assert soon(served, folder)
        assert said == [UNTOLD]


@pytest.mark.slow
@pytest.mark.parametrize("gone", ["content/en", "content", "."])
def test_in_a_folder_that_was_removed_and_made_again(tmp_path: Path, gone: str) -> None:
    """Also the project itself, as when it is unpacked or cloned anew; removed for a moment, and for longer.

    The system tells of what came back, mostly: where it does not, that is said.
    """
    folder, kept = lay(tmp_path / "handbook"), tmp_path / "kept"
    shutil.copytree(folder, kept)
    with opened(folder) as (served, said):
        for number in range(2):
            shutil.rmtree(folder / gone)
            time.sleep(number * 2.5)
            (kept / "content/en/note.md").write_text(PLAYBOOK.replace("an hour", f"{number} years"))
            shutil.copytree(kept / gone, folder / gone)
            assert seconds_until(served, f"within {number} years") < SOON
        assert soon(served, folder)
        assert not served.board.shown.mistakes
        assert said in ([], [UNTOLD])
