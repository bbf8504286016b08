"""A handbook that is edited all day: nothing of what the server holds grows."""

from __future__ import annotations

import gc
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from funnelbook.charts import engine
from serving import Served, ask, following, heard_until, held, holding, listening, memory

sys.path.insert(0, str(Path(__file__).parents[1] / "cli"))
from small_handbook import DEALS, PLAYBOOK, lay

PAGE = "playbooks/note.html"
LONG = 60.0


def save(served: Served, folder: Path, number: int) -> None:
    """The text of a playbook; now and then also a mistake, an export, a folder that comes and goes."""
    note = folder / "content/en/note.md"
    if number % 50 == 0:
        note.write_text("---\ntitle: Note\nkind: nonsense\n---\n")
        wait(lambda: bool(served.board.shown.mistakes))
    if number % 100 == 0:
        (folder / "content/exports/deals.csv").write_text(DEALS.replace("1000", str(1000 + number)))
        (folder / "content/en/folder").mkdir()
        (folder / "content/en/folder/page.md").write_text(PLAYBOOK.replace("other.md", "../other.md"))
        wait(lambda: "playbooks/folder/page.html" in served.board.shown.files or bool(served.board.shown.mistakes))
    note.write_text(PLAYBOOK.replace("an hour", f"{number} minutes"))
    wait(lambda: f"within {number} minutes".encode() in served.board.shown.files[PAGE])
    shutil.rmtree(folder / "content/en/folder", ignore_errors=True)


def wait(enough: Callable[[], bool], told: Callable[[], str] = str) -> None:
    end = time.monotonic() + LONG
    while not enough():
        assert time.monotonic() < end, told()
        time.sleep(0.002)


def visit(served: Served, folder: Path, number: int) -> None:
    """A page is opened, follows a save and is left."""
    with listening(served.port, f"/events/{served.board.shown.name}/{PAGE}") as page:
        save(served, folder, number)
        heard_until(page, f"within {number} minutes".encode())
    assert ask(served.port, f"/latest/{PAGE}")[0] == 200


def left(folder: Path) -> set[Path]:
    """What the server made and lies there, but for what it remembers of each export."""
    remembered = folder / ".funnelbook/cache"
    ours = {folder / name for name in ("content", "templates", "funnelbook.toml")}
    return {
        path for path in folder.rglob("*") if not ours & {path, *path.parents} and remembered not in path.parents
    }


@pytest.fixture
def _garbage_is_looked_for_as_in_a_server() -> Iterator[None]:
    """Tests look for it less often, and so hold more of it."""
    before = gc.get_threshold()
    gc.set_threshold(700, 10, 10)
    yield
    gc.set_threshold(*before)


@pytest.mark.slow
@pytest.mark.usefixtures("_garbage_is_looked_for_as_in_a_server")
def test_rebuilds_leave_descriptors_threads_memory_and_disk_as_they_were(tmp_path: Path) -> None:
    folder, rebuilds = lay(tmp_path / "handbook"), 1000
    with engine.apart(), following(folder) as served:  # as a server draws charts
        for number in range(1, rebuilds + 101):
            (visit if number % 20 == 0 else save)(served, folder, number)
            if number == 100:
                before, memory_before, revision = held(), memory(), served.board.shown.revision
                lying = left(folder)
        assert served.board.shown.revision >= revision + rebuilds
        wait(lambda: held() <= before, lambda: f"{before} then, now {holding()}")
        assert memory() < memory_before * 1.1
        assert left(folder) == lying
