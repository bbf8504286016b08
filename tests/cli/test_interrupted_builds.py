"""A build that is ended, refused or met by another leaves readers the site they had."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from served_handbook import serve
from small_handbook import lay

from commands import run_here
from funnelbook.publish import locking
from funnelbook.publish.store import publish
from funnelbook.sharing import cores
from mounted import needs_mounts, small

#: A build with processes that help, however few pages there are.
BUILD = """
import sys
from funnelbook.publish import ahead
from funnelbook.cli import main
ahead._WORTH_IT = 1
if __name__ == "__main__":
    sys.argv[1:] = ["build", *sys.argv[1:]]
    main()
"""


@pytest.fixture
def book(built: Path, tmp_path: Path) -> Path:
    """Built once, and changed since."""
    folder = tmp_path / "handbook"
    shutil.copytree(built, folder, symlinks=True)
    (folder / "content/en/note.md").write_text("---\ntitle: Other\nkind: note\nowner: Head\n---\n\nNew.\n")
    return folder


def seen(folder: Path) -> bytes:
    return (folder / "site/latest/manifest.json").read_bytes()


@contextmanager
def building(folder: Path) -> Iterator[subprocess.Popen[str]]:
    """A build in a group of processes of its own, without what was remembered, so that it has much to do.

    Afterwards that is there again, beside what the build left.
    """
    remembered = (folder / ".funnelbook").rename(folder / f".remembered-{time.monotonic_ns()}")
    program = folder / "build.py"
    program.write_text(BUILD)
    command = [sys.executable, str(program), "--project", str(folder)]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, start_new_session=True)
    try:
        yield process
    finally:
        process.kill()
        process.wait()
        shutil.copytree(remembered, folder / ".funnelbook", dirs_exist_ok=True)


def wait(enough: Callable[[], bool]) -> None:
    end = time.monotonic() + 60
    while not enough():
        assert time.monotonic() < end
        time.sleep(0.01)


def group(process: subprocess.Popen[str]) -> list[int]:
    """The processes of the build's group that still run."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                after = (entry / "stat").read_text().rpartition(") ")[2].split()
            except OSError:
                continue
            if int(after[2]) == process.pid and after[0] != "Z":
                found.append(int(entry.name))
    return found


def drawing(process: subprocess.Popen[str]) -> bool:
    """Whether all that help were started: one a core, and Python's own that looks after what they share."""
    assert process.poll() is None, "the build ended before it could be interrupted"
    return len(group(process)) >= 2 + cores()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("sent", "code", "to_all"), [("SIGINT", 130, True), ("SIGTERM", 143, False), ("SIGHUP", 129, False)]
)
def test_a_build_that_is_ended_leaves_nothing_behind(book: Path, sent: str, code: int, to_all: bool) -> None:
    """`to_all`: as a terminal does, to the processes that help too."""
    old = seen(book)
    with building(book) as process:
        wait(lambda: drawing(process))
        time.sleep(0.2)  # the last one has got what it needs
        began = time.monotonic()
        (os.killpg if to_all else os.kill)(process.pid, getattr(signal, sent))
        _, err = process.communicate(timeout=30)
        assert time.monotonic() - began < 2
        assert process.returncode == code, err
        if sent == "SIGINT":  # someone reads it
            assert "Traceback" not in err
        wait(lambda: not group(process))
    assert seen(book) == old
    assert not list(book.rglob("*.partial"))
    assert run_here("build", "-q", "--project", book).code == 0
    assert seen(book) != old


@pytest.mark.slow
def test_a_killed_build_leaves_no_process_and_no_lock(book: Path) -> None:
    old = seen(book)
    with building(book) as process:
        wait(lambda: drawing(process))
        process.kill()
        process.communicate()
        wait(lambda: not group(process))
    assert seen(book) == old
    lock = book / "site" / locking.BUILDING
    assert lock.read_text().strip() == str(process.pid)
    lock.write_text(f"{os.getpid()}\n")  # another process has its number now
    assert run_here("build", "-q", "--project", book).code == 0
    assert seen(book) != old


@pytest.mark.slow
def test_two_builds_at_once_give_what_one_gives(book: Path) -> None:
    command = [sys.executable, "-m", "funnelbook", "build", "-q", "--project", str(book)]
    both = [subprocess.Popen(command, stderr=subprocess.PIPE, text=True) for _ in range(2)]
    told = [(each.communicate()[1], each.returncode) for each in both]
    codes = sorted(code for _, code in told)
    assert codes in ([0, 0], [0, 75]), told
    assert all("locked by pid" in err for err, code in told if code == 75)
    met = seen(book)
    alone = lay(book.parent / "alone", **{"content__en__note.md": (book / "content/en/note.md").read_text()})
    assert run_here("build", "-q", "--project", alone).code == 0
    assert seen(alone) == met


