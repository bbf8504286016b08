"""How files come to lie on the disk: readable by a web server, whole before they are seen.

A site is there to be read: its files are 0644 and its folders 0755 whatever the umask, so that a web server of
another user can serve what a careful user built.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from pathlib import Path


def write(
    files: Mapping[str, bytes], folder: Path, last: Mapping[str, Path], step: Callable[[], None] = lambda: None
) -> int:
    """Writes every file, or links it to the one of `last` with the same content; returns how many were written."""
    written = 0
    make_readable(folder)
    for made in sorted({parent for path in files for parent in Path(path).parents}):
        make_readable(folder / made)
    for path, content in sorted(files.items()):
        known = last.get(path)
        if known is None or not holds(known, content) or not _link(known, folder / path):
            (folder / path).write_bytes(content)
            (folder / path).chmod(0o644)
            written += 1
        step()
    return written


def make_readable(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o755)


def holds(path: Path, content: bytes) -> bool:
    """Whether the file is what its manifest says: one that was changed by hand is written anew."""
    try:
        return not path.is_symlink() and path.stat().st_size == len(content) and path.read_bytes() == content
    except OSError:
        return False


def _link(existing: Path, new: Path) -> bool:
    try:
        new.hardlink_to(existing)
    except OSError:
        return False  # another file system, or no hard links here: write the file instead
    return True


def point(link: Path, target: Path) -> None:
    """Makes `link` lead to `target`, relative to its own folder, in one step."""
    fresh = link.with_name(link.name + ".new")
    fresh.unlink(missing_ok=True)
    fresh.symlink_to(target)
    fresh.replace(link)


def write_whole(path: Path, content: bytes) -> None:
    """Puts the content in the file's place in one step."""
    fresh = path.with_name(path.name + ".new")
    remove(fresh)  # a link there would be written through
    fresh.write_bytes(content)
    fresh.chmod(0o644)
    fresh.replace(path)


def remove(folder: Path) -> None:
    if folder.is_symlink() or folder.is_file():
        folder.unlink()
    elif folder.exists():
        shutil.rmtree(folder)
