"""Whether a build lies as it was left: told by what the file system says of its files, without reading them."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

from funnelbook.memory import digest
from funnelbook.stamps import Stamp, is_settled, present, stamped

#: A clock of a file system that does not tick so soon, in seconds, is too coarse to be waited for.
_PATIENCE = 0.05
_PAUSE = 0.001


def stamps_in(folder: Path) -> dict[str, Stamp]:
    """Everything in the folder that is no folder, by its path there; nothing when some cannot be looked at."""
    try:
        return dict(_stamps(folder))
    except OSError:
        return {}


def _stamps(folder: Path) -> Iterator[tuple[str, Stamp]]:
    pending = [(str(folder), "")]
    while pending:
        place, name = pending.pop()
        with os.scandir(place) as entries:
            for entry in entries:
                stamp = stamped(entry.stat(follow_symlinks=False))
                if stamp is None:
                    pending.append((entry.path, f"{name}{entry.name}/"))
                else:
                    yield name + entry.name, stamp


def seal_of(stamps: Mapping[str, Stamp]) -> str:
    return digest("\0".join([f"{path} {tuple(stamps[path])}" for path in sorted(stamps)]))


def seal(folder: Path, known: Mapping[str, Stamp]) -> str:
    """A seal of the build of which `known` was seen, or "" when some of it may have changed since, or still could
    without a trace. Raises nothing: a build without a seal is read again, and that is all.

    """
    try:
        now, stamps = _next_tick(folder.parent), stamps_in(folder)
    except OSError:
        return ""
    is_same = (
        bool(stamps)
        and stamps.keys() == known.keys()
        and all(_is_same(stamp, known[path]) for path, stamp in stamps.items())
    )
    is_sure = now is not None and all(is_settled(stamp, now) for stamp in stamps.values())
    return seal_of(stamps) if is_same and is_sure else ""


def _is_same(now: Stamp, then: Stamp) -> bool:
    """Only `altered` may differ: it also moves when another build that shares the file is made or removed."""
    return now == then or now._replace(altered=then.altered) == then


def _next_tick(folder: Path) -> Stamp | None:
    """The file system's time, later than that of anything done before."""
    begun, first = time.monotonic(), present(folder)
    while first and time.monotonic() - begun < _PATIENCE:
        now = present(folder)
        if now and now.altered > first.altered:
            return now
        time.sleep(_PAUSE)
    return None
