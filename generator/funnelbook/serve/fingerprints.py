"""What a file is known by: cheaply by what the file system says of it, surely by its content.

Links are not followed.
"""

from __future__ import annotations

import hashlib
import os
import stat
from pathlib import Path

from funnelbook.stamps import Stamp, stamp_of, stamped

_FLAGS = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
_LINK, _SPECIAL, _UNREADABLE = b"link ", b"special", b"unreadable"


def content_of(path: str, stamp: Stamp) -> bytes | None:
    """A fingerprint of the content that `stamp` was taken of; None when it is another by now.

    What is no plain file is not opened: of a link where it leads counts, a pipe or a device is always the same.
    """
    try:
        if stat.S_ISLNK(stamp.kind):
            return _LINK + os.fsencode(Path(path).readlink())
        if not stamp.is_file:
            return _SPECIAL
        with os.fdopen(os.open(path, _FLAGS), "rb") as file:
            found = hashlib.file_digest(file, "sha256").digest()
            return found if stamped(os.fstat(file.fileno())) == stamp else None
    except FileNotFoundError:
        return None
    except OSError:
        return _UNREADABLE if stamp_of(path) == stamp else None
