"""Charts drawn by several processes at once, before the pages ask for them.

Drawing takes nearly all the time of a first build, and what draws runs on one core. Other processes make the pages
for the sake of what is then remembered; the pages themselves are made afterwards, by one process.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from funnelbook import charts, pages, pickling  # noqa: F401 -- the project and the results hold frozen mappings
from funnelbook.memory import digest
from funnelbook.pages import Book, Task
from funnelbook.publish.interruptions import begun_whole
from funnelbook.publish.observer import Step
from funnelbook.sharing import cores

if TYPE_CHECKING:
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing.connection import Connection

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
    if not worth_it(len(drawn)):
        return
    done = digest("drawn", charts.program(), *(table.csv() for table in book.results.tables.values()))
    if book.memory.get(done) is not None:
        return
    from concurrent.futures import as_completed  # only here: most builds start no process
    from concurrent.futures.process import BrokenProcessPool

    with _pool(book) as pool:
        with begun_whole():
            made = [pool.submit(_make, number) for number in drawn]
        try:
            for so_far, each in enumerate(as_completed(made), 1):
                each.result()
                step(so_far, len(drawn))
        except BrokenProcessPool:
            return  # a system that starts no processes: the pages will draw for themselves
    book.memory.put(done, b"")


def worth_it(drawn: int) -> bool:
    """Whether other processes draw so many pages sooner."""
    return cores() > 1 and drawn >= _WORTH_IT


@contextmanager
def _pool(book: Book) -> Iterator[ProcessPoolExecutor]:
    """Processes that end with this one: at once when it is interrupted, and by themselves when it is killed."""
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import active_children, get_context

    context, others = get_context("spawn"), set(active_children())
    ours, theirs = context.Pipe()
    pool = ProcessPoolExecutor(cores(), context, _hold, (book, theirs))
    try:
        yield pool
    except BaseException:
        for process in set(active_children()) - others:
            process.terminate()
        raise
    finally:
        theirs.close()
        pool.shutdown(cancel_futures=True)
        ours.close()


def _hold(book: Book, pipe: Connection) -> None:
    global _tasks  # noqa: PLW0603 -- a process's own, set as it starts
    threading.Thread(target=_end_with, args=(pipe,), daemon=True).start()
    _tasks = pages.tasks(pages.editions(book))


def _end_with(pipe: Connection) -> None:
    """Never returns: who holds the other end has died, or has no more use for this process."""
    pipe.poll(None)
    os._exit(1)


def _make(number: int) -> None:
    _tasks[number]()
