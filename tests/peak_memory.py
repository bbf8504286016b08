"""The most memory that this process holds while it does something."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

_SELF = Path("/proc/self")
needs_linux = pytest.mark.skipif(sys.platform != "linux", reason="asks Linux for the most that the process held")


@contextmanager
def grown() -> Iterator[Callable[[], int]]:
    """Gives what tells by how many bytes the process grew, at its largest, since the block began.

    `ru_maxrss` would hide what is less than the process ever held before.
    """
    (_SELF / "clear_refs").write_text("5")
    before = _kilobytes("VmRSS")
    yield lambda: 1024 * (_kilobytes("VmHWM") - before)


def _kilobytes(name: str) -> int:
    found = re.search(rf"{name}:\s+(\d+) kB", (_SELF / "status").read_text())
    assert found
    return int(found[1])
