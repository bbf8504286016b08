"""What is made of the program's own files, kept where Python keeps what it made of the program's modules.

Whoever may write there could change the program too, so what is kept may be run: it cannot come along with a
project, as a project's private folder can. Where Python keeps nothing, or this user may not write, all is made each
time.
"""

from __future__ import annotations

import hashlib
import os
import sys
from contextlib import suppress
from importlib.util import cache_from_source
from pathlib import Path

from funnelbook import unfinished

_SEAL = 32


def kept(name: str, made_from: bytes) -> bytes | None:
    """What was kept under the name, if it was made from that."""
    try:
        raw = _place(name).read_bytes()
    except OSError:
        return None
    value = raw[_SEAL:]
    return value if raw[:_SEAL] == _seal(made_from, value) else None


def keep(name: str, made_from: bytes, value: bytes) -> None:
    """Keeps it under the name, in the place of what was kept there."""
    if sys.dont_write_bytecode:
        return
    place = _place(name)
    with suppress(OSError):
        handle, fresh = unfinished.begin(place.parent)
        with os.fdopen(handle, "wb") as file:
            file.write(_seal(made_from, value) + value)
        fresh.chmod(0o644)  # as the modules beside it
        fresh.replace(place)


def _place(name: str) -> Path:
    module = Path(cache_from_source(__file__))
    return module.with_name(f"{name}.{sys.implementation.cache_tag}.cache")


def _seal(made_from: bytes, value: bytes) -> bytes:
    return hashlib.sha256(hashlib.sha256(made_from).digest() + value).digest()
