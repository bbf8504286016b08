"""A process that calls vl-convert and does nothing else."""

from __future__ import annotations

import time
from typing import Any

import vl_convert

from funnelbook.charts.fonts import leave_out_the_machines

_ready: Any = None


def warm(ready: Any, spec: Any, own_font: bool) -> None:
    """Converts until it is no longer slow; `ready` is a barrier for all processes, `own_font` whether fonts of the
    machine are left out, as the program does.
    """
    global _ready  # noqa: PLW0603 -- a process's own, set as it starts
    _ready = ready
    if own_font:
        leave_out_the_machines()
    for _ in range(5):
        converted(spec)


def wait(number: int) -> None:
    """Each process takes one: all of them are warm then."""
    _ready.wait()


def converted(spec: Any) -> float:
    """The CPU that the calls took."""
    begun = time.process_time()
    vl_convert.vega_to_svg(vl_convert.vegalite_to_vega(spec))
    return time.process_time() - begun