@pytest.mark.slow
def test_a_build_of_a_handbook_that_is_served_gives_what_it_gives_alone(book: Path) -> None:
    """A save is followed and built at once; neither is disturbed by the other."""
    note, page = book / "content/en/note.md", "/latest/playbooks/note.html"
    old = seen(book)
    with serve(book) as serving:
        serving.until(page, lambda code, body: code == 200)
        assert seen(book) == old, "what is served is not published"
        note.write_text(note.read_text().replace("New.", "Newer."))
        assert run_here("build", "-q", "--project", book).text == ""
        serving.until(page, lambda code, body: "Newer." in body)
        built = seen(book)
        code, _, told = serving.end(signal.SIGTERM)
    assert (code, "error" in told) == (0, False), told
    assert seen(book) == built != old
    assert "Newer." in (book / "site/latest/playbooks/note.html").read_text()
    alone = lay(book.parent / "alone", **{"content__en__note.md": note.read_text()})
    assert run_here("build", "-q", "--project", alone).code == 0
    assert seen(alone) == built


def test_a_build_that_another_keeps_waiting_says_who_it_is(book: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(locking, "PATIENCE", 0.2)
    with locking.locked(book / "site", locking.BUILDING):
        ended = run_here("build", "-q", "--project", book)
    assert ended.code == 75
    assert f"locked by pid {os.getpid()}" in ended.err


def test_a_file_system_without_locks_stops_no_build(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import errno
    import fcntl

    def refuse(*_: object) -> None:
        raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))

    monkeypatch.setattr(fcntl, "flock", refuse)
    with locking.locked(tmp_path, locking.BUILDING), locking.locked(tmp_path, locking.BUILDING):
        pass


@pytest.mark.slow
def test_files_that_may_not_grow_leave_the_old_site(book: Path) -> None:
    """As a disk that is full or a quota does: the limit is less than the largest file of the site."""
    old = seen(book)
    command = ["prlimit", "--fsize=8000", sys.executable, "-m", "funnelbook", "build", "-q", "--project", str(book)]
    ended = subprocess.run(command, stderr=subprocess.PIPE, text=True, check=False)
    assert ended.returncode == 1
    assert "File too large" in ended.stderr
    assert str(book) in ended.stderr
    assert "Traceback" not in ended.stderr
    assert seen(book) == old
    assert not list((book / "site").rglob("*.partial"))
    assert run_here("build", "-q", "--project", book).code == 0


@pytest.mark.slow
@needs_mounts
def test_a_disk_of_two_megabytes_that_is_full_leaves_the_old_site(book: Path) -> None:
    old, disk, left = (book.parent / name for name in ("old", "disk", "left"))
    disk.mkdir()
    publish({"index.html": bytes(600_000)}, old / "site")
    build = [sys.executable, "-m", "funnelbook", "build", "-q", "--project", book, "--out", disk / "site"]
    around = 'cp -a "$0/." "$1"; shift; "$@" || code=$?; cp -a "$0/../disk" "$0/../left"; exit $code'
    command = small(disk, 5_000, "sh", "-c", around, old, disk, *build)
    ended = subprocess.run(command, stderr=subprocess.PIPE, text=True, check=False)
    assert ended.returncode == 1
    assert f"{disk / 'site'}: the site could not be written: No space left on device" in ended.stderr
    assert "Traceback" not in ended.stderr
    assert seen(left) == seen(old)
    assert (left / "site/latest/index.html").read_bytes() == bytes(600_000)
    assert not list(left.rglob("*.partial"))
    assert run_here("build", "-q", "--project", book, "--out", left / "site").code == 0
    assert seen(left) != seen(old)


@pytest.mark.parametrize("options", [(), ("-q", "--strict")])
def test_a_broken_link_is_an_error_however_little_is_said(book: Path, options: tuple[str, ...]) -> None:
    """To a page, to a part of one, to a table, to a picture."""
    old = seen(book)
    links = {
        "[x](nowhere.md)": "nowhere.md",
        "[x](other.md#nothing)": "nothing",
        "[x](../data/none.csv)": "none.csv",
    }
    for link, told in {**links, "![x](no.png)": "no.png"}.items():
        (book / "content/en/note.md").write_text(f"---\ntitle: Note\nkind: note\nowner: Head\n---\n\n{link}\n")
        ended = run_here("build", *options, "--project", book)
        assert (ended.code, told in ended.err) == (1, True), ended.text
        assert seen(book) == old
