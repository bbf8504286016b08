"""Releases: frozen, listed, verified, and swapped in whole beside the current build."""

from __future__ import annotations

import errno
import json
import os
import shutil
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from pathlib import Path

import pytest

from funnelbook.errors import PublishError
from funnelbook.publish import locking
from funnelbook.publish.listing import Cover, releases
from funnelbook.publish.manifest import MANIFEST, Origin
from funnelbook.publish.showing import current_of
from funnelbook.publish.store import publish, release, roll_back
from funnelbook.publish.verifying import verify
from half_written import writers

FILES = {"index.html": b"one", "en/index.html": b"en", "data/monthly.json": b"[]"}
OTHER = {"index.html": b"two", "2026-11/index.html": b"more"}


def origin(name: str, **more: object) -> Origin:
    return Origin(name, f"Title of {name}", "2026-11-01T00:00:00+03:00", **more)  # type: ignore[arg-type]  # fields


def told(out: Path) -> list[tuple[str, list[str]]]:
    return [(each["version"], each["aliases"]) for each in json.loads((out / "versions.json").read_text())]


def seen(folder: Path) -> dict[str, bytes]:
    """The files of a version without its manifest."""
    inside = folder.resolve()
    found = {p.relative_to(inside).as_posix(): p.read_bytes() for p in inside.rglob("*") if p.is_file()}
    found.pop(MANIFEST)
    return found


def test_a_release_lies_beside_latest_which_shows_it(tmp_path: Path) -> None:
    release(FILES, tmp_path, origin("2026-10"))
    assert seen(tmp_path / "2026-10") == seen(tmp_path / "latest") == FILES
    assert not (tmp_path / "2026-10").is_symlink()
    assert told(tmp_path) == [("2026-10", ["latest"])]
    script = (tmp_path / "versions.js").read_text()
    assert script.startswith("Object.assign((window.funnelbookVersions = {}), ")
    assert json.loads(script[script.index(", ") + 2 : -3]) == {
        "latest": "2026-10",
        "versions": [{"title": "Title of 2026-10", "version": "2026-10"}],
    }


def test_the_newest_stands_first_and_a_later_build_takes_the_alias(tmp_path: Path) -> None:
    release(FILES, tmp_path, origin("b"))
    release(OTHER, tmp_path, origin("a"))
    assert told(tmp_path) == [("a", ["latest"]), ("b", [])]
    publish({"index.html": b"three"}, tmp_path)
    assert told(tmp_path) == [("a", []), ("b", [])]
    assert seen(tmp_path / "a") == OTHER
    assert seen(tmp_path / "latest") == {"index.html": b"three"}


def test_a_release_is_never_changed(tmp_path: Path) -> None:
    release(FILES, tmp_path, origin("a"))
    assert release(FILES, tmp_path, origin("a")).written == 0
    for files, about in ((OTHER, origin("a")), (FILES, origin("a", commit="0" * 40))):
        with pytest.raises(PublishError, match="never changed"):
            release(files, tmp_path, about)
    assert seen(tmp_path / "a") == FILES


def test_a_release_shares_no_file_with_a_build(tmp_path: Path) -> None:
    publish(FILES, tmp_path)
    release(FILES, tmp_path, origin("a"))
    publish({**FILES, "new.html": b""}, tmp_path)
    assert {path.stat().st_nlink for path in (tmp_path / "a").rglob("*") if path.is_file()} == {1}


@pytest.mark.parametrize(
    "name",
    [
        "", ".", "..", "a/b", "../a", "/a", "a\\b", "a b", "a\n", "a\0b", "-a", ".a", "a.", "_a", "é",
        "версия", "x" * 65, "latest", "LATEST", "Latest.1", "index", "index.html", "versions",
        "versions.json", "con", "CON.1", "nul",
        "Com1", "lpt9.txt", "a:b", "a%2fb", "<b>",
    ],
)  # fmt: skip
def test_a_name_that_is_unsafe_or_kept_is_refused_in_words(tmp_path: Path, name: str) -> None:
    with pytest.raises(PublishError, match="name"):
        release(FILES, tmp_path / "site", Origin(name, "Title", "2026-11-01"))
    assert releases(tmp_path / "site") == ()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["site"]


