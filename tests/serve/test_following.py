"""A project is edited while it is watched and made: in the end the pages are those of a clean build."""

from __future__ import annotations

import gc
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "cli"))

from small_handbook import PLAYBOOK, lay

from funnelbook.bundled import bundled
from funnelbook.errors import Finding
from funnelbook.publish.kept import KeptSite
from funnelbook.publish.observer import Silent, Step
from funnelbook.serve.board import Board
from funnelbook.serve.session import Session, Voice
from funnelbook.serve.watching import Watch
from serving import following, held, memory

LONG = 120.0


def wait(board: Board, arrived: Callable[[Mapping[str, bytes]], bool]) -> None:
    end = time.monotonic() + LONG
    while not arrived(board.shown.files):
        assert time.monotonic() < end
        time.sleep(0.02)


@pytest.mark.slow
def test_pages_broken_mended_renamed_and_removed_end_as_a_clean_build(tmp_path: Path) -> None:
    """Nothing is waited for between the changes: some come while the pages are made."""
    own = {"templates__glossary.html": (bundled("templates") / "glossary.html").read_text()}
    folder = lay(tmp_path / "handbook", **own)
    note, config, deals, template = (
        folder / name
        for name in (
            "content/en/note.md",
            "funnelbook.toml",
            "content/exports/deals.csv",
            "templates/glossary.html",
        )
    )
    whole = {path: path.read_text() for path in (note, config, deals, template)}
    board, told = Board("s"), list[Finding]()
    with Watch(folder, [folder / "site"], print) as watch:
        session = Session(folder, KeptSite(folder, Silent()), board, Voice(print, told.extend))
        assert session.first()
        thread = threading.Thread(target=session.follow, args=(watch.changes(),))
        thread.start()
        try:
            for number in range(20):
                path = (note, config, deals, template)[number % 4]
                path.write_text("" if number // 4 % 2 else "{% broken = [\n")
                time.sleep(0.2)
                path.write_text(whole[path])
                time.sleep(0.1)
            note.rename(folder / "content/en/renamed.md")
            (folder / "content/en/other.md").write_text(PLAYBOOK.replace("other.md", "deep/last.md"))
            shutil.copytree(folder / "content/en", folder / "content/en/deep")
            (folder / "content/en/deep").rename(folder / "content/en/deeper")
            shutil.rmtree(folder / "content/en/deeper")
            (folder / "content/en/deep").mkdir()
            (folder / "content/en/deep/last.md").write_text(PLAYBOOK.replace("other.md", "../renamed.md"))
            (folder / "content/en/renamed.md").write_text(PLAYBOOK.replace("other.md", "other.md"))
            clean = KeptSite(folder, Silent()).make().files
            wait(board, lambda files: files == clean)
            assert not any("playbooks/note" in path for path in clean)
        finally:
            watch.stop()
            thread.join(LONG)


class _Meanwhile(Silent):
    """Does something in the midst of a phase, once."""

    def __init__(self) -> None:
        self.deeds: dict[str, Callable[[], object]] = {}

    @contextmanager
    def phase(self, name: str) -> Iterator[Step]:
        with super().phase(name) as step:
            self.deeds.pop(name, lambda: None)()
            yield step


@pytest.mark.slow
@pytest.mark.parametrize("phase", ["data", "pages", "privacy"])
def test_what_is_changed_while_a_site_is_made_is_made_next(phase: str, tmp_path: Path) -> None:
    folder, board, observer = lay(tmp_path / "handbook"), Board("s"), _Meanwhile()
    note, other = folder / "content/en/note.md", folder / "content/en/other.md"
    with Watch(folder, [folder / "site"], print) as watch:
        session = Session(folder, KeptSite(folder, observer), board, Voice(print, print))
        assert session.first()
        thread = threading.Thread(target=session.follow, args=(watch.changes(),))
        thread.start()
        try:
            observer.deeds[phase] = lambda: other.write_text(other.read_text() + "\nAnd a second thought.\n")
            note.write_text(note.read_text() + "\nA thought.\n")
            wait(board, lambda files: b"And a second thought." in files["playbooks/other.html"])
            assert not observer.deeds
            assert board.shown.files == KeptSite(folder, Silent()).make().files
        finally:
            watch.stop()
            thread.join(LONG)


@pytest.mark.slow
def test_a_hundred_searches_through_the_handbook_make_nothing_again(tmp_path: Path) -> None:
    """Nor do they take memory, descriptors or threads; what is saved afterwards is followed as ever."""
    folder = lay(tmp_path / "handbook")
    search = ["sh", "-c", 'for i in $(seq "$1"); do grep -r nowhere "$0" || true; done', str(folder)]
    with following(folder) as served:
        subprocess.run([*search, "5"], check=True)
        time.sleep(1)
        gc.collect()
        shown, before, memory_before = served.board.shown, held(), memory()
        subprocess.run([*search, "100"], check=True)
        time.sleep(1)
        assert served.board.shown is shown
        assert held() == before
        gc.collect()
        assert memory() < memory_before * 1.1
        (folder / "content/en/note.md").write_text(PLAYBOOK.replace("an hour", "a day"))
        end = time.monotonic() + LONG
        while b"within a day" not in served.board.shown.files["playbooks/note.html"]:
            assert time.monotonic() < end
            time.sleep(0.02)
