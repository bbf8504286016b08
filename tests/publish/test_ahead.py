"""Charts drawn by several processes are the charts that one would have drawn."""

from __future__ import annotations

import sys
from concurrent import futures
from pathlib import Path

import pytest

from funnelbook import project
from funnelbook.charts import drawing as charts_drawing
from funnelbook.pages import Undrawn
from funnelbook.publish import ahead, drawing, orders
from funnelbook.publish.build import build
from funnelbook.publish.observer import Silent

sys.path.insert(0, str(Path(__file__).parents[1] / "cli"))
from small_handbook import lay

from drawn import take_back


@pytest.mark.slow
def test_several_processes_give_the_same_site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    started = []
    pool = futures.ProcessPoolExecutor
    monkeypatch.setattr(futures, "ProcessPoolExecutor", lambda *given: started.append(given[0]) or pool(*given))
    monkeypatch.setattr(ahead, "cores", lambda: 2)
    monkeypatch.setattr(orders, "cores", lambda: 2)
    here, draw = [], charts_drawing.drawn
    monkeypatch.setattr(charts_drawing, "drawn", lambda *given: here.append(given[1]) or draw(*given))
    manifests, drawn_here = [], []
    for name, worth_it in (("together", 1), ("alone", 1_000)):
        monkeypatch.setattr(ahead, "_WORTH_IT", worth_it)
        folder = take_back(lay(tmp_path / name))
        built = build(project.load(folder), folder / "site", Silent())
        manifests.append((built.published.folder / "manifest.json").read_bytes())
        drawn_here.append(len(here))
    assert started == [2]
    assert drawn_here[0] == 0  # all of them by the others
    assert len(set(here)) == drawn_here[1] > 0
    assert manifests[0] == manifests[1]


@pytest.mark.slow
def test_playbooks_without_charts_are_left_out_and_those_with_charts_are_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tasks = []
    monkeypatch.setattr(drawing, "worth_it", lambda drawn: True)
    monkeypatch.setattr(drawing, "draw_ahead", lambda book, given, wanted, step: tasks.extend(given))
    folder = lay(tmp_path / "handbook")
    shown = "---\ntitle: Every month\nkind: note\n---\n\n```{chart} win_rate\n```\n"
    (folder / "content/en/every-month.md").write_text(shown, encoding="utf-8")
    made = build(project.load(folder), folder / "site", Silent()).made.gathered.pages
    left_out = {page.path: page for task, page in zip(tasks, made, strict=True) if isinstance(task, Undrawn)}
    assert set(left_out) == {"playbooks/note.html", "playbooks/other.html", "search.html", "search-1.js"}
    assert not [name for page in left_out.values() for name, _ in page.files if name.endswith(".svg")]
