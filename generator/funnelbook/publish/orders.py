"""Pictures that pages ask for, ordered from other processes."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from concurrent import futures
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing import active_children, get_context
from typing import Any, cast

from msgspec.structs import replace

from funnelbook.charts import process
from funnelbook.charts.pictures import Orders
from funnelbook.memory import Memory
from funnelbook.pages import Edition, Task
from funnelbook.publish.interruptions import begun_whole
from funnelbook.publish.observer import Step
from funnelbook.sharing import cores


def ordered(tasks: Sequence[Task], memory: Memory, step: Step) -> bool:
    """Has the charts of the tasks' pages drawn into the memory; False where the system starts no processes."""
    pictures: list[futures.Future[None]] = []
    many = cores()
    with _pool(memory, many) as pool:

        def take(key: str, packed: bytes) -> None:
            pictures.append(pool.submit(process.draw, key, packed))

        try:
            with begun_whole():
                for _ in range(many):
                    pool.submit(process.ready)
            orders = Orders(memory, take)
            for each in tasks:
                _draft(each, orders)
            for so_far, done in enumerate(futures.as_completed(pictures), 1):
                done.result()
                step(so_far, len(pictures))
        except BrokenProcessPool:
            return False
    return True


def _draft(task: Task, orders: Orders) -> None:
    """Makes the page for the sake of its charts: it remembers by `orders`, and nothing is written of it."""
    edition = cast(Edition, task.args[0])
    own = replace(edition, book=replace(edition.book, memory=orders), theme=cast(Any, _Unwritten()))
    task.func(own, *task.args[1:], **task.keywords)


class _Unwritten:
    """A theme whose pages are empty."""

    @staticmethod
    def render(template: str, context: dict[str, object]) -> str:
        return ""

    @staticmethod
    def shared(template: str, context: Mapping[str, object], *told: Hashable) -> str:
        return ""


@contextmanager
def _pool(memory: Memory, many: int) -> Iterator[futures.ProcessPoolExecutor]:
    """Processes that end with this one: at once when it is interrupted, and by themselves when it is killed."""
    context, others = get_context("spawn"), set(active_children())
    ours, theirs = context.Pipe()
    pool = futures.ProcessPoolExecutor(many, context, process.begin, (memory, theirs, context.Barrier(many)))
    try:
        yield pool
    except BaseException:
        for each in set(active_children()) - others:
            each.terminate()
        raise
    finally:
        theirs.close()
        pool.shutdown(cancel_futures=True)
        ours.close()
