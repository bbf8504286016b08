"""Charts drawn by several processes at once, before the pages ask for them.

Drawing takes nearly all the time of a first build, and what draws runs on one core. Other processes make the pages
for the sake of what is then remembered; the pages themselves are made afterwards, by one process.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context

from funnelbook import charts, pages, pickling  # noqa: F401 -- the project and the results hold frozen mappings
from funnelbook.handbook import cores
from funnelbook.memory import digest
from funnelbook.pages import Book, Task
from funnelbook.publish.observer import Step

#: Fewer pages than this are drawn sooner by one process than others take to start.
_WORTH_IT = 40

#: What a process that helps works through.
_tasks: tuple[Task, ...] = ()


def draw_ahead(book: Book, tasks: Sequence[Task], wanted: Sequence[int], step: Step) -> None:
    """Fills the memory with the charts of the `wanted` tasks, by their number, unless that was done before for
    these tables.

    Raises ContentError for mistakes in templates and playbooks, as making the pages does.
    """
    drawn = [number for number in wanted if not isinstance(tasks[number], pages.Undrawn)]
    if cores() < 2 or len(drawn) < _WORTH_IT:
        return
    done = digest("drawn", charts.program(), *(table.csv() for table in book.results.tables.values()))
    if book.memory.get(done) is not None:
        return
    with ProcessPoolExecutor(cores(), get_context("spawn"), _hold, (book,)) as pool:
        made = [pool.submit(_make, number) for number in drawn]
        try:
            for so_far, each in enumerate(as_completed(made), 1):
                each.result()
                step(so_far, len(drawn))
        except BrokenProcessPool:
            return  # a system that starts no processes: the pages will draw for themselves
        finally:
            pool.shutdown(cancel_futures=True)
    book.memory.put(done, b"")


def _hold(book: Book) -> None:
    global _tasks  # noqa: PLW0603 -- a process's own, set as it starts
    _tasks = pages.tasks(pages.editions(book))


def _make(number: int) -> None:
    _tasks[number]()
