"""Work of Polars and NumPy done side by side: while they compute, other threads of Python go on."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

import polars as pl

_Item = TypeVar("_Item")
_Result = TypeVar("_Result")
#: The most items that come one by one that are worked on at a time.
_MOST = 4


def side_by_side(work: Callable[[_Item], _Result], items: Iterable[_Item]) -> list[_Result]:
    """`work` of each item, in their order; as many at a time as Polars has threads.

    Raises what the first of them that fails raises.
    """
    together = list(items)
    if len(together) < 2 or pl.thread_pool_size() == 1:
        return [work(item) for item in together]
    with ThreadPoolExecutor(pl.thread_pool_size()) as threads:
        return list(threads.map(work, together))


def in_turn(work: Callable[[_Item], _Result], items: Iterable[_Item]) -> list[_Result]:
    """As `side_by_side`, of items that come one by one: no more of them are held than are worked on, and those are
    few, so that a machine of many cores needs hardly more memory than one of two.
    """
    most = min(pl.thread_pool_size(), _MOST)
    if most == 1:
        return [work(item) for item in items]
    with ThreadPoolExecutor(most) as threads:
        doing, done = deque[Future[_Result]](), list[_Result]()
        for item in items:
            doing.append(threads.submit(work, item))
            if len(doing) == most:
                done.append(doing.popleft().result())
        return done + [each.result() for each in doing]