@pytest.mark.parametrize("name", ["2026-10", "v1.2", "a", "A_b-c.d", "x" * 64, "console", "latest-1"])
def test_a_good_name_is_taken(tmp_path: Path, name: str) -> None:
    release(FILES, tmp_path, origin(name))
    assert told(tmp_path) == [(name, ["latest"])]


def test_a_name_that_differs_in_capitals_only_is_refused(tmp_path: Path) -> None:
    release(FILES, tmp_path, origin("v1"))
    with pytest.raises(PublishError, match="capitals"):
        release(OTHER, tmp_path, origin("V1"))


@pytest.mark.parametrize("title", [" ", "x" * 201, "a\nb", "a\u202eb", "a\x1bb"])
def test_a_title_that_no_list_could_show_is_refused(tmp_path: Path, title: str) -> None:
    with pytest.raises(PublishError, match="title"):
        release(FILES, tmp_path / "site", Origin("a", title, "2026-11-01"))


def test_a_hostile_title_is_text_wherever_it_stands(tmp_path: Path) -> None:
    title = "</script><img src=x onerror=alert(1)>{{ 7*7 }}"
    release(FILES, tmp_path, Origin("a", title, "2026-11-01"), cover=Cover(title, ("ru", "en")))
    assert "<" not in (tmp_path / "versions.js").read_text()
    page = (tmp_path / "versions.html").read_text()
    assert "<img" not in page
    assert "{{ 7*7 }}" in page
    assert 'href="a/en/index.html"' in page
    assert 'href="a/index.html"' in page
    assert json.loads((tmp_path / "versions.json").read_text())[0]["title"] == title


def test_rolling_back_shows_an_older_release_until_the_next_build(tmp_path: Path) -> None:
    release(FILES, tmp_path, origin("a"))
    release(OTHER, tmp_path, origin("b"))
    assert roll_back("a", tmp_path)
    assert not roll_back("a", tmp_path)
    assert seen(tmp_path / "latest") == FILES
    assert told(tmp_path) == [("b", []), ("a", ["latest"])]
    assert verify(tmp_path) == (["latest", "b", "a"], [])
    publish(OTHER, tmp_path)
    assert seen(tmp_path / "latest") == OTHER
    with pytest.raises(PublishError, match="no version 'c'"):
        roll_back("c", tmp_path)


def test_a_damaged_release_is_named_and_not_rolled_back_to(tmp_path: Path) -> None:
    release(FILES, tmp_path, origin("a"))
    release(OTHER, tmp_path, origin("b"))
    (tmp_path / "a" / "index.html").write_bytes(b"One")  # the same size
    (tmp_path / "a" / "en" / "index.html").unlink()
    (tmp_path / "a" / "en" / "index.html").symlink_to(tmp_path / "b" / "index.html")
    (tmp_path / "a" / "data" / "monthly.json").unlink()
    (tmp_path / "a" / "data" / "more.json").touch()
    found = [(str(each.place), each.rule) for each in verify(tmp_path)[1]]
    assert found == [
        ("a/en/index.html", "changed"),
        ("a/index.html", "changed"),
        ("a/data/monthly.json", "missing"),
        ("a/data/more.json", "extra"),
    ]
    assert verify(tmp_path, ["b", "latest"]) == (["b", "latest"], [])
    with pytest.raises(PublishError, match="not as it was published"):
        roll_back("a", tmp_path)
    with pytest.raises(PublishError, match="not as it was published"):
        release(FILES, tmp_path, origin("a"))


def test_a_release_keeps_the_seal_of_those_before_it(tmp_path: Path) -> None:
    release(FILES, tmp_path, origin("a"))
    sealed = sha256((tmp_path / "a" / MANIFEST).read_bytes()).hexdigest()
    release(OTHER, tmp_path, origin("b", releases={"a": sealed}))
    assert verify(tmp_path)[1] == []
    (tmp_path / "a" / "index.html").write_bytes(b"forged")
    forged = json.loads((tmp_path / "a" / MANIFEST).read_text())
    forged["files"]["index.html"] = {"sha256": sha256(b"forged").hexdigest(), "bytes": 6}
    (tmp_path / "a" / MANIFEST).write_text(json.dumps(forged))
    (finding,) = verify(tmp_path)[1]
    assert str(finding.place) == f"a/{MANIFEST}"
    assert "'b' was made with" in finding.message


