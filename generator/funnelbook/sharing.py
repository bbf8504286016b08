"""Work shared by every core, while this process does something else.

    with shared(work, do) as done:
        …                                        something else
        done()                                   place in `work` -> what `do` made of it

A process that is still small and has no threads is copied, and its copies begin at once. Where it cannot be copied,
others are started anew, if they may be: then `work` and `do` must be such as can be sent to them.
"""

from __future__ import annotations

import os
import pickle
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from msgspec import Struct

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

#: Pieces that a process takes at a time: so many, towards the end this share of what is left, lest one waits long.
_PORTION = 16
_OF_THE_LAST = 1 / 8
_LONGEST_WAIT = 5

_Work = TypeVar("_Work")
_Done = TypeVar("_Done")


def cores() -> int:
    """Cores that this process may use."""
    affinity = getattr(os, "sched_getaffinity", None)
    return len(affinity(0)) if affinity else os.cpu_count() or 1


def may_fork() -> bool:
    """A copy of a process with other threads may hang; Polars has them as soon as it is imported."""
    return sys.platform == "linux" and threading.active_count() == 1 and "polars" not in sys.modules


@contextmanager
def shared(work: Sequence[_Work], do: Callable[[_Work], _Done]) -> Iterator[Callable[[], dict[int, _Done]]]:
    """Others begin now; whoever asks what is done joins them. What a process had that was ended is missing."""
    from multiprocessing import get_context

    context = get_context("fork" if may_fork() else "spawn")
    share = _Share(work, do, context.Value("i", 0))
    workers = [worker for _ in range(cores() - 1) if (worker := _started(context, share))]
    try:
        yield lambda: _ended(share, workers)
    finally:
        for worker in workers:
            worker.end()


def _ended(share: _Share[Any, _Done], workers: Sequence[_Worker]) -> dict[int, _Done]:
    done: dict[int, _Done] = {}
    for begin, made in share.done():
        done.update(enumerate(made, begin))
    for worker in workers:
        try:
            for begin, raw in worker.answer.recv():
                done.update(enumerate(pickle.loads(raw), begin))  # noqa: S301 -- this program's own process wrote it
        except (EOFError, OSError):
            continue
    return done


class _Share(Struct, Generic[_Work, _Done]):
    """What there is to do, and how much of it somebody took."""

    work: Sequence[_Work]
    do: Callable[[_Work], _Done]
    taken: Any

    def done(self) -> Iterator[tuple[int, list[_Done]]]:
        """Portions that nobody else has, until there are none: where each begins, and what was made of it."""
        lock = self.taken.get_lock()
        while lock.acquire(timeout=_LONGEST_WAIT):  # one that was killed may have kept it
            begin = self.taken.value
            end = begin + max(1, min(_PORTION, int((len(self.work) - begin) * _OF_THE_LAST)))
            self.taken.value = end
            lock.release()
            if begin >= len(self.work):
                return
            yield begin, [self.do(each) for each in self.work[begin:end]]


class _Worker(Struct):
    process: Any
    answer: Connection

    def end(self) -> None:
        self.process.terminate()
        self.process.join()
        self.answer.close()


def _started(context: Any, share: _Share[Any, Any]) -> _Worker | None:
    """None on a system that starts no processes."""
    answer, told = context.Pipe(duplex=False)
    try:
        process = context.Process(target=_help, args=(share, told), daemon=True)
        process.start()
    except OSError:
        return None
    told.close()
    return _Worker(process, answer)


def _help(share: _Share[Any, Any], told: Connection) -> None:
    """Works until nothing is left, and only then tells all of it: nobody listens before."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # who is interrupted is the one that started this
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    told.send([(begin, pickle.dumps(made)) for begin, made in share.done()])
