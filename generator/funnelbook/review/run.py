"""The recipe of a review: two states laid, examined and compared."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from funnelbook import unfinished
from funnelbook.errors import FunnelbookError
from funnelbook.project import NAME, Project, load
from funnelbook.publish import exports, private
from funnelbook.publish.observer import Observer
from funnelbook.publish.unchanged import memory_of
from funnelbook.review import config, findings, numbers, playbooks
from funnelbook.review.examining import Side, examine, results_of
from funnelbook.review.states import EXPORTS, Asked, lay, link_or_copy, resolve, working_tree


class Exports(Struct, frozen=True):
    """Exports that differ, by path below content/exports."""

    added: tuple[str, ...]
    removed: tuple[str, ...]
    changed: tuple[str, ...]


class Review(Struct, frozen=True):
    """`tables` and `figures` are None when a state has no numbers to compare."""

    asked: Asked
    before: Side
    after: Side
    playbooks: tuple[playbooks.Changed, ...]
    findings: findings.Difference
    settings: tuple[config.Setting, ...]
    renames: tuple[config.Rename, ...]
    exports: Exports
    tables: tuple[numbers.Moved, ...] | None
    figures: tuple[numbers.Figure, ...] | None


def review(root: Path, base: str, head: str | None, observer: Observer) -> Review:
    """Raises UsageError when git cannot tell what is meant; mistakes of either state are findings of the review."""
    asked = resolve(root, base, head)
    project = Project(root)
    private.claim(project.private)
    private.sweep(project)
    memory = memory_of(project)
    with _folder(project.private) as folder:
        states = {"after": working_tree(root)} if asked.head_commit is None else {}
        with observer.phase("history"):
            before = lay(root, asked.base, asked.base_commit, folder / "before")
            after = states.get("after") or lay(root, asked.head, asked.head_commit or "", folder / "after")
        new = examine(after, memory, observer)
        old = examine(before, memory, observer, like=new)
        return _compared(asked, old, new, folder / "between")


@contextmanager
def _folder(private_folder: Path) -> Iterator[Path]:
    """A folder for its owner alone, gone afterwards; on the disk of the exports, so that they can be linked."""
    folder = unfinished.begin_folder(private_folder)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _compared(asked: Asked, old: Side, new: Side, folder: Path) -> Review:
    changed, renamed = playbooks.compare(old.texts, new.texts)
    renames = config.renames(old.project, new.project)
    comparison = _comparison(old, new, renames, folder)
    return Review(
        asked,
        old,
        new,
        changed,
        findings.compare(old.findings, new.findings, renamed),
        config.settings(old.state.root, new.state.root, renames),
        renames,
        _exports(old, new),
        numbers.moved(comparison) if comparison else None,
        numbers.figures(comparison) if comparison else None,
    )


def _exports(old: Side, new: Side) -> Exports:
    before, after = old.inputs.exports, new.inputs.exports
    both = [path for path in after if path in before]
    return Exports(
        tuple(path for path in after if path not in before),
        tuple(path for path in before if path not in after),
        tuple(path for path in both if before[path] != after[path]),
    )


def _comparison(
    old: Side, new: Side, renames: tuple[config.Rename, ...], folder: Path
) -> numbers.Comparison | None:
    if not (old.results and new.results and old.project and new.project):
        return None
    configured, exported = (
        old.inputs.config != new.inputs.config,
        old.inputs.exports != new.inputs.exports,
    )
    cause: numbers.Cause = "both" if configured and exported else "config" if configured else "playbooks"
    cause = "exports" if exported and not configured else cause
    between = _between(old, new, folder) if cause == "both" else None
    before, after = numbers.Counted(old.results, old.project), numbers.Counted(new.results, new.project)
    return numbers.Comparison(before, after, between, cause, renames)


def _between(old: Side, new: Side, folder: Path) -> numbers.Counted | None:
    """The old exports under the new config; None when they make no numbers together."""
    folder.mkdir(mode=0o700)
    shutil.copyfile(new.state.root / NAME, folder / NAME)
    for name in old.inputs.exports:
        target = folder / EXPORTS / name
        target.parent.mkdir(parents=True, exist_ok=True)
        link_or_copy(old.state.root / EXPORTS / name, target)
    try:
        project = load(folder)
        results = results_of(exports.read(project), replace(project, root=new.state.root), new.state)
    except FunnelbookError:
        return None
    return numbers.Counted(results, project) if results else None
