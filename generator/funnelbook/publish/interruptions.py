"""Ctrl+C while processes are started: a terminal sends it to all of them, and their end is this one's affair."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


@contextmanager
def begun_whole() -> Iterator[None]:
    """Processes started here never hear of Ctrl+C; it waits until all have got what they need to begin.

    One that gets half of it would complain aloud. Other signals do not wait: they may have killed the one that is
    to get something, and then nobody takes it.
    """
    if threading.current_thread() is not threading.main_thread() or not hasattr(signal, "pthread_sigmask"):
        yield
        return
    met: list[int] = []

    def meet(number: int, frame: FrameType | None) -> None:
        met.append(number)

    handler = signal.signal(signal.SIGINT, meet)
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)
        signal.signal(signal.SIGINT, handler)
        if met:
            signal.raise_signal(signal.SIGINT)
