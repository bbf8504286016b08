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
from funnelbook.errors import Finding, PublishError
from funnelbook.project import load
from funnelbook.publish.build import build
from funnelbook.publish.kept import KeptSite
from funnelbook.publish.known import Known
from funnelbook.publish.manifest import MANIFEST
from funnelbook.publish.observer import Silent, Step
from funnelbook.serve.board import Board
from funnelbook.serve.session import Session, Voice
from funnelbook.serve.watching import Watch
from serving import files_of, following, held, memory

LONG = 120.0


def broken_and_mended(folder: Path, times: int) -> None:
    """The settings, a template, the data and a playbook in turn, by what does not parse or by being emptied."""
    names = ("funnelbook.toml", "templates/glossary.html", "content/exports/deals.csv", "content/en/note.md")
    whole = {name: (folder / name).read_text() for name in names}
    for number in range(times):
        name = names[number % 4]
        (folder / name).write_text("" if number // 4 % 2 else "{% broken = [\n")
        time.sleep(0.28)
        (folder / name).write_text(whole[name])
        time.sleep(0.12)


def wait(board: Board, arrived: Callable[[Mapping[str, bytes]], bool]) -> None:
    end = time.monotonic() + LONG
    while not arrived(board.shown.files):
        assert time.monotonic() < end
        time.sleep(0.02)


def built(folder: Path, out: Path) -> dict[str, bytes]:
    """The files of a clean build, which knows of no other and leaves nothing."""
    build(load(folder), out, Silent(), Known())
    files = files_of(out / "latest")
    del files[MANIFEST]
    return files


@pytest.mark.slow
def test_pages_broken_mended_renamed_and_removed_end_as_a_clean_build(tmp_path: Path) -> None:
    """Nothing is waited for between the changes: some come while the pages are made."""
    own = {"templates__glossary.html": (bundled("templates") / "glossary.html").read_text()}
    folder = lay(tmp_path / "handbook", **own)
    note = folder / "content/en/note.md"
    board, told = Board("s"), list[Finding]()
    with Watch(folder, [folder / "site"], print) as watch:
        session = Session(folder, KeptSite(folder, Silent()), board, Voice(print, told.extend))
        assert session.first()
        thread = threading.Thread(target=session.follow, args=(watch.changes(),))
        thread.start()
        try:
            began = time.monotonic()
            broken_and_mended(folder, 20)
            assert time.monotonic() - began < 10
            clean = built(folder, tmp_path / "first")
            wait(board, lambda files: files == clean and not board.shown.mistakes)
            names = {Path(each.place.path).name for each in told}
            assert names >= {"funnelbook.toml", "glossary.html", "deals.csv", "note.md"}
            note.rename(folder / "content/en/renamed.md")
            (folder / "content/en/other.md").write_text(PLAYBOOK.replace("other.md", "deep/last.md"))
            shutil.copytree(folder / "content/en", folder / "content/en/deep")
            (folder / "content/en/deep").rename(folder / "content/en/deeper")
            shutil.rmtree(folder / "content/en/deeper")
            (folder / "content/en/deep").mkdir()
            (folder / "content/en/deep/last.md").write_text(PLAYBOOK.replace("other.md", "../renamed.md"))
            (folder / "content/en/renamed.md").write_text(PLAYBOOK.replace("other.md", "other.md"))
            clean = built(folder, tmp_path / "last")
            wait(board, lambda files: files == clean and not board.shown.mistakes)
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


def test_builds_into_the_project_that_is_served_make_nothing_again(tmp_path: Path) -> None:
    """Whoever names their folder, and by whatever way: neither the site nor the cache is an input."""
    folder = lay(tmp_path / "handbook")
    (tmp_path / "link").symlink_to(folder)
    with following(folder) as served:
        shown = served.board.shown
        for name in ("site", "public"):
            for out in (folder / name, tmp_path / "link" / name):
                build(load(folder), out, Silent())
                assert (folder / name / "latest/index.html").is_file()
        time.sleep(3)  # everything is looked at meanwhile, whatever the system tells
        assert served.board.shown is shown
        for out in (folder / "content/made", tmp_path / "link/content/made"):
            with pytest.raises(PublishError, match="among what the site is made from"):
                build(load(folder), out, Silent())
        assert served.board.shown is shown
