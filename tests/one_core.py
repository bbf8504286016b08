"""A process that tests stays on one core: small tables go back and forth between its threads hundreds of thousands
of times, and each time another core would have to wake up first.
"""

from __future__ import annotations

import os
import subprocess
from typing import Any
from unittest import mock


def stay(worker: str) -> None:
    """Called before any other thread is there. `worker` is xdist's name of this process: gw0, gw1 …"""
    if not hasattr(os, "sched_setaffinity"):
        return
    cores = sorted(os.sched_getaffinity(0))
    own = cores[int(worker.removeprefix("gw") or 0) % len(cores)]

    class Popen(subprocess.Popen[Any]):
        """Programs that are started have all cores, as a user's have."""

        def __init__(self, *args: Any, **options: Any) -> None:
            os.sched_setaffinity(0, cores)
            try:
                super().__init__(*args, **options)
            finally:
                os.sched_setaffinity(0, {own})

    mock.patch.object(subprocess, "Popen", Popen).start()
    mock.patch.object(os, "sched_getaffinity", return_value=set(cores)).start()  # the program still shares work out
    os.sched_setaffinity(0, {own})
