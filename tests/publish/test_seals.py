"""A build that nobody touched is known by its seal; one that somebody touched is read."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from funnelbook.publish import store
from funnelbook.publish.listing import Cover
from funnelbook.publish.store import Published

FILES = {"index.html": b"home", "en/plan.html": b"plan", "data/monthly.json": b"[]"}


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "site"


def again(published: Published, out: Path) -> Published | None:
    return store.publish_again(published.identity, out, Cover(), published.seal)


@pytest.fixture
def unread(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The builds that are read."""
    read: list[str] = []
    before = store._is
    monkeypatch.setattr(store, "_is", lambda identity, folder: read.append(identity) or before(identity, folder))
    return read


def test_what_nobody_touched_is_not_read(out: Path, unread: list[str]) -> None:
    made = store.publish(FILES, out)
    assert made.seal
    found = again(made, out)
    assert found is not None
    assert (found.identity, found.files, found.written, found.seal) == (made.identity, 4, 0, made.seal)
    assert unread == []


def test_builds_that_share_files_and_go_break_no_seal(out: Path, unread: list[str]) -> None:
    for number in range(3):
        made = store.publish({**FILES, "index.html": b"home %d" % number}, out)
    found = again(made, out)  # the build before goes
    assert found is not None
    assert found.seal
    assert again(found, out) == found
    assert unread == []


def test_a_seal_that_is_lost_is_made_again(out: Path, unread: list[str]) -> None:
    made = store.publish(FILES, out)
    for sealed in ("", "0" * 64):
        found = store.publish_again(made.identity, out, Cover(), sealed)
        assert found is not None
        assert found.seal == made.seal
    assert unread == [made.identity] * 2


def _changed(page: Path) -> None:
    status = page.stat()
    page.write_bytes(b"plam")
    os.utime(page, ns=(status.st_atime_ns, status.st_mtime_ns))


def _swapped(page: Path) -> None:
    status = page.stat()
    fresh = page.with_name("fresh")
    fresh.write_bytes(b"plam")
    os.utime(fresh, ns=(status.st_atime_ns, status.st_mtime_ns))
    fresh.replace(page)


def _linked(page: Path) -> None:
    page.rename(page.parents[3] / "elsewhere")
    page.symlink_to("../../../elsewhere")


def _joined(page: Path) -> None:
    page.with_name("more.html").write_bytes(b"more")


@pytest.mark.parametrize("damage", [_changed, _swapped, _linked, _joined, Path.unlink])
def test_damage_is_seen(out: Path, damage: object) -> None:
    made = store.publish(FILES, out)
    assert callable(damage)
    damage((out / "latest/en/plan.html").resolve())
    assert again(made, out) is None
    mended = store.publish(FILES, out)
    assert (out / "latest/en/plan.html").read_bytes() == b"plan"
    assert again(mended, out)


def test_a_build_that_cannot_be_looked_through_is_read(
    out: Path, unread: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    made = store.publish(FILES, out)

    def refused(folder: str) -> None:
        raise PermissionError(13, "Permission denied", folder)

    monkeypatch.setattr("funnelbook.publish.seals.os.scandir", refused)
    monkeypatch.setattr(store, "_whole", lambda folder: False)
    assert again(made, out) is None
    assert unread == [made.identity]


def test_damage_while_it_is_published_is_seen(out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    show = store.show

    def disturbed(state: store.State) -> None:
        (state.target / "en/plan.html").write_bytes(b"plam")
        show(state)

    monkeypatch.setattr(store, "show", disturbed)
    made = store.publish(FILES, out)
    monkeypatch.undo()
    assert made.seal == ""
    assert again(made, out) is None


def test_where_the_clock_does_not_tick_nothing_is_sealed(out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("funnelbook.publish.seals.present", lambda folder: None)
    made = store.publish(FILES, out)
    assert made.seal == ""
    assert again(made, out)
