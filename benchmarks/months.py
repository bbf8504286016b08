"""The pages of 36 months with all their charts, drawn cold, beside bare calls of vl-convert for the same pictures.

The data are the simulator's 20,000 deals; its first 36 months are those with a plan. Both sides use every core. The
program's side begins with processes yet to be started and ends with finished pages; the floor's begins when each of
its converters is warm, and does nothing but convert.
"""

from __future__ import annotations

import json
import multiprocessing
import pickle
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import vl_convert

from funnelbook import metrics, pages, pickling, project  # noqa: F401 -- what is kept holds frozen mappings
from funnelbook.memory import Memory
from funnelbook.pages import Book, Page, month
from funnelbook.publish import build as recipe
from funnelbook.publish.ahead import draw_ahead
from funnelbook.sharing import cores
from generators import WORK
from rows import Row
from timing import Took, median

DEALS = 20_000
MONTHS = 36
_FOLDER = WORK / "speed/months"


def rows(runs: int) -> Iterator[Row]:
    _prepare()
    specs = json.loads(_alone("specs"))
    took: dict[str, list[Took]] = {"ours": [], "floor": []}
    drawn_again = 0
    for _ in range(runs):
        made = json.loads(_alone("pages"))
        took["ours"].append(Took(made["wall"], made["cpu"]))
        drawn_again += made["drawn_again"]
        took["floor"].append(_floor(specs))
    work = f"month pages, {len(specs)} pictures"
    yield Row(work, median(took["ours"]), "bare vl_convert", median(took["floor"]), 1.3)
    yield Row("pictures drawn again, unchanged", float(drawn_again), "of all", float(len(specs)), 0)


def _prepare() -> None:
    """The project, and its tables, which take no part in what is measured."""
    if (_FOLDER / "book.pickle").exists():
        return
    shutil.rmtree(_FOLDER, ignore_errors=True)
    (_FOLDER / "content/ru").mkdir(parents=True)
    (_FOLDER / "funnelbook.toml").write_text('[site]\ntitle = "Sales handbook"\nlang = ["ru"]\n')
    exports = _FOLDER / "content/exports/2026-10-31"
    demo = [sys.executable, "-m", "funnelbook", "demo", "--deals", str(DEALS), "--out", str(exports)]
    subprocess.run(demo, check=True, stdout=subprocess.DEVNULL)
    settings = project.load(_FOLDER)
    results = metrics.compute(recipe.read(settings), settings)
    (_FOLDER / "book.pickle").write_bytes(pickle.dumps((settings, results)))


def _alone(job: str) -> str:
    """A job in a process of its own; what it says last."""
    finished = subprocess.run([sys.executable, __file__, job], check=True, stdout=subprocess.PIPE, text=True)
    return finished.stdout.splitlines()[-1]


def _book(memory: Memory) -> Book:
    settings, results = pickle.loads((_FOLDER / "book.pickle").read_bytes())
    return Book(settings, results, recipe.read_playbooks(settings), recipe.words_of(settings), memory)


def _tasks(book: Book) -> tuple[list[int], list[pages.Task]]:
    """The months' pages, and their numbers among all pages."""
    tasks = pages.tasks(pages.editions(book))
    months = set(tasks[0].args[0].numbers.months[:MONTHS])
    wanted = [number for number, each in enumerate(tasks) if each.func is month.page and each.args[-1] in months]
    return wanted, [tasks[number] for number in wanted]


def _made(book: Book) -> list[Page]:
    tasks = pages.tasks(pages.editions(book))
    wanted, own = _tasks(book)
    draw_ahead(book, tasks, wanted, lambda done, total: None)
    return [task() for task in own]


def pages_cold() -> dict[str, float]:
    """The pages into an empty memory; then once more, which must draw nothing."""
    with tempfile.TemporaryDirectory() as folder:
        book = _book(Memory(Path(folder)))
        begun, cpu = time.perf_counter(), _cpu()
        made = _made(book)
        took = {"wall": time.perf_counter() - begun, "cpu": _cpu() - cpu}
        with _recorded() as specs:
            again = _made(_book(Memory(Path(folder))))
        assert [page.html for page in made] == [page.html for page in again]
        return {**took, "drawn_again": len(specs)}


def _cpu() -> float:
    return sum(time_of for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN) for time_of in _times(who))


def _times(who: int) -> tuple[float, float]:
    used = resource.getrusage(who)
    return used.ru_utime, used.ru_stime


@contextmanager
def _recorded() -> Iterator[list[Any]]:
    """Every specification that vl-convert is given by this process meanwhile; nothing is drawn of it."""
    specs: list[Any] = []
    calls = vl_convert.vegalite_to_vega, vl_convert.vega_to_svg

    def kept(spec: Any) -> dict[str, Any]:
        specs.append(json.loads(json.dumps(spec)))
        return {}

    vl_convert.vegalite_to_vega, vl_convert.vega_to_svg = kept, lambda vega: '<svg width="1" height="1"></svg>'
    try:
        yield specs
    finally:
        vl_convert.vegalite_to_vega, vl_convert.vega_to_svg = calls


def specs_of_pages() -> list[Any]:
    """What the pages have drawn, once each."""
    with tempfile.TemporaryDirectory() as folder, _recorded() as specs:
        _, tasks = _tasks(_book(Memory(Path(folder))))
        for task in tasks:
            task()
    return specs


def _floor(specs: list[Any]) -> Took:
    """A warm converter a core, and nothing but its calls."""
    context = multiprocessing.get_context("spawn")
    ready = context.Barrier(cores())
    with context.Pool(cores(), _warm, (ready, specs[0])) as pool:
        pool.map(_wait, range(cores()), chunksize=1)
        begun = time.perf_counter()
        cpu = sum(pool.imap_unordered(_converted, specs, chunksize=8))
        return Took(time.perf_counter() - begun, cpu)


def _warm(ready: Any, spec: Any) -> None:
    global _ready  # noqa: PLW0603 -- a process's own, set as it starts
    _ready = ready
    for _ in range(5):
        _converted(spec)


_ready: Any = None


def _wait(number: int) -> None:
    """Each process takes one: all of them are warm then."""
    _ready.wait()


def _converted(spec: Any) -> float:
    """The CPU that the calls took."""
    begun = time.process_time()
    vl_convert.vega_to_svg(vl_convert.vegalite_to_vega(spec))
    return time.process_time() - begun


if __name__ == "__main__":
    print(json.dumps({"pages": pages_cold, "specs": specs_of_pages}[sys.argv[1]]()))
