"""Readers see one whole build: the old one or the new one."""

from __future__ import annotations

import json
import os
from hashlib import sha256
from pathlib import Path

import pytest

from funnelbook.errors import LockedError, PublishError
from funnelbook.publish import locking, store

OLD = {"index.html": b"old", "2026-10/index.html": b"same", "data/funnel.csv": b"a,b\n"}
NEW = {"index.html": b"new", "2026-10/index.html": b"same", "2026-11/index.html": b"more"}


def seen(out: Path) -> dict[str, bytes]:
    """What a reader finds under `latest`, without the manifest."""
    latest = (out / "latest").resolve()
    files = {str(path.relative_to(latest)): path.read_bytes() for path in latest.rglob("*") if path.is_file()}
    files.pop(store.MANIFEST)
    return files


def test_a_build_replaces_the_one_before_it(tmp_path: Path) -> None:
    store.publish(OLD, tmp_path / "site")
    assert seen(tmp_path / "site") == OLD
    store.publish(NEW, tmp_path / "site")
    assert seen(tmp_path / "site") == NEW
    assert "latest/index.html" in (tmp_path / "site" / "index.html").read_text()


def test_only_what_changed_is_written(tmp_path: Path) -> None:
    assert store.publish(OLD, tmp_path / "site").written == len(OLD) + 1
    assert store.publish(OLD, tmp_path / "site").written == 0
    assert store.publish({**OLD, "index.html": b"new"}, tmp_path / "site").written == 2  # and the manifest


def test_the_manifest_lists_every_file_with_its_digest(tmp_path: Path) -> None:
    store.publish(OLD, tmp_path / "site")
    listed = json.loads((tmp_path / "site" / "latest" / store.MANIFEST).read_text())["files"]
    assert {path: entry["sha256"] for path, entry in listed.items()} == {
        path: sha256(content).hexdigest() for path, content in OLD.items()
    }


def test_the_order_of_files_does_not_change_the_build(tmp_path: Path) -> None:
    first = store.publish(OLD, tmp_path / "a")
    second = store.publish(dict(reversed(OLD.items())), tmp_path / "b")
    assert first.identity == second.identity


def test_old_builds_are_removed_but_for_the_one_a_reader_may_hold(tmp_path: Path) -> None:
    for number in range(5):
        store.publish({"index.html": str(number).encode()}, tmp_path / "site")
    kept = sorted(path.joinpath("index.html").read_text() for path in (tmp_path / "site" / ".builds").iterdir())
    assert kept == ["3", "4"]


def test_a_foreign_folder_is_refused_and_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("mine")
    with pytest.raises(PublishError, match="did not write"):
        store.publish(OLD, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


def test_a_link_as_output_is_refused(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "site").symlink_to(tmp_path / "real")
    with pytest.raises(PublishError, match="is a link"):
        store.publish(OLD, tmp_path / "site")
    assert not any((tmp_path / "real").iterdir())


def test_a_second_build_at_once_is_told_to_wait(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = tmp_path / "site"
    store.publish(OLD, out)
    monkeypatch.setattr(locking, "PATIENCE", 0.2)
    with locking.locked(out, locking.WRITING), pytest.raises(LockedError, match=f"locked by pid {os.getpid()}"):
        store.publish(NEW, out)
    assert seen(out) == OLD


def test_a_lock_file_that_names_a_running_process_keeps_nobody_waiting(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One who was killed left it, and another process has its number now."""
    store.publish(OLD, tmp_path)
    monkeypatch.setattr(locking, "PATIENCE", 0.0)
    for name in (locking.WRITING, locking.BUILDING):
        (tmp_path / name).write_text(f"{os.getppid()}\n")
    with store.building(tmp_path):
        store.publish(NEW, tmp_path)
    assert seen(tmp_path) == NEW
