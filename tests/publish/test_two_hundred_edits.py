"""Two hundred edits of a served project, with builds and restarts between: the site is that of a clean build."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from random import Random

import pytest
from test_kept_follows import CHARTS, Reader, clean, edit, lay, outcome

from funnelbook.memory import Memory
from funnelbook.project import load
from funnelbook.publish import build, drawing, unchanged
from funnelbook.publish.kept import KeptSite
from funnelbook.publish.known import Known
from funnelbook.publish.observer import Silent

EDITS = 200
#: So often the site is compared with a clean one, and so often the server is started again after a build; where
#: that falls on a mistake, when it is mended.
COMPARED, RESTARTED = 20, 25
INPUTS = ("funnelbook.toml", "content", "templates")


@pytest.fixture(autouse=True)
def _alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Charts are remembered in one place by all, and drawn by this process."""
    monkeypatch.setattr(drawing, "draw_ahead", lambda *_: None)
    monkeypatch.setattr(build, "memory_of", lambda _: Memory(CHARTS))


def inputs(folder: Path) -> dict[Path, bytes]:
    below = [path for name in INPUTS for path in ((folder / name).rglob("*") if (folder / name).is_dir() else [])]
    return {path: path.read_bytes() for path in [folder / INPUTS[0], *below] if path.is_file()}


def restore(folder: Path, before: dict[Path, bytes]) -> None:
    for path in inputs(folder).keys() - before.keys():
        path.unlink()
    for path, content in before.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def restarted(folder: Path) -> KeptSite:
    """A server that begins where a build ended, as a new process does it."""
    project = load(folder)
    build.build(project, folder / "site", Silent(), Known(memory=unchanged.memory_of(project)))
    return KeptSite(folder, Silent(), readers=Reader())


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, *(pytest.param(seed, marks=pytest.mark.patient) for seed in range(2, 12))])
def test_two_hundred_edits_end_as_a_clean_build(tmp_path: Path, seed: int) -> None:
    """A mistake is mended by the next edit. Of some edits the server is not told what they changed."""
    folder, draw = lay(tmp_path / "handbook"), Random(seed)
    kept, good = KeptSite(folder, Silent(), readers=Reader()), inputs(folder)
    compared = restarts = 0
    is_good = isinstance(outcome(kept.make), tuple)
    for number in range(1, EDITS + 1):
        before = inputs(folder)
        if is_good:
            good, changed = before, frozenset(map(str, edit(draw)(folder)))
        else:
            restore(folder, good)
            changed = frozenset(map(str, before.keys() ^ good.keys()))
            changed |= {str(path) for path in before.keys() & good.keys() if before[path] != good[path]}
        told = changed if draw.random() < 0.8 else None
        now = outcome(partial(kept.make, told))
        is_mended, is_good = not is_good, isinstance(now[0], dict)
        assert is_good or not is_mended, "what was taken for good was not"
        if number // COMPARED > compared or number == EDITS:
            compared += is_good
            assert now == outcome(lambda: clean(folder))
        if number // RESTARTED > restarts and is_good:
            restarts += 1
            kept = restarted(folder)
            assert outcome(kept.make) == now
        for _ in range(draw.randrange(3)):
            next(kept.settle(), None)
    assert compared >= EDITS / COMPARED - 1
