"""Which libraries this program runs with, told by the names of their folders: reading about them takes longer."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from functools import cache


@cache
def installed() -> tuple[str, ...]:
    """`altair-5.5.0.dist-info` and the like, sorted."""
    return tuple(sorted({name for folder in sys.path for name in _inside(folder)}))


def _inside(folder: str) -> Iterator[str]:
    try:
        yield from (name for name in os.listdir(folder) if name.endswith(".dist-info"))  # noqa: PTH208 - names alone
    except OSError:
        return
