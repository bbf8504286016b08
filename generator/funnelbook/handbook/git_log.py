"""Every version of every file, out of one reading of git's log.

A renamed file is followed to its earlier name while its text stays alike; a file that was added anew under the name
of a deleted one begins with that. Merges count where they changed a file in a way that no merged side had.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import NamedTuple
from zoneinfo import ZoneInfo

from msgspec import Struct, field

from funnelbook.git import git

_LOG = (
    "-c", "log.showRoot=true", "log", "-z", "--relative", "--raw", "--no-abbrev", "-c", "--date-order", "-l400",
    "--no-ext-diff", "--no-textconv", "--no-color", "--no-show-signature", "--encoding=UTF-8",
    "--format=%H%x00%an%x00%at%x00%s",
)  # fmt: skip
#: What is like enough to be the same file under another name. A partial clone may not have the texts to compare.
_RENAMES = ("--find-renames=70%", "--find-renames=100%")
#: A date beyond it, 1 January 2100, is a damaged one.
_LAST_SECOND = 4_102_444_800
_HASH = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")


class Change(Struct, frozen=True):
    """A commit that changed a file: its author's name and its first line as git has them, and when the author made
    it (UTC). Names and lines are anybody's text.
    """

    commit: str
    author: str
    at: datetime
    subject: str = ""

    def day(self, zone: ZoneInfo) -> date:
        return self.at.astimezone(zone).date()


class Version(NamedTuple):
    """A file's text since a change; `blob` and `before` are git's names of it and of the one before ("" = none)."""

    change: Change
    blob: str
    before: str = ""


class Past(Struct):
    """The versions of a file, newest first; `cut` where a shallow clone hides the older ones."""

    blob: str
    versions: list[Version] = field(default_factory=list)
    cut: bool = False


class _Touch(NamedTuple):
    """A file in a commit: git's letter, the texts before and after, the path (of a renamed file both)."""

    change: Change
    letter: str
    before: str
    after: str
    paths: tuple[str, ...]


def pasts_of(root: Path, folder: str, commit: str, cut: frozenset[str]) -> dict[str, Past] | None:
    """The past of every file that `commit` has below `root`/`folder`; None when git does not tell.

    `cut` are the commits at which a shallow clone ends.
    """
    for renames in _RENAMES:
        log = git(root, *_LOG, renames, commit, "--", f"{folder}/")
        if log is not None:
            return _pasts(_touches(log), cut)
    return None


def _pasts(touches: Iterable[_Touch], cut: frozenset[str]) -> dict[str, Past]:
    """Newest first: a name stands for the file that bears it, or bore it then; for none before that was added."""
    found: dict[str, Past] = {}
    today: dict[str, str | None] = {}
    for touch in touches:
        path = touch.paths[-1]
        owner = today.setdefault(path, path if touch.letter != "D" else None)
        if touch.letter == "R":
            today[path], today[touch.paths[0]] = None, owner
        elif touch.letter == "A":
            today[path] = None
        if owner is None:
            continue
        past = found.setdefault(owner, Past(touch.after))
        if touch.change.commit in cut:
            past.cut = True
        elif touch.before != touch.after:
            past.versions.append(Version(touch.change, touch.after, touch.before.strip("0") and touch.before))
    return found


def _touches(log: bytes) -> Iterator[_Touch]:
    tokens = iter(log.decode(errors="surrogateescape").split("\0"))
    change: Change | None = None
    for token in tokens:
        status = token.removeprefix("\n")
        if _HASH.fullmatch(status):
            change = Change(status, _legible(next(tokens)), _moment(next(tokens)), _legible(next(tokens)))
        elif status.startswith("::") and change is not None:
            parents = len(status) - len(status.lstrip(":"))
            names = status.split(" ")[parents + 1 : -1]
            yield _Touch(change, "M", names[0], names[-1], (next(tokens),))
        elif status.startswith(":") and change is not None:
            before, after, letter = status.split(" ")[2:]
            paths = tuple(next(tokens) for _ in range(2 if letter[0] in "RC" else 1))
            yield _Touch(change, letter[0], before, after, paths)


def _legible(text: str) -> str:
    return text.encode(errors="surrogateescape").decode(errors="replace")


def _moment(seconds: str) -> datetime:
    return datetime.fromtimestamp(min(max(int(seconds), 0), _LAST_SECOND), UTC)
