"""File systems that are mounted for one command alone and are gone with it."""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path

import pytest

_BEFORE = ["unshare", "--map-root-user", "--mount", "sh", "-e", "-c"]


def small(folder: Path, files: int, *command: object) -> list[str]:
    """The command, with an empty disk of 2 MB and room for so many files in the folder."""
    return _mounted(f'mount -t tmpfs -o size=2m,nr_inodes={files} tmpfs "$0"', folder, command)


def read_only(folder: Path, *command: object) -> list[str]:
    """The command, with the folder as it is, for reading alone, its owner and root included."""
    return _mounted('mount --bind "$0" "$0"; mount -o remount,bind,ro "$0"', folder, command)


def _mounted(mount: str, folder: Path, command: tuple[object, ...]) -> list[str]:
    return [*_BEFORE, f'{mount}; exec "$@"', str(folder), *map(str, command)]


def _can_mount() -> bool:
    """Only root may everywhere; others where users have name spaces and the folder's own flags can stay."""
    place = Path(tempfile.gettempdir())
    commands = (small(place, 10, "true"), read_only(place, "true"))
    try:
        return all(subprocess.run(each, capture_output=True, check=False).returncode == 0 for each in commands)
    except OSError:
        return False


needs_mounts = pytest.mark.skipif(not _can_mount(), reason="this system lets tests mount no file system")