@pytest.mark.parametrize(
    "text",
    [
        "", "[]", "{}", "[" * 100_000,
        '{"program": "x", "files": {"../../secret": {"sha256": "' + "0" * 64 + '", "bytes": 1}}}',
        '{"program": "x", "files": {"/etc/passwd": {"sha256": "' + "0" * 64 + '", "bytes": 1}}}',
        '{"program": "x", "files": {"a": {"sha256": "zz", "bytes": 1}}}', '{"program": "x", "files": {"a": 1}}',
        '{"program": "x", "files": {}, "version": "a", "title": 3}', "\0",
    ],
)  # fmt: skip
def test_a_hostile_manifest_is_told_and_stops_nothing(tmp_path: Path, text: str) -> None:
    release(FILES, tmp_path, origin("a"))
    (tmp_path / "a" / MANIFEST).write_text(text)
    assert {each.rule for each in verify(tmp_path, ["a"])[1]} == {"damaged"}
    publish(OTHER, tmp_path)
    assert told(tmp_path) == [("a", [])]


def test_a_damaged_build_is_made_anew(tmp_path: Path) -> None:
    publish(FILES, tmp_path)
    (tmp_path / "latest" / "index.html").write_bytes(b"0ne")
    assert [each.rule for each in verify(tmp_path)[1]] == ["changed"]
    for _ in range(2):
        publish(FILES, tmp_path)
        assert seen(tmp_path / "latest") == FILES
        (tmp_path / "latest" / "en" / "index.html").unlink()
    publish({**FILES, "new.html": b""}, tmp_path)
    assert verify(tmp_path)[1] == []


def test_the_list_is_mended_when_it_was_damaged_or_a_release_is_gone(tmp_path: Path) -> None:
    for name in ("a", "b", "c"):
        release(FILES, tmp_path, origin(name))
    shutil.rmtree(tmp_path / "b")
    assert [(str(each.place), each.rule) for each in verify(tmp_path)[1]] == [("b", "missing")]
    publish(OTHER, tmp_path)
    assert told(tmp_path) == [("c", []), ("a", [])]
    (tmp_path / "versions.json").resolve().write_text("nonsense")
    publish(OTHER, tmp_path)
    assert {version for version, _ in told(tmp_path)} == {"a", "c"}


def test_a_site_that_was_copied_with_its_links_followed_goes_on(tmp_path: Path) -> None:
    out, copy = tmp_path / "site", tmp_path / "copy"
    release(FILES, out, origin("a"))
    shutil.copytree(out, copy, ignore=shutil.ignore_patterns(".builds", ".state", ".states"))
    assert not (copy / "latest").is_symlink()
    release(OTHER, copy, origin("b"))
    assert seen(copy / "latest") == OTHER
    assert told(copy) == [("b", ["latest"]), ("a", [])]
    assert verify(copy)[1] == []


def test_a_site_of_an_older_program_goes_on(tmp_path: Path) -> None:
    publish(FILES, tmp_path)
    build = current_of(tmp_path)
    assert build is not None
    for name in ("latest", "versions.json", "versions.js", "versions.html", ".state"):
        (tmp_path / name).unlink()
    (tmp_path / "latest").symlink_to(build.relative_to(tmp_path))
    publish(OTHER, tmp_path)
    assert seen(tmp_path / "latest") == OTHER
    assert told(tmp_path) == []


def test_a_reader_never_meets_a_missing_or_mixed_site(tmp_path: Path) -> None:
    release({"index.html": b"a", "data.json": b"a"}, tmp_path, origin("a"))
    met, over = set(), threading.Event()

    def read() -> None:
        while not over.is_set():
            folder = (tmp_path / "latest").resolve()
            met.add((folder / "index.html").read_bytes() + (folder / "data.json").read_bytes())
            json.loads((tmp_path / "versions.json").read_bytes())
            met.add((tmp_path / "latest" / "index.html").read_bytes())

    with ThreadPoolExecutor(1) as pool:
        reader = pool.submit(read)
        for _ in range(40):
            publish({"index.html": b"b", "data.json": b"b"}, tmp_path)
            roll_back("a", tmp_path)
        over.set()
        reader.result()
    assert met == {b"a", b"b", b"aa", b"bb"}


