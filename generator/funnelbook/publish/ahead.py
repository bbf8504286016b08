"""Charts drawn by several processes at once, before the pages ask for them.

Drawing takes nearly all the time of a first build, and what draws runs on one core. Each process renders its share
of the pages for the sake of what is then remembered; the pages themselves are rendered afterwards, by one process.
"""

from __future__ import annotations

import copyreg
import os
from collections.abc import Mapping
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from types import MappingProxyType
from typing import Any

from funnelbook import charts, pages
from funnelbook.memory import digest
from funnelbook.pages import Book

#: Fewer pages than this are drawn sooner by one process than others take to start.
_WORTH_IT = 40


def draw_ahead(book: Book) -> None:
    """Fills the book's memory with its charts, unless this was done for these numbers before."""
    workers = _cores()
    done = digest("drawn", charts.program(), *(table.csv() for table in book.results.tables.values()))
    if workers < 2 or pages.count(book) < _WORTH_IT or book.memory.get(done) is not None:
        return
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        try:
            for share in [pool.submit(pages.rehearse, book, part, workers) for part in range(workers)]:
                share.result()
        except BrokenProcessPool:
            return  # a system that starts no processes: the pages will draw for themselves
    book.memory.put(done, b"")


def _cores() -> int:
    affinity = getattr(os, "sched_getaffinity", None)
    return len(affinity(0)) if affinity else os.cpu_count() or 1


def _frozen(items: dict[Any, Any]) -> MappingProxyType[Any, Any]:
    return MappingProxyType(items)


def _reduced(mapping: Mapping[Any, Any]) -> tuple[Any, tuple[dict[Any, Any]]]:
    return _frozen, (dict(mapping),)


copyreg.pickle(MappingProxyType, _reduced)  # the project and the results hold frozen mappings
