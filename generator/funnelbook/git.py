"""Git, asked without letting a repository's own settings run anything."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

#: A repository's own settings run no program, fetch nothing and do not change what git prints.
_GIT = (
    "--no-pager", "-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null", "-c", "protocol.allow=never",
    "-c", "core.quotepath=off", "-c", "log.showSignature=false",
)  # fmt: skip
_LONGEST_SECONDS = 60

#: Why nothing is known of a commit; "" when it is.
Missing = Literal["", "no-git", "no-repository", "no-commits"]
_HASH = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")


def git(root: Path, *arguments: str) -> bytes | None:
    """What git prints; None when it is not there or says no."""
    return asked(root, *arguments)()


def asked(root: Path, *arguments: str) -> Callable[[], bytes | None]:
    """What git prints, as `git`, once it is called: until then git works beside this process."""
    program = shutil.which("git")
    if program is None:
        return lambda: None
    try:
        process = subprocess.Popen(  # noqa: S603 - a fixed command: no text of a user is among its options
            [program, *_GIT, *arguments],
            cwd=root,
            env=_surroundings(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
    except OSError:
        return lambda: None
    return lambda: _answer(process)


def _answer(process: subprocess.Popen[bytes]) -> bytes | None:
    with process:
        try:
            told, _ = process.communicate(timeout=_LONGEST_SECONDS)
        except BaseException as error:
            process.kill()
            if not isinstance(error, OSError | subprocess.TimeoutExpired):
                raise
            return None
    return told if process.returncode == 0 else None


@contextmanager
def reading(root: Path, *arguments: str) -> Iterator[subprocess.Popen[bytes]]:
    """A git that is asked through its standard input, and is ended afterwards whatever happens."""
    process = subprocess.Popen(  # noqa: S603 - a fixed command, as above
        [shutil.which("git") or "git", *_GIT, *arguments],
        cwd=root,
        env=_surroundings(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def _surroundings() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    calm = {"GIT_TERMINAL_PROMPT": "0", "GIT_NO_LAZY_FETCH": "1", "GIT_OPTIONAL_LOCKS": "0", "LC_ALL": "C"}
    return kept | calm


def git_names(raw: bytes) -> tuple[str, ...]:
    """What git calls a file of these bytes, whatever its line breaks, in repositories of either kind of hash."""
    texts = [b"blob %d\0%b" % (len(each), each) for each in dict.fromkeys((raw, raw.replace(b"\r\n", b"\n")))]
    return tuple(
        hashlib.new(name, text, usedforsecurity=False).hexdigest() for text in texts for name in ("sha1", "sha256")
    )


def commit_of(root: Path, name: str = "HEAD") -> str | None:
    """The full hash of the commit that `name` means, which may be anybody's text; None when it means none."""
    answer = git(root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}")
    commit = (answer or b"").decode("ascii", "replace").strip()
    return commit if _HASH.fullmatch(commit) else None


def commit_state(root: Path, commit: str = "HEAD") -> tuple[str, str]:
    """What the past of the files depends on: the commit, and where a shallow clone is cut; or why there is none."""
    return commit_asked(root, commit)()


def commit_asked(root: Path, commit: str = "HEAD") -> Callable[[], tuple[str, str]]:
    """`commit_state`, once it is called: until then git works beside this process."""
    told = asked(root, "rev-parse", "--git-path", "shallow", f"{commit}^{{commit}}")
    return lambda: _state(root, told())


def _state(root: Path, told: bytes | None) -> tuple[str, str]:
    if told is None:
        return _missing(root), ""
    place, _, name = os.fsdecode(told).rstrip("\n").rpartition("\n")
    return name, _read_cut(root / place)


def _read_cut(path: Path) -> str:
    """The commits at which a shallow clone ends: all their files look as if they had just been added."""
    try:
        return path.read_text("ascii")
    except (OSError, ValueError):
        return ""


def _missing(root: Path) -> Missing:
    if shutil.which("git") is None:
        return "no-git"
    return "no-commits" if git(root, "rev-parse", "--git-dir") else "no-repository"
