"""A file that was read is known again without reading, and never taken for what it no longer is."""

from __future__ import annotations

import hashlib
import os
import time
from pathlib import Path

import pytest

from funnelbook import contents, stamps
from funnelbook.contents import Contents
from funnelbook.memory import Memory


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "note.md"
    path.write_bytes(b"first")
    Memory(tmp_path / "cache").put("ab" * 32, b"something else that is remembered")
    _tick(tmp_path)
    return path


def _tick(folder: Path) -> None:
    """Waits until the file system's clock has gone on."""
    begun = stamps.present(folder)
    assert begun is not None
    while (now := stamps.present(folder)) is None or now.altered <= begun.altered:
        time.sleep(0.001)


def told(file: Path) -> str:
    """What a run of its own says of the file."""
    known = Contents(Memory(file.parent / "cache"))
    found = known.of(str(file), file.lstat())
    known.keep()
    return found


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def lie(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """From here on reading gives another content: it is seen who reads."""
    monkeypatch.setattr(contents, "_taken_in", lambda file, size: (sha256(b"read"), b"read"))


def test_what_was_read_is_not_read_again(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert told(file) == sha256(b"first")
    lie(file, monkeypatch)
    assert told(file) == sha256(b"first")
    assert told(file) == sha256(b"first"), "it is kept on"


def test_the_same_size_and_time_hide_no_change(file: Path) -> None:
    told(file)
    status = file.stat()
    file.write_bytes(b"other")
    os.utime(file, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert file.stat().st_mtime_ns == status.st_mtime_ns
    assert told(file) == sha256(b"other")


def test_another_file_in_its_place_is_seen(file: Path) -> None:
    told(file)
    status = file.stat()
    fresh = file.with_name("fresh")
    fresh.write_bytes(b"other")
    os.utime(fresh, ns=(status.st_atime_ns, status.st_mtime_ns))
    fresh.replace(file)
    assert told(file) == sha256(b"other")


def test_a_file_that_has_just_changed_is_read_again(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    now = stamps.present(file.parent)
    assert now is not None
    status = file.stat()
    monkeypatch.setattr(contents, "present", lambda folder: now._replace(altered=status.st_ctime_ns))
    told(file)
    lie(file, monkeypatch)
    assert told(file) == sha256(b"read"), "it could have changed again within the tick"


def test_a_file_of_another_file_system_is_read_again(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    now = stamps.present(file.parent)
    assert now is not None
    monkeypatch.setattr(contents, "present", lambda folder: now._replace(device=now.device + 1))
    told(file)
    lie(file, monkeypatch)
    assert told(file) == sha256(b"read")


@pytest.mark.parametrize("damage", [b"", b"{}", b"[1]", b'{"a": 3}'])
def test_a_damaged_memory_is_none(file: Path, damage: bytes) -> None:
    told(file)
    for each in (file.parent / "cache").rglob("*"):
        if each.is_file():
            each.write_bytes(damage)
    assert told(file) == sha256(b"first")


def test_another_programs_memory_is_none(file: Path) -> None:
    for garbled in (b"[1]", b'{"a": 3}', b'{"a": [[1], 2]}', b"\xff"):
        Memory(file.parent / "cache").put(contents._KEY, garbled)
        assert told(file) == sha256(b"first")


def test_before_there_is_a_folder_nothing_is_remembered(tmp_path: Path) -> None:
    file = tmp_path / "note.md"
    file.write_bytes(b"first")
    assert told(file) == sha256(b"first")
    assert [path.name for path in tmp_path.iterdir()] == ["note.md"]
    assert Contents(Memory(None)).of(str(file), file.lstat()) == sha256(b"first")


def test_what_is_not_asked_for_is_forgotten(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told(file)
    known = Contents(Memory(file.parent / "cache"))
    known.keep()
    lie(file, monkeypatch)
    assert told(file) == sha256(b"read")


def test_a_text_that_was_read_is_there_for_who_asks_next(file: Path) -> None:
    known = Contents(Memory(file.parent / "cache"), ".md")
    known.of(str(file), file.lstat())
    assert known.text(str(file), file.lstat()) == (sha256(b"first"), b"first")
    file.write_bytes(b"other")
    assert known.text(str(file), file.lstat()) is None, "it is another by now"
    assert known.seal(str(file), file.lstat()) is None


def test_a_text_that_is_known_has_a_seal_and_need_not_be_read(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told(file)
    known = Contents(Memory(file.parent / "cache"), ".md")
    monkeypatch.setattr(contents.os, "open", lambda *_: pytest.fail("it was read"))
    known.of(str(file), file.lstat())
    assert known.seal(str(file), file.lstat()) == sha256(b"first")
    assert known.text(str(file), file.lstat()) is None
