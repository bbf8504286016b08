"""Who changed a playbook, when and how: from git, in one reading of the log for all files.

What is not committed is no change, so that one commit gives one site. Nothing is known (an empty history, with the
reason) without git, without a repository that git trusts, or without commits; of a shallow clone nothing is known
of what changed at or before the place where it is cut.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, cast, get_args
from zoneinfo import ZoneInfo

from funnelbook.git import Missing, commit_state
from funnelbook.handbook.git_log import Change, Past, Version, pasts_of
from funnelbook.handbook.past_texts import texts_of
from funnelbook.handbook.playbook import Card
from funnelbook.memory import Memory, digest
from funnelbook.model.aims import Aim
from funnelbook.model.reviews import Reviews

#: So many of the newest versions of a file are told with what changed.
NEWEST = 3
_FORMAT = "history 1"


@dataclass(frozen=True, eq=False)
class History(Mapping[str, Change]):
    """Path relative to the project, as `Card.path` -> its last change; a path without one is not known.

    `texts` are those of the newest versions and of the ones before them, by git's name; `missing` says why nothing
    at all is known. `seal` tells of which commit all this is.
    """

    pasts: Mapping[str, Past] = field(default_factory=dict)
    texts: Mapping[str, str] = field(default_factory=dict)
    missing: Missing = ""
    seal: str = ""

    def __getitem__(self, path: str) -> Change:
        versions = self.versions(path)
        if not versions:
            raise KeyError(path)
        return versions[0].change

    def __iter__(self) -> Iterator[str]:
        return (path for path, past in self.pasts.items() if past.versions)

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def versions(self, path: str) -> tuple[Version, ...]:
        """The commits that changed the file's text, newest first."""
        return tuple(self.pasts[path].versions) if path in self.pasts else ()

    def is_cut(self, path: str) -> bool:
        """Whether a shallow clone hides older versions."""
        return path in self.pasts and self.pasts[path].cut

    @property
    def tried(self) -> bool:
        """Whether anybody asked git."""
        return bool(self.missing or self.pasts)

    def has(self, path: str) -> bool:
        """Whether the file is in the commit."""
        return path in self.pasts

    def text(self, blob: str) -> str | None:
        """The text that git names so; None when it was not kept or is not on this machine."""
        return self.texts.get(blob)

    def is_committed(self, path: str, names: tuple[str, ...]) -> bool | None:
        """Whether the commit's text is one of those that git would name so; None when nothing is known."""
        if self.missing or not self.pasts:
            return None
        return path in self.pasts and self.pasts[path].blob in names


def read_history(
    root: Path,
    folder: str = "content",
    commit: str = "HEAD",
    memory: Memory | None = None,
    state: tuple[str, str] | None = None,
) -> History:
    """The past of every file that `commit` (a full hash or HEAD) has below `root`/`folder`.

    With a memory, what a commit's past was is asked of git once. `state` is the commit's, where it is known.
    """
    name, cut = state or commit_state(root, commit)
    if name in get_args(Missing):
        return History(missing=cast(Missing, name), seal=digest("missing", name))
    key = digest(_FORMAT, name, folder, cut)
    found = memory.get(key) if memory else None
    if found is not None:
        return _remembered(found, key)
    pasts = pasts_of(root, folder, name, frozenset(cut.split()))
    if pasts is None:
        return History(missing="no-commits")
    newest = [version for past in pasts.values() for version in past.versions[:NEWEST]]
    texts = texts_of(root, [blob for each in newest for blob in (each.blob, each.before) if blob])
    history = History(pasts, texts, seal=key)
    if memory:
        memory.put(key, _to_remember(history))
    return history


def _to_remember(history: History) -> bytes:
    changes = {each.change.commit: each.change for past in history.pasts.values() for each in past.versions}
    kept = {
        "changes": {name: (each.author, each.at.timestamp(), each.subject) for name, each in changes.items()},
        "pasts": {
            path: (past.blob, past.cut, [(each.change.commit, each.blob, each.before) for each in past.versions])
            for path, past in history.pasts.items()
        },
        "texts": dict(history.texts),
    }
    return json.dumps(kept).encode()


def _remembered(raw: bytes, seal: str) -> History:
    kept: dict[str, Any] = json.loads(raw)
    changes = {
        name: Change(name, author, datetime.fromtimestamp(at, UTC), subject)
        for name, (author, at, subject) in kept["changes"].items()
    }
    pasts = {
        path: Past(blob, [Version(changes[name], after, before) for name, after, before in versions], cut)
        for path, (blob, cut, versions) in kept["pasts"].items()
    }
    return History(pasts, kept["texts"], seal=seal)


def aims_of(playbooks: Iterable[Card], history: History, zone: ZoneInfo) -> tuple[Aim, ...]:
    """What the playbooks are to change, and since when: dates they name themselves, else those of their changes."""
    return tuple(
        Aim(each.slug, each.aims_at, each.stage, each.effective or _days(history.versions(each.path), zone))
        for each in sorted(playbooks, key=lambda each: each.slug)
        if each.aims_at
    )


def _days(versions: Iterable[Version], zone: ZoneInfo) -> tuple[date, ...]:
    return tuple(sorted({each.change.day(zone) for each in versions}))


def review_due(playbook: Card, change: Change | None, zone: ZoneInfo) -> date | None:
    """The last day on which the playbook is not overdue; None when nobody knows or no review is asked for."""
    if change is None or playbook.review_every is None:
        return None
    return change.day(zone) + timedelta(days=playbook.review_every)


def reviews_of(
    playbooks: Iterable[Card], history: Mapping[str, Change], as_of: datetime, zone: ZoneInfo
) -> Reviews | None:
    """The playbooks that are to be reviewed, at the local date of as_of; None when nothing is known of them."""
    asked = [each for each in playbooks if each.review_every is not None]
    due = [review_due(each, history.get(each.path), zone) for each in asked]
    known = [each for each in due if each is not None]
    if not known:
        return None
    today = as_of.astimezone(zone).date()
    return Reviews(len(known), sum(each < today for each in known), len(asked) - len(known))
