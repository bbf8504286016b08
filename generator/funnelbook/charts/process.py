"""A process that draws and does nothing else: so it is there as soon as vl-convert is."""

from __future__ import annotations

import os
import threading
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Barrier
from typing import Any

from funnelbook.charts.pictures import drawn
from funnelbook.memory import Memory
from funnelbook.packing import unpacked

_memory = Memory(None)
_others: Barrier


def begin(memory: Memory, pipe: Connection, others: Barrier) -> None:
    """What is drawn here goes into `memory`. The process ends when nobody holds the other end of the pipe.

    `others` is for all processes that draw.
    """
    global _memory, _others
    _memory, _others = memory, others
    threading.Thread(target=_end_with, args=(pipe,), daemon=True).start()


def _end_with(pipe: Connection) -> None:
    """Never returns: who holds the other end has died, or has no more use for this process."""
    pipe.poll(None)
    os._exit(1)


def ready() -> None:
    """Done when all others are there: no process is idle before, so a pool starts as many as are asked to do it."""
    _others.wait()


def draw(key: str, packed: bytes) -> None:
    """What `Orders` took; not JSON text, which vl-convert would read numbers from with other last digits."""
    spec = unpacked(packed, dict[str, Any])
    assert spec is not None
    drawn(_memory, key, spec)
