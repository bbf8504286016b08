"""Who changed a playbook last, and when: from git, in one reading of the log for all files.

A renamed file keeps its last change while its text stays. What is not committed is no change, so that one commit
gives one site. Nothing is known (an empty history) without git, without a repository that git trusts, or without
commits; of a shallow clone nothing is known of what changed last at or before the place where it is cut.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import MappingProxyType
from zoneinfo import ZoneInfo

from funnelbook.handbook.git import git
from funnelbook.handbook.playbook import Playbook
from funnelbook.model.reviews import Reviews

_LOG = (
    "log", "-z", "--relative", "--name-status", "--find-renames=100%", "--no-ext-diff", "--no-textconv",
    "--no-color", "--no-show-signature", "--encoding=UTF-8", "--format=%H%x00%an%x00%at",
)  # fmt: skip
#: A date beyond it, 1 January 2100, is a damaged one.
_LAST_SECOND = 4_102_444_800


@dataclass(frozen=True, slots=True)
class Change:
    """A commit that changed a file: its author's name as git has it, and when the author made it (UTC)."""

    commit: str
    author: str
    at: datetime

    def day(self, zone: ZoneInfo) -> date:
        return self.at.astimezone(zone).date()


#: Path relative to the project, as `Playbook.path` -> its last change; a path without one is not known.
History = Mapping[str, Change]


def read_history(root: Path, folder: str = "content") -> History:
    """The last change of every file that the newest commit has, or once had, below `root`/`folder`."""
    log = git(root, *_LOG, "--", f"{folder}/")
    if log is None:
        return MappingProxyType({})
    return MappingProxyType(_last_changes(_touched(log), _cut(root)))


def review_due(playbook: Playbook, change: Change | None, zone: ZoneInfo) -> date | None:
    """The last day on which the playbook is not overdue; None when nobody knows or no review is asked for."""
    if change is None or playbook.review_every is None:
        return None
    return change.day(zone) + timedelta(days=playbook.review_every)


def reviews_of(playbooks: Iterable[Playbook], history: History, as_of: datetime, zone: ZoneInfo) -> Reviews | None:
    """The playbooks that are to be reviewed, at the local date of as_of; None when nothing is known of them."""
    asked = [each for each in playbooks if each.review_every is not None]
    due = [review_due(each, history.get(each.path), zone) for each in asked]
    known = [each for each in due if each is not None]
    if not known:
        return None
    today = as_of.astimezone(zone).date()
    return Reviews(len(known), sum(each < today for each in known), len(asked) - len(known))


def _cut(root: Path) -> frozenset[str]:
    """The commits at which a shallow clone ends: all their files look as if they had just been added."""
    answer = git(root, "rev-parse", "--git-path", "shallow")
    try:
        return frozenset((root / os.fsdecode(answer.strip())).read_text("ascii").split()) if answer else frozenset()
    except (OSError, ValueError):
        return frozenset()


def _touched(log: bytes) -> Iterator[tuple[Change, str, tuple[str, ...]]]:
    """Each change of each file, newest first: the change, git's letter for it, the path (of a renamed one both)."""
    tokens = iter(log.decode(errors="surrogateescape").split("\0"))
    change: Change | None = None
    for token in tokens:
        status = token.removeprefix("\n")
        if len(status) >= 40:
            change = _change(status, next(tokens), next(tokens))
        elif status and change is not None:
            yield change, status[0], tuple(next(tokens) for _ in range(2 if status[0] in "RC" else 1))


def _change(commit: str, author: str, seconds: str) -> Change:
    legible = author.encode(errors="surrogateescape").decode(errors="replace")
    return Change(commit, legible, datetime.fromtimestamp(min(max(int(seconds), 0), _LAST_SECOND), UTC))


def _last_changes(touched: Iterable[tuple[Change, str, tuple[str, ...]]], cut: frozenset[str]) -> dict[str, Change]:
    """A file that was only renamed is followed to the name it had when its text changed."""
    found: dict[str, Change] = {}
    done: set[str] = set()
    today: dict[str, str] = {}
    for change, letter, paths in touched:
        path = today.get(paths[-1], paths[-1])
        if path in done:
            continue
        if letter == "R":
            today[paths[0]] = path
            continue
        done.add(path)
        if change.commit not in cut:
            found[path] = change
    return found