@pytest.mark.parametrize("act", [lambda out: release(OTHER, out, origin("b")), lambda out: roll_back("a", out)])
def test_two_at_once_are_told_to_wait(
    tmp_path: Path, act: Callable[[Path], object], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(locking, "PATIENCE", 0)
    release(FILES, tmp_path, origin("a"))
    with locking.locked(tmp_path, locking.WRITING), pytest.raises(PublishError, match="another build"):
        act(tmp_path)
    assert told(tmp_path) == [("a", ["latest"])]


#: What changes the disk; each call may be the one that fails.
EFFECTS = ("mkdir", "chmod", "symlink", "link", "replace", "rename", "unlink", "rmdir")
ACTS: dict[str, Callable[[Path], object]] = {
    "build": lambda out: publish({"index.html": b"three"}, out),
    "release": lambda out: release({"index.html": b"three"}, out, origin("c")),
    "rollback": lambda out: roll_back("a", out),
}


def whole(out: Path) -> tuple[dict[str, bytes], tuple[tuple[str, tuple[str, ...]], ...]]:
    """What readers see, each version checked: the current files and the list."""
    assert [each for each in verify(out)[1] if each.rule != "unlisted"] == []
    listing = told(out)
    script = (out / "versions.js").read_text()
    document = json.loads(script[script.index(", ") + 2 : -3])
    assert [each["version"] for each in document["versions"]] == [version for version, _ in listing]
    assert [version for version, aliases in listing if aliases] == [document["latest"]] * bool(document["latest"])
    if document["latest"]:
        assert seen(out / document["latest"]) == seen(out / "latest")
    return seen(out / "latest"), tuple((version, tuple(aliases)) for version, aliases in listing)


@pytest.mark.slow
@pytest.mark.parametrize("name", ACTS)
@pytest.mark.parametrize("error", [errno.ENOSPC, errno.EIO, errno.EACCES])
def test_a_disk_that_refuses_at_any_effect_leaves_the_old_site_or_the_new(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, error: int
) -> None:
    begin = tmp_path / "begin"
    release(FILES, begin, origin("a"))
    release(OTHER, begin, origin("b"))
    old = whole(begin)
    expected = tmp_path / "expected"
    shutil.copytree(begin, expected, symlinks=True)
    ACTS[name](expected)
    new = whole(expected)
    assert new != old
    for failing in range(1, 200):
        out = tmp_path / f"site-{failing}"
        shutil.copytree(begin, out, symlinks=True)
        with monkeypatch.context() as patch:
            calls = _failing(patch, failing, error)
            try:
                ACTS[name](out)
            except PublishError as refusal:
                assert os.strerror(error) in str(refusal)  # noqa: PT017 -- which call was hit decides
                assert refusal.findings[0].place.path.startswith(str(out))  # noqa: PT017
                assert whole(out) == old, failing
            else:
                assert whole(out) == new, failing
        ACTS[name](out)
        assert whole(out) == new, failing
        assert not list(out.glob("**/*.partial"))
        shutil.rmtree(out)
        if calls[0] < failing:
            return
    pytest.fail("there are more effects than were tried")


def _failing(patch: pytest.MonkeyPatch, number: int, error: int) -> list[int]:
    """Makes the n-th effect fail; a file's content gets half on the disk before. Returns how many were tried."""
    calls = [0]

    def hit(path: object, *others: object) -> None:
        """As the system does it: of two paths both are told."""
        calls[0] += 1
        if calls[0] == number:
            second = [None, str(others[0])] if others and isinstance(others[0], str | Path) else []
            raise OSError(error, os.strerror(error), str(path), *second)

    for effect in EFFECTS:
        original = getattr(os, effect)

        def refused(*args: object, original: Callable[..., object] = original, **named: object) -> object:
            hit(*args)
            return original(*args, **named)

        patch.setattr(os, effect, refused)
    opened, write_bytes = writers(hit)
    patch.setattr(os, "fdopen", opened)
    patch.setattr(Path, "write_bytes", write_bytes)
    return calls
