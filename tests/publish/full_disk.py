"""Run as a program of its own: a site is written where there is no room, and looked at afterwards.

    full_disk.py full FOLDER       the folder is a small disk, of which ever fewer places are taken
    full_disk.py limited FOLDER    no file may be larger than 1 MB

However little is left, readers see the old site or the new one, and once there is room the new one is made.
"""

from __future__ import annotations

import os
import resource
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

from killed_writers import ACTS, no_leftovers, site, whole

from funnelbook.errors import PublishError
from funnelbook.publish import store
from funnelbook.publish.manifest import Origin


def main() -> None:
    kind, folder = sys.argv[1], Path(sys.argv[2])
    if kind == "limited":
        limited(folder)
        return
    for name, act in ACTS.items():
        for fill in (fill_bytes, fill_names):
            refused = refusals(folder, act, fill)
            print(name, fill.__name__, refused)


def limited(out: Path) -> None:
    store.publish(site("old"), out)
    old, most = whole(out), resource.getrlimit(resource.RLIMIT_FSIZE)[1]
    large = {**site("new"), "large.html": bytes(1_500_000)}
    resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, most))
    try:
        store.publish(large, out)
    except PublishError as refusal:
        print(refusal)
    assert whole(out) == old
    no_leftovers(out)
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
    store.publish(large, out)
    assert whole(out) == large


def refusals(folder: Path, act: Callable[[Path], object], fill: Callable[[Path, int], None]) -> int:
    """How many free places, from none on, were too few."""
    free = 0
    while True:
        out, filler = folder / "site", folder / "filler"
        store.release(site("a"), out, Origin("a", "a", "2026-10-01"))
        store.publish(site("old"), out)
        old = whole(out)
        filler.mkdir()
        fill(filler, free)
        try:
            act(out)
        except PublishError as refusal:
            assert "No space left on device" in str(refusal)  # noqa: PT017 -- how much is free decides
            assert refusal.findings[0].place.path.startswith(str(out))  # noqa: PT017
            assert whole(out) == old, free
        else:
            assert whole(out) != old
            shutil.rmtree(filler)
            shutil.rmtree(out)
            return free
        shutil.rmtree(filler)
        act(out)
        assert whole(out) != old
        no_leftovers(out)
        shutil.rmtree(out)
        free += 1


def fill_bytes(folder: Path, free: int) -> None:
    """All but so many pages of the disk's room."""
    status = os.statvfs(folder)
    with (folder / "filler").open("wb") as file:
        file.write(bytes(status.f_frsize * (status.f_bavail - free)))


def fill_names(folder: Path, free: int) -> None:
    """All but so many of the files that the disk can hold."""
    for number in range(os.statvfs(folder).f_favail - free):
        (folder / str(number)).touch()


if __name__ == "__main__":
    main()
