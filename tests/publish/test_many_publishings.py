"""Hundreds of builds into one folder: readers meet whole ones only, and nothing piles up."""

from __future__ import annotations

import os
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

import pytest

from funnelbook.publish.listing import releases
from funnelbook.publish.manifest import Origin
from funnelbook.publish.store import publish, release

PAGES = ("index.html", "data/funnel.json", "assets/site.css")


def site(number: int) -> dict[str, bytes]:
    return dict.fromkeys(PAGES, str(number).encode())


@pytest.mark.slow
def test_a_reader_misses_no_file_during_five_hundred_builds_and_nothing_piles_up(tmp_path: Path) -> None:
    """A page, its JSON and its CSS that are opened while the same build stands there are of that build."""
    publish(site(0), tmp_path)
    held = len(list(Path("/proc/self/fd").iterdir()))
    over, whole, newest = Event(), Counter[bytes](), 0

    def read() -> None:
        nonlocal newest
        while not over.is_set():
            state = (tmp_path / ".state").readlink()
            contents = [(tmp_path / "latest" / page).read_bytes() for page in PAGES]
            if state == (tmp_path / ".state").readlink():
                assert len(set(contents)) == 1
                whole[contents[0]] += 1
            numbers = [newest, *map(int, contents)]
            assert numbers == sorted(numbers), "an older build came after a newer one"
            newest = numbers[-1]
            time.sleep(0.002)  # the writer is in the same process

    with ThreadPoolExecutor(1) as pool:
        reader = pool.submit(read)
        try:
            for number in range(1, 501):
                publish(site(number), tmp_path)
        finally:
            over.set()
        reader.result()
    assert len(whole) > 50
    assert len(list(Path("/proc/self/fd").iterdir())) == held
    assert len(list((tmp_path / ".builds").iterdir())) == 2
    assert len(list((tmp_path / ".states").iterdir())) == 2


def test_a_reader_who_holds_a_file_of_a_removed_build_reads_it_to_the_end(tmp_path: Path) -> None:
    text = os.urandom(300_000)
    publish({"index.html": text}, tmp_path)
    with (tmp_path / "latest/index.html").open("rb") as file:
        begun = file.read(1000)
        for number in range(4):
            publish(site(number), tmp_path)
        assert begun + file.read() == text


def test_the_order_of_versions_is_that_of_their_release_whatever_the_clock_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, now in (("first", 4e9), ("second", 0.0), ("third", 1e9)):
        monkeypatch.setattr(time, "time", lambda now=now: now)
        release({"index.html": name.encode()}, tmp_path, Origin(name, name, "2026-11-01"))
        for path in tmp_path.rglob("*"):
            os.utime(path, (now, now), follow_symlinks=False)
    assert [each.version for each in releases(tmp_path)] == ["third", "second", "first"]
