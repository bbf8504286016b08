"""What was released stays, whatever is published, pruned, rolled back or put into the list by hand."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from pathlib import Path
from threading import Event

import pytest

from funnelbook.errors import PublishError
from funnelbook.publish.manifest import MANIFEST, Origin
from funnelbook.publish.showing import current_of
from funnelbook.publish.store import publish, release, roll_back
from funnelbook.publish.verifying import verify

A, B, C = ({"index.html": text, "data/funnel.json": text} for text in (b"a", b"b", b"c"))


def origin(name: str) -> Origin:
    return Origin(name, f"Title of {name}", "2026-11-01T00:00:00+03:00")


def hash_of(folder: Path) -> str:
    """Of every file's path and content."""
    found = sha256()
    for path in sorted(folder.resolve().rglob("*")):
        if path.is_file():
            found.update(f"{path.relative_to(folder.resolve())} {sha256(path.read_bytes()).hexdigest()}\n".encode())
    return found.hexdigest()


def told(out: Path) -> list[tuple[str, list[str]]]:
    """The list of versions, which says the same to programs and to pages."""
    listed = [(each["version"], each["aliases"]) for each in json.loads((out / "versions.json").read_text())]
    script = (out / "versions.js").read_text()
    document = json.loads(script[script.index(", ") + 2 : -3])
    assert [each["version"] for each in document["versions"]] == [version for version, _ in listed]
    assert [version for version, aliases in listed if aliases] == [document["latest"]] * bool(document["latest"])
    return listed


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """Two releases, the newer one shown."""
    release(A, tmp_path, origin("a"))
    release(B, tmp_path, origin("b"))
    return tmp_path


def test_pruning_takes_neither_a_release_nor_what_is_shown(out: Path) -> None:
    """While readers hold an old release open, and one more is what `latest` shows."""
    released = {name: hash_of(out / name) for name in "ab"}
    folder = out / "a"
    with (folder / "index.html").open("rb") as held:
        for number in range(12):
            files = {**C, "index.html": str(number).encode()}
            publish(files, out)
            current = current_of(out)
            assert current is not None
            assert (current / "index.html").read_bytes() == files["index.html"]
            if number % 4 == 3:
                roll_back("ab"[number // 4 % 2], out)
                assert (out / "latest/index.html").read_bytes() == (b"a", b"b")[number // 4 % 2]
            assert len(list((out / ".builds").iterdir())) <= 2
            assert len(list((out / ".states").iterdir())) <= 2
        assert held.read() + (folder / "data/funnel.json").read_bytes() == b"aa"
    assert {name: hash_of(out / name) for name in "ab"} == released
    assert verify(out) == (["latest", "b", "a"], [])


def test_a_reader_of_the_build_before_finishes_while_it_is_pruned(out: Path) -> None:
    """He has the folder, and opens one file after another."""
    publish(C, out)
    folder = current_of(out)
    assert folder is not None
    begun = (folder / "index.html").read_bytes()
    publish(A, out)
    assert begun + (folder / "data/funnel.json").read_bytes() == b"cc"
    publish(B, out)
    assert not folder.exists()


ACTS: dict[str, Callable[[Path], object]] = {
    "build": lambda out: publish(C, out),
    "release": lambda out: release(C, out, origin("c")),
    "release again": lambda out: release(A, out, origin("a")),
    "rollback": lambda out: roll_back("a", out),
    "rollback to what is shown": lambda out: roll_back("b", out),
}


@pytest.mark.parametrize("lost", ["b", "ghost"])
@pytest.mark.parametrize("name", ACTS)
def test_a_listed_version_without_a_folder_leaves_the_list_by_the_next_command(
    out: Path, name: str, lost: str
) -> None:
    """The one that `latest` showed, or one that was written into the list by hand; what is there stays."""
    if lost == "b":
        shutil.rmtree(out / "b")
    else:
        path = (out / "versions.json").resolve()
        listed = json.loads(path.read_text())
        path.write_text(json.dumps([{"version": lost, "title": lost, "aliases": []}, *listed]))
    there = {each: hash_of(out / each) for each in "ab" if (out / each).is_dir()}
    if lost == "b" and name == "rollback to what is shown":
        with pytest.raises(PublishError, match="no version 'b'"):
            ACTS[name](out)
        ACTS["build"](out)
    else:
        ACTS[name](out)
    assert {version for version, _ in told(out)} == there.keys() | ({"c"} if name == "release" else set())
    assert {each: hash_of(out / each) for each in there} == there
    assert verify(out)[1] == []


def test_a_rollback_is_seen_whole_and_with_its_list_at_every_moment(out: Path) -> None:
    """Readers follow the one link and find what it leads to: files of one version, and the list that names it."""
    met, over = set[tuple[bytes, str]](), Event()

    def read() -> None:
        while not over.is_set():
            state = (out / ".state").resolve()
            files = [(state / "latest" / path).read_bytes() for path in A]
            listed = json.loads((state / "versions.json").read_text())
            (named,) = (each["version"] for each in listed if each["aliases"] == ["latest"])
            assert files == [named.encode()] * 2
            met.add((files[0], named))

    with ThreadPoolExecutor(1) as pool:
        reader = pool.submit(read)
        try:
            for _ in range(100):
                roll_back("a", out)
                roll_back("b", out)
        finally:
            over.set()
        reader.result()
    assert met == {(b"a", "a"), (b"b", "b")}


def test_what_is_published_again_has_the_hash_that_it_had(out: Path) -> None:
    first = publish(C, out)
    seen = hash_of(out / "latest")
    publish(A, out)
    roll_back("a", out)
    released, listed = hash_of(out / "a"), told(out)
    assert listed == [("b", []), ("a", ["latest"])]
    again = release(A, out, origin("a"))
    assert (again.written, hash_of(out / "a"), told(out)) == (0, released, listed)
    assert (out / "a" / MANIFEST).read_bytes() == (out / "latest" / MANIFEST).read_bytes()
    assert publish(C, out).identity == first.identity
    assert hash_of(out / "latest") == seen
    assert told(out) == [("b", []), ("a", [])]
