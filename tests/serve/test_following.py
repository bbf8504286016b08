"""A project is edited while it is watched and made: in the end the pages are those of a clean build."""

from __future__ import annotations

import gc
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "cli"))

from small_handbook import PLAYBOOK, lay

from funnelbook.errors import Finding
from funnelbook.publish.kept import KeptSite
from funnelbook.publish.observer import Silent
from funnelbook.serve.board import Board
from funnelbook.serve.session import Session, Voice
from funnelbook.serve.watching import Watch
from serving import following, held, memory

LONG = 120.0


def wait(board: Board, wanted: Mapping[str, bytes]) -> None:
    end = time.monotonic() + LONG
    while board.shown.files != wanted:
        assert time.monotonic() < end
        time.sleep(0.02)


@pytest.mark.slow
def test_pages_broken_mended_renamed_and_removed_end_as_a_clean_build(tmp_path: Path) -> None:
    """Nothing is waited for between the changes: some come while the pages are made."""
    folder = lay(tmp_path / "handbook")
    note, config, deals = (
        folder / name for name in ("content/en/note.md", "funnelbook.toml", "content/exports/deals.csv")
    )
    whole = {path: path.read_text() for path in (note, config, deals)}
    board, told = Board("s"), list[Finding]()
    with Watch(folder, [folder / "site"], print) as watch:
        session = Session(folder, KeptSite(folder, Silent()), board, Voice(print, told.extend))
        assert session.first()
        thread = threading.Thread(target=session.follow, args=(watch.changes(),))
        thread.start()
        try:
            for number in range(20):
                path = (note, config, deals)[number % 3]
                path.write_text("" if number % 2 else "broken = [\n")
                time.sleep(0.2)
                path.write_text(whole[path])
                time.sleep(0.1)
            note.rename(folder / "content/en/renamed.md")
            (folder / "content/en/other.md").write_text(PLAYBOOK.replace("other.md", "deep/last.md"))
            shutil.copytree(folder / "content/en", folder / "content/en/deep")
            shutil.rmtree(folder / "content/en/deep")
            (folder / "content/en/deep").mkdir()
            (folder / "content/en/deep/last.md").write_text(PLAYBOOK.replace("other.md", "../renamed.md"))
            (folder / "content/en/renamed.md").write_text(PLAYBOOK.replace("other.md", "other.md"))
            clean = KeptSite(folder, Silent()).make().files
            wait(board, clean)
            assert not any("playbooks/note" in path for path in clean)
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
