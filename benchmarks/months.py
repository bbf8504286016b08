"""The pages of 36 months with all their charts, drawn cold, beside bare calls of vl-convert for the same pictures.

The data are the simulator's 20,000 deals; its first 36 months are those with a plan. Both sides use every core. The
program's side begins with processes yet to be started and ends with finished pages; the floor does nothing but
convert, and is told from where each of its converters is warm, and from where they are started; also with the
machine's fonts left out, as the program does it.
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
from functools import partial
from pathlib import Path
from typing import Any

import vl_convert

import converting
from funnelbook import metrics, pages, pickling, project  # noqa: F401 -- what is kept holds frozen mappings
from funnelbook.memory import Memory
from funnelbook.pages import Book, Page, month
from funnelbook.publish import build as recipe
from funnelbook.publish.ahead import draw_ahead
from funnelbook.publish.unchanged import program
from funnelbook.sharing import cores
from generators import WORK
from rows import Row
from timing import Took, median

DEALS = 20_000
MONTHS = 36
_FOLDER = WORK / "speed/months"
_SPECS = _FOLDER / "specs.json"
#: Settings and results, as this very program has them.
_BOOK = _FOLDER / f"book-{program()[:16]}.pickle"


def rows(runs: int) -> Iterator[Row]:
    _prepare()
    specs = json.loads(_alone("specs"))
    _SPECS.write_text(json.dumps(specs))
    took: dict[str, list[Took]] = {
        name: [] for name in ("ours", "warm", "started", "own font", "own font, started")
    }
    drawn_again = 0
    for _ in range(runs):
        made = json.loads(_alone("pages"))
        took["ours"].append(Took(made["wall"], made["cpu"]))
        drawn_again += made["drawn_again"]
        for name, wall_and_cpu in {**json.loads(_alone("floor")), **json.loads(_alone("floor, own font"))}.items():
            took[name].append(Took(*wall_and_cpu))
    work, ours = f"month pages, {len(specs)} pictures", median(took["ours"])
    yield Row(work, ours, "bare vl_convert", median(took["warm"]), 1.3)
    yield Row(f"{work}, with start-up", ours, "the same from its start", median(took["started"]), None)
    yield Row(work, ours, "bare, its own font alone", median(took["own font"]), None)
    yield Row(f"{work}, with start-up", ours, "the same from its start", median(took["own font, started"]), None)
    yield Row("pictures drawn again, unchanged", float(drawn_again), "of all", float(len(specs)), 0)


def _prepare() -> None:
    """The project, and its tables, which take no part in what is measured."""
    if _BOOK.exists():
        return
    shutil.rmtree(_FOLDER, ignore_errors=True)
    (_FOLDER / "content/ru").mkdir(parents=True)
    (_FOLDER / "funnelbook.toml").write_text('[site]\ntitle = "Sales handbook"\nlang = ["ru"]\n')
    exports = _FOLDER / "content/exports/2026-10-31"
    demo = [sys.executable, "-m", "funnelbook", "demo", "--deals", str(DEALS), "--out", str(exports)]
    subprocess.run(demo, check=True, stdout=subprocess.DEVNULL)
    settings = project.load(_FOLDER)
    results = metrics.compute(recipe.read(settings), settings)
    _BOOK.write_bytes(pickle.dumps((settings, results)))


def _alone(job: str) -> str:
    """A job in a process of its own; what it says last."""
    code = f"import months; months.work({job!r})"  # a script would be run by each process that draws, too
    finished = subprocess.run(
        [sys.executable, "-c", code], cwd=Path(__file__).parent, check=True, stdout=subprocess.PIPE, text=True
    )
    return finished.stdout.splitlines()[-1]


def _book(memory: Memory) -> Book:
    settings, results = pickle.loads(_BOOK.read_bytes())
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


def floor(own_font: bool) -> dict[str, tuple[float, float]]:
    """Wall and CPU of a converter a core: from where each is warm, and from where they are started."""
    specs = json.loads(_SPECS.read_bytes())
    context = multiprocessing.get_context("spawn")
    ready = context.Barrier(cores())
    started, before = time.perf_counter(), _cpu()
    with context.Pool(cores(), converting.warm, (ready, specs[0], own_font)) as pool:
        pool.map(converting.wait, range(cores()), chunksize=1)
        begun = time.perf_counter()
        cpu = sum(pool.imap_unordered(converting.converted, specs, chunksize=8))
        ended = time.perf_counter()
        pool.close()
        pool.join()
    warm, all_of_it = (ended - begun, cpu), (ended - started, _cpu() - before)
    return {"own font": warm, "own font, started": all_of_it} if own_font else {"warm": warm, "started": all_of_it}


def work(job: str) -> None:
    jobs = {
        "pages": pages_cold,
        "specs": specs_of_pages,
        "floor": partial(floor, own_font=False),
        "floor, own font": partial(floor, own_font=True),
    }
    print(json.dumps(jobs[job]()))
