"""Private files that are being written: they bear the number of the process that writes them, so that the next run
can tell what a killed one left.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path

_SUFFIX = ".part"


def begin(folder: Path) -> tuple[int, Path]:
    """A new file in `folder`, open for writing, for its owner alone; it is renamed once it is whole."""
    handle, name = tempfile.mkstemp(prefix=f"{os.getpid()}-", suffix=_SUFFIX, dir=folder)
    return handle, Path(name)


def begin_folder(folder: Path) -> Path:
    """A new folder in `folder`, for its owner alone."""
    return Path(tempfile.mkdtemp(prefix=f"{os.getpid()}-", suffix=_SUFFIX, dir=folder))


def sweep(folder: Path) -> None:
    """Removes from `folder` what processes that are no more did not come to finish."""
    for path in folder.glob(f"*-*{_SUFFIX}"):
        process = path.name.partition("-")[0]
        if process.isdecimal() and not _runs(int(process)):
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path, ignore_errors=True)
            else:
                with suppress(OSError):  # a folder that is only for reading
                    path.unlink()


def _runs(process: int) -> bool:
    """Whether there is such a process; where that cannot be asked without harm, there is."""
    if os.name != "posix":
        return True
    try:
        os.kill(process, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except OSError:  # somebody else's
        return True
    return True
