"""Charts drawn by several processes at once, before the pages ask for them.

Drawing takes nearly all the time of a first build, and what draws runs on one core. So the pages are drafted for
the sake of the pictures that they ask for, and other processes draw those meanwhile; the pages themselves are made
afterwards, with what is then remembered.
"""

from __future__ import annotations

from collections.abc import Sequence

from funnelbook import charts, pages
from funnelbook.memory import digest
from funnelbook.pages import Book, Task
from funnelbook.publish.observer import Step
from funnelbook.sharing import cores

#: Fewer pages than this are drawn sooner by one process than others take to start.
_WORTH_IT = 40


def draw_ahead(book: Book, tasks: Sequence[Task], wanted: Sequence[int], step: Step) -> None:
    """Fills the memory with the charts of the `wanted` tasks, by their number, unless that was done before for
    these tables. `step` is told of pictures.

    Raises ContentError for mistakes in playbooks, as making the pages does.
    """
    drawn = [tasks[number] for number in wanted if not isinstance(tasks[number], pages.Undrawn)]
    if not worth_it(len(drawn)):
        return
    done = digest("drawn", charts.program(), *(table.csv() for table in book.results.tables.values()))
    if book.memory.get(done) is not None:
        return
    from funnelbook.publish.orders import ordered  # only here: most builds start no process

    if ordered(drawn, book.memory, step):
        book.memory.put(done, b"")


def worth_it(drawn: int) -> bool:
    """Whether other processes draw so many pages sooner."""
    return cores() > 1 and drawn >= _WORTH_IT
