"""The two states of a handbook that are compared, each as a folder that can be read like any project.

A commit's files are written from git's objects into a private folder: nothing is checked out, no hook or filter
runs, links and submodules are left out and told. What git does not track of the exports is taken from the working
tree, for a state of a commit too: otherwise there would be no numbers to compare.
"""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from msgspec import Struct

from funnelbook.errors import Finding, Place, UsageError
from funnelbook.git import commit_of, git
from funnelbook.handbook import History, read_history
from funnelbook.handbook.trees import Tree, fork_of, tracked, tree_of, write_blobs
from funnelbook.project import INPUTS, KEY_NAME

EXPORTS = "content/exports"


class State(Struct, frozen=True):
    """`name` as it was asked for, "" for the working tree; `commit` is None for the working tree.

    `left_out` are findings for what the commit has and the folder has not; `borrowed` the exports that were taken
    from the working tree, as paths in the project.
    """

    root: Path
    name: str
    commit: str | None
    history: History
    left_out: tuple[Finding, ...] = ()
    borrowed: tuple[str, ...] = ()


class Asked(Struct, frozen=True):
    """Which two states are meant. `moved`: BASE has gone on since the change began, and its beginning is meant."""

    base: str
    base_commit: str
    head: str
    head_commit: str | None
    moved: bool


def resolve(root: Path, base: str, head: str | None) -> Asked:
    """Raises UsageError when git cannot say which commits are meant."""
    _need_git(root)
    first, last = _commit(root, base), _commit(root, head) if head is not None else None
    ours = last or commit_of(root)
    fork = fork_of(root, first, ours) if ours else None
    moved = fork is not None and fork != first and not (last and fork == last)
    return Asked(base, fork if fork and moved else first, head or "", last, moved)


def _need_git(root: Path) -> None:
    if shutil.which("git") is None:
        raise UsageError.one(
            "no-git", "git is not installed on this machine", "a review compares two states in git"
        )
    if git(root, "rev-parse", "--git-dir") is None:
        raise UsageError.one(
            "no-repository",
            "the handbook is in no git repository, or in one that git does not trust",
            "`git init`, then commit the handbook; `git status` tells what git minds",
            place=Place(str(root)),
        )


def _commit(root: Path, name: str) -> str:
    found = commit_of(root, name) if name and "\0" not in name else None
    if found is not None:
        return found
    shallow = (git(root, "rev-parse", "--is-shallow-repository") or b"").strip() == b"true"
    hint = (
        "this clone is shallow: fetch the whole history (`git fetch --unshallow`; `fetch-depth: 0` in a workflow)"
        if shallow
        else "name a branch, a tag or a commit that `git log` knows"
    )
    raise UsageError.one("unknown-commit", f"git knows no commit {_shown(name)}", hint)


def _shown(name: str) -> str:
    return "“" + "".join(sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in name[:80]) + "”"


def working_tree(root: Path) -> State:
    """The files as they lie there now, read in place."""
    return State(root, "", None, read_history(root))


def lay(root: Path, name: str, commit: str, folder: Path) -> State:
    """The state of a commit, laid into the new folder `folder`. Raises UsageError when git has not all of it."""
    tree = tree_of(root, commit, *INPUTS)
    if tree is None:
        raise UsageError.one("unknown-commit", f"git cannot list the files of {_shown(name)}")
    taken, left_out = _parted(tree)
    try:
        folder.mkdir(mode=0o700)
        missing = _write(root, taken, folder)
        borrowed = tuple(_borrow(root, tree, folder))
    except OSError as error:
        message = f"the files of {_shown(name)} cannot be written side by side: {error.strerror}"
        raise UsageError.one("cannot-write", message, "look for names that this disk cannot hold") from error
    if missing is not None:
        message = f"git does not have all files of {_shown(name)} on this machine"
        raise UsageError.one("missing-object", message, "fetch them: this clone is a partial one")
    return State(folder, name, commit, read_history(root, commit=commit), left_out, borrowed)


def _parted(tree: Tree) -> tuple[dict[str, str], tuple[Finding, ...]]:
    """Path -> blob of what is laid, and findings for the rest."""
    taken: dict[str, str] = {}
    left_out = []
    for path, entry in sorted(tree.items()):
        place = Place(os.fsencode(path).decode(errors="replace"))
        if not _is_plain(path):
            left_out.append(Finding(place, "file-name", "a file with such a name is not read", "rename it"))
        elif entry.is_link:
            left_out.append(
                Finding(place, "symlink", "symbolic links are not followed", "put the file itself here")
            )
        elif entry.is_submodule:
            message = "a submodule is not read: git has its files elsewhere"
            left_out.append(Finding(place, "submodule", message, "put the files themselves here", "warning"))
        elif entry.is_file:
            taken[path] = entry.blob
    return taken, tuple(left_out)


def _is_plain(path: str) -> bool:
    """Whether a path, which anybody may have put into a tree, stays inside the folder that it is laid into."""
    try:
        path.encode()
    except UnicodeEncodeError:
        return False
    parts = path.split("/")
    odd = any(part in ("", ".", "..") or part.casefold() == ".git" for part in parts)
    return not odd and not any(sign in path for sign in "\\\0") and not PurePosixPath(path).is_absolute()


def _write(root: Path, taken: dict[str, str], folder: Path) -> str | None:
    for path in taken:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
    return write_blobs(root, ((blob, folder / path) for path, blob in taken.items()))


def _borrow(root: Path, tree: Tree, folder: Path) -> Iterator[str]:
    """Puts the exports that git does not track beside those of the commit; never in the place of one."""
    known = tracked(root, EXPORTS)
    for path in _plain_files(root / EXPORTS):
        name = path.relative_to(root).as_posix()
        if name in known or name in tree or not _is_plain(name):
            continue
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        link_or_copy(path, target)
        yield name
    _borrow_key(root, folder)


def _borrow_key(root: Path, folder: Path) -> None:
    """Persons in files must be hashed as those in snapshots were."""
    key = Path(".funnelbook", KEY_NAME)
    if (root / key).is_file() and not (root / key).is_symlink() and not (folder / key).exists():
        (folder / key).parent.mkdir(mode=0o700, exist_ok=True)
        link_or_copy(root / key, folder / key)


def _plain_files(folder: Path) -> Iterator[Path]:
    """Regular files below the folder, sorted; nothing is followed that is a link."""
    if folder.is_symlink() or folder.parent.is_symlink() or not folder.is_dir():
        return
    for path in sorted(folder.iterdir()):
        kind = path.lstat().st_mode
        if stat.S_ISREG(kind):
            yield path
        elif stat.S_ISDIR(kind):
            yield from _plain_files(path)


def link_or_copy(path: Path, target: Path) -> None:
    """The file once more: as a hard link where the system has them, for an export may be large."""
    try:
        target.hardlink_to(path)
    except OSError:
        shutil.copyfile(path, target, follow_symlinks=False)
