"""Run as a program of its own: writers of a site are killed, and after each what readers see is looked at.

    killed_writers.py often FOLDER TIMES    at any moment
    killed_writers.py each FOLDER           once at each call that changes the disk, and with half a file written

A writer is a copy of this small process: to start Python for each would take most of the time.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

from funnelbook.publish import store
from funnelbook.publish.manifest import MANIFEST, Origin
from funnelbook.publish.verifying import verify

sys.path.insert(0, str(Path(__file__).parents[1]))
from half_written import writers

#: What changes the disk.
EFFECTS = ("mkdir", "chmod", "symlink", "link", "replace", "rename", "unlink", "rmdir")
ACTS: dict[str, Callable[[Path], object]] = {
    "build": lambda out: store.publish(site("new"), out),
    "release": lambda out: store.release(site("new"), out, Origin("c", "c", "2026-11-01")),
    "rollback": lambda out: store.roll_back("a", out),
}


def site(text: str) -> dict[str, bytes]:
    return {"always.html": b"always", **{f"folder/page-{number}.html": text.encode() for number in range(4)}}


def main() -> None:
    kind, folder = sys.argv[1], Path(sys.argv[2])
    if kind == "often":
        often(folder, int(sys.argv[3]))
    else:
        for name in ACTS:
            each(folder / name, name)


def often(out: Path, times: int) -> None:
    store.release(site("a"), out, Origin("a", "a", "2026-10-01"))
    dice = random.Random(7)
    for attempt in range(times):
        kill_after(dice.random() * 0.04, lambda attempt=attempt: write_on(out, attempt))
        whole(out)
    store.publish(site("last"), out)
    assert whole(out) == site("last")
    no_leftovers(out)


def write_on(out: Path, attempt: int) -> NoReturn:
    number = 0
    while True:
        number += 1
        store.publish(site(f"{attempt}.{number}"), out)
        store.release(site("r"), out, Origin(f"r{attempt}-{number}", "r", "2026-11-01"))
        store.roll_back("a", out)


def each(folder: Path, name: str) -> None:
    begin, expected = folder / "begin", folder / "expected"
    store.release(site("a"), begin, Origin("a", "a", "2026-10-01"))
    store.publish(site("old"), begin)
    shutil.copytree(begin, expected, symlinks=True)
    ACTS[name](expected)
    old, new, effect, is_killed = whole(begin), whole(expected), 0, True
    assert old != new
    while is_killed:
        effect += 1
        out = folder / str(effect)
        shutil.copytree(begin, out, symlinks=True)
        is_killed = killed_at(effect, lambda out=out: ACTS[name](out))
        assert whole(out) in ([old, new] if is_killed else [new]), (name, effect)
        ACTS[name](out)
        assert whole(out) == new, (name, effect)
        no_leftovers(out)
        shutil.rmtree(out)
    print(name, effect - 1)


def whole(out: Path) -> dict[str, bytes]:
    """What readers see, all of it as one build or release says it is."""
    assert [each for each in verify(out)[1] if each.rule != "unlisted"] == []
    script = (out / "versions.js").read_text()
    told = json.loads(script[script.index(", ") + 2 : -3])["versions"]
    listed = json.loads((out / "versions.json").read_text())
    assert [each["version"] for each in told] == [each["version"] for each in listed]
    latest = (out / "latest").resolve()
    files = {path.relative_to(latest).as_posix(): path for path in latest.rglob("*") if path.is_file()}
    return {name: path.read_bytes() for name, path in files.items() if name != MANIFEST}


def no_leftovers(out: Path) -> None:
    assert not [*out.rglob("*.partial"), *out.rglob("*.new")], list(out.rglob("*"))


def kill_after(seconds: float, act: Callable[[], object]) -> None:
    child = os.fork()
    if child == 0:
        act()
    time.sleep(seconds)
    os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status), "the writer ended by itself"


def killed_at(effect: int, act: Callable[[], object]) -> bool:
    """Whether there are so many effects; the last of them does not happen."""
    child = os.fork()
    if child == 0:
        counting(effect)
        act()
        os._exit(0)
    _, status = os.waitpid(child, 0)
    assert status == 0 or os.WIFSIGNALED(status), "the writer failed"
    return status != 0


def counting(last: int) -> None:
    calls = iter(range(1, last))

    def hit() -> None:
        if next(calls, None) is None:
            os.kill(os.getpid(), signal.SIGKILL)

    for name in EFFECTS:
        original = getattr(os, name)

        def counted(*args: object, original: Callable[..., object] = original, **named: object) -> object:
            hit()
            return original(*args, **named)

        setattr(os, name, counted)
    os.fdopen, Path.write_bytes = writers(lambda _: hit())  # type: ignore[assignment,method-assign]


if __name__ == "__main__":
    main()
