"""The texts that files had, read from git in one go."""

from __future__ import annotations

import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path

from funnelbook.git import reading

#: A longer text is not read: no playbook is as long.
_MOST_BYTES = 200_000
_LONGEST_SECONDS = 60


def texts_of(root: Path, blobs: Iterable[str]) -> dict[str, str]:
    """git's name of a text -> the text; those that are too long, no text, or not on this machine are left out."""
    sizes = _answer(root, "--batch-check", sorted(set(blobs)))
    known = (line.split(" ") for line in sizes.decode("ascii", "replace").splitlines())
    short = [line[0] for line in known if len(line) == 3 and line[1] == "blob" and int(line[2]) <= _MOST_BYTES]
    return dict(_parted(_answer(root, "--batch", short)))


def _answer(root: Path, how: str, blobs: list[str]) -> bytes:
    if not blobs:
        return b""
    try:
        with reading(root, "cat-file", how) as process:
            told, _ = process.communicate("".join(f"{each}\n" for each in blobs).encode(), _LONGEST_SECONDS)
    except (OSError, subprocess.TimeoutExpired):
        return b""
    return told


def _parted(told: bytes) -> Iterator[tuple[str, str]]:
    """git says `name type size`, a line, then the text and a line break, one after the other."""
    at = 0
    while (end := told.find(b"\n", at)) >= 0:
        head = told[at:end].decode("ascii", "replace").split(" ")
        if len(head) != 3:
            at = end + 1
            continue
        raw = told[end + 1 : end + 1 + int(head[2])]
        at = end + 2 + int(head[2])
        if b"\0" not in raw:
            yield head[0], raw.decode(errors="replace").replace("\r\n", "\n")
