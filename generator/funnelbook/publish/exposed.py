"""Exports and private files that git tracks: what is once in a repository is in every copy of it for ever."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from funnelbook.bundled import bundled
from funnelbook.errors import Finding, Place, PublishError
from funnelbook.handbook import git
from funnelbook.project import Project

_RULE = "personal-data-in-repo"
_ADVICE = "take it out with `git rm --cached`, add it to .gitignore, and think of the commits that have it already"


def check(project: Project) -> list[Finding]:
    """An error for each tracked file of the private folder, and for each tracked export with something personal.

    An export all of whose columns are read, none of them to tell persons apart, holds nothing personal: such tables
    may be in git, so that a workflow can count. The demonstration that `new` lays is of invented people.
    """
    tracked = sorted(_tracked(project))
    mine = [path for path in tracked if path.is_relative_to(project.private)]
    exports = [path for path in tracked if path not in mine and not _is_invented(path)]
    return [
        *(_finding(project, path, "a private file of the program is tracked by git") for path in mine),
        *(_finding(project, path, told) for path, told in _personal(project, exports)),
    ]


def refuse(project: Project) -> None:
    """Raises `PublishError` with what `check` finds."""
    if findings := check(project):
        raise PublishError(findings)


def _tracked(project: Project) -> Iterator[Path]:
    places = (project.private, project.exports)
    inside = [each.relative_to(project.root).as_posix() for each in places]
    answer = git(project.root, "ls-files", "-z", "--cached", "--", *inside) or b""
    for name in answer.split(b"\0"):
        path = project.root / os.fsdecode(name)
        if name and path.is_file() and path.suffix.lower() != ".md":
            yield path


def _is_invented(path: Path) -> bool:
    demonstration = bundled("content") / "exports" / path.name
    return demonstration.is_file() and demonstration.read_bytes() == path.read_bytes()


def _personal(project: Project, paths: list[Path]) -> Iterator[tuple[Path, str]]:
    """Each of the exports that has something personal, with what. A file that nobody can read may hold anything."""
    from funnelbook.sources.explain import explain  # what is heavy is imported where git tracks an export

    known = {each.path: each for each in explain(project, paths)[0]} if paths else {}
    for path in paths:
        told = known.get(path)
        if told is None:
            yield path, "an export that cannot be looked into is tracked by git"
        elif not told.columns:
            yield path, "an export with customers' data is tracked by git"
        else:
            persons = any(each.target == "deals.contact_id" and each.filled is None for each in told.columns)
            count = len(told.unread) + persons
            if count:
                yield path, f"an export is tracked by git, and {count} kinds of its cells are nobody's but yours"


def _finding(project: Project, path: Path, message: str) -> Finding:
    return Finding(Place(path.relative_to(project.root).as_posix()), _RULE, message, _ADVICE)
