"""The files of a commit, read from git's own objects: nothing is checked out, no filter of the repository runs."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import IO

from msgspec import Struct

from funnelbook.git import commit_of, git, reading

_BLOCK = 1 << 20
_FILES = ("100644", "100755", "100664")


class Entry(Struct, frozen=True):
    """An object of a commit's tree: a file, a symbolic link or a submodule."""

    mode: str
    blob: str

    @property
    def is_file(self) -> bool:
        return self.mode in _FILES

    @property
    def is_link(self) -> bool:
        return self.mode == "120000"

    @property
    def is_submodule(self) -> bool:
        return self.mode == "160000"


#: Path below the folder that was asked about, as git has it -> what stands there.
Tree = Mapping[str, Entry]


def tree_of(root: Path, commit: str, *below: str) -> Tree | None:
    """Everything that the commit has at or below the paths `below` of the folder `root`; None when git says no."""
    answer = git(root, "ls-tree", "-r", "-z", commit, "--", *below)
    return None if answer is None else dict(_entries(answer))


def _entries(answer: bytes) -> Iterator[tuple[str, Entry]]:
    for line in answer.split(b"\0"):
        about, _, path = line.partition(b"\t")
        parts = about.decode("ascii", "replace").split(" ")
        if len(parts) == 3:
            yield os.fsdecode(path), Entry(parts[0], parts[2])


def fork_of(root: Path, base: str, head: str) -> str | None:
    """The last commit that both have in common; None when git knows none."""
    answer = git(root, "merge-base", base, head)
    return commit_of(root, answer.decode("ascii", "replace").strip()) if answer else None


def tracked(root: Path, below: str) -> frozenset[str]:
    """The files of the index at or below `below`."""
    answer = git(root, "ls-files", "-z", "--", below) or b""
    return frozenset(os.fsdecode(path) for path in answer.split(b"\0") if path)


def write_blobs(root: Path, blobs: Iterable[tuple[str, Path]]) -> str | None:
    """Writes each blob into its file, which must not be there yet; the first blob that git does not have, or None.

    One process for all of them, and a block at a time: an export may be larger than the memory.
    """
    wanted = list(blobs)
    with reading(root, "cat-file", "--batch") as process:
        assert process.stdin is not None
        assert process.stdout is not None
        for blob, path in wanted:
            process.stdin.write(f"{blob}\n".encode())
            process.stdin.flush()
            if not _write(process, process.stdout, path):
                return blob
    return None


def _write(process: subprocess.Popen[bytes], answer: IO[bytes], path: Path) -> bool:
    head = answer.readline().split()
    if len(head) != 3 or head[1] != b"blob":
        process.kill()
        return False
    left = int(head[2])
    with path.open("xb") as file:
        while left:
            block = answer.read(min(left, _BLOCK))
            if not block:
                return False
            file.write(block)
            left -= len(block)
    answer.read(1)
    return True
