"""One at a time: who makes a site, and who writes into its folder.

The kernel drops the lock of a process that died, however it died: a lock file that was left means nothing.
"""

from __future__ import annotations

import errno
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from funnelbook.errors import LockedError, Place

#: Held from the reading of earlier releases to the end of a build: two at once give what one after the other gives.
BUILDING = ".building"
#: Held while the folder is written into.
WRITING = ".lock"
#: Seconds that one waits for another to end.
PATIENCE = 10.0
_PAUSE = 0.05
#: What a file system answers that knows no locks, as some network drives.
_NO_LOCKS = (errno.ENOLCK, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS)


@contextmanager
def locked(out: Path, name: str) -> Iterator[None]:
    """Holds the lock of the site in `out`. Raises LockedError when another process does not end soon.

    A system or a file system without locks has none to wait for: there, two builds at once are the user's to avoid.
    """
    with (out / name).open("a+b") as file:
        if not _locked(file):
            raise LockedError.one(
                "locked",
                f"another build of this site is running: locked by pid {_holder(file)}",
                "wait for it to end",
                place=Place(str(out)),
            )
        file.truncate(0)
        file.write(b"%d\n" % os.getpid())
        file.flush()
        yield


def _locked(file: IO[bytes]) -> bool:
    try:
        import fcntl
    except ImportError:
        return True
    end = time.monotonic() + PATIENCE
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= end:
                return False
            time.sleep(_PAUSE)
        except OSError as error:
            if error.errno not in _NO_LOCKS:
                raise
            return True
        else:
            return True


def _holder(file: IO[bytes]) -> str:
    file.seek(0)
    told = file.read(20).strip()
    return told.decode() if told.isdigit() else "unknown"
