"""Releases, their folder and a review, when names, links, manifests and commits mean harm: through the commands."""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from commands import run_here
from funnelbook.publish import disk, locking
from half_written import writers

CANARY = "ZQcanaryx7"
NOTE = "---\ntitle: Note\nkind: note\n---\n\nText.\n"


@pytest.fixture
def book(standing: Path, tmp_path: Path) -> Path:
    folder = tmp_path / "up" / "handbook"
    shutil.copytree(standing, folder, symlinks=True)
    (folder.parent / "mine").mkdir()
    (folder.parent / "mine/thesis.txt").write_text(CANARY)
    return folder


def untouched(book: Path) -> None:
    assert [path.name for path in (book.parent / "mine").iterdir()] == ["thesis.txt"]
    assert (book.parent / "mine/thesis.txt").read_text() == CANARY


def said(ended: object) -> str:
    text = str(getattr(ended, "text", ended))
    assert not {"\x1b", "\x07", "\x9b"} & set(text), text
    text.encode()
    return text


ACTS = (["build", "-q"], ["release", "b", "-q"], ["rollback", "a"], ["verify"], ["versions"])


@pytest.mark.parametrize("name", [".builds", ".states", ".lock", ".funnelbook-site"])
def test_a_link_among_the_sites_own_files_is_refused_and_what_it_leads_to_left_alone(book: Path, name: str) -> None:
    target = book.parent / ("mine/thesis.txt" if name in {".lock", ".funnelbook-site"} else "mine")
    place = book / "site" / name
    disk.remove(place)
    place.symlink_to(target)
    for act in ACTS[:3]:
        ended = run_here(*act, "--project", book)
        assert (ended.code, "(foreign-output)" in ended.err) == (1, True), ended.text
        untouched(book)


def test_other_links_in_the_folder_are_replaced_and_never_written_through(book: Path) -> None:
    site, thesis = book / "site", book.parent / "mine/thesis.txt"
    (state,) = (site / ".states").iterdir()
    for place in (
        "index.html", "index.html.new", "versions.json", "versions.js", "versions.html", ".state.new", "latest.new",
        ".builds/b.partial", f"{state.relative_to(site)}/versions.json", f"{state.relative_to(site)}/cover.json",
    ):  # fmt: skip
        disk.remove(site / place)
        (site / place).symlink_to(thesis)
    for act in ACTS:
        ended = run_here(*act, "--project", book)
        assert ended.code == 0, (act, said(ended))
        untouched(book)
    assert [each["version"] for each in json.loads((site / "versions.json").read_text())] == ["b", "a"]


@pytest.mark.parametrize("link", [".state", "latest", "a"])
def test_what_readers_see_led_elsewhere_is_told_or_led_back(book: Path, link: str) -> None:
    place = book / "site" / link
    disk.remove(place)
    place.symlink_to(book.parent / "mine")
    assert run_here("verify", "--project", book).code == 1
    released = run_here("release", "a", "-q", "--project", book)
    assert released.code == (1 if link == "a" else 0), released.text
    assert run_here("build", "-q", "--project", book).code == 0
    assert (book / "site/latest").resolve().parent == (book / "site/.builds").resolve()
    untouched(book)


@pytest.mark.parametrize("out", ["~", "up", "handbook", "link", "file", "full"])
def test_a_release_is_not_written_where_something_else_lies(
    book: Path, monkeypatch: pytest.MonkeyPatch, out: str
) -> None:
    """A home is one although all that it holds is hidden."""
    up, home = book.parent, book.parent / "home"
    (home / ".ssh").mkdir(parents=True)
    monkeypatch.setenv("HOME", str(home))
    (up / "link").symlink_to(up / "mine")
    (up / "file").write_text(CANARY)
    places = {"~": home, "up": up, "handbook": book, "full": up / "mine"}
    target = places.get(out, up / out)
    before = sorted(target.iterdir()) if target.is_dir() else []
    ended = run_here("release", "b", "--project", book, "--out", target)
    assert (ended.code, "(foreign-output)" in ended.err) == (1, True), ended.text
    assert (sorted(target.iterdir()) if target.is_dir() else []) == before
    untouched(book)


@pytest.mark.parametrize(
    "name",
    [
        "A", "../b", "/tmp/b", "..", ".git", "-b", "b/../c", "b\\c", "b\nc", "b\x1b", "con", "AUX.1", "latest",
        "versions.json", "\u0430", "e\u0301", "b ", "b.", "x" * 65, "b:c", "%2e%2e", "<b>", "\udcff", "",
    ],
)  # fmt: skip
def test_a_hostile_name_of_a_release_is_refused_and_makes_nothing(book: Path, name: str) -> None:
    before = sorted(path for path in (book / "site").rglob("*"))
    ended = run_here("release", "--project", book, "--", name)
    assert (ended.code, "(version-name)" in ended.err) == (1, True), said(ended)
    assert sorted(path for path in (book / "site").rglob("*")) == before
    for command in ("rollback", "verify"):
        other = run_here(command, "--project", book, "--", name)
        assert other.code == 0 if (command, name) == ("verify", "latest") else other.code == 1, said(other)
    said(ended)


def test_a_full_disk_and_two_at_once_leave_the_release_that_was_there(
    book: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(locking, "PATIENCE", 0)
    with locking.locked(book / "site", locking.WRITING):
        for act in ACTS[:3]:
            ended = run_here(*act, "--project", book)
            assert (ended.code, "(locked)" in ended.err) == (75, True), ended.text
    count = [0]

    def full(path: str) -> None:
        count[0] += Path(path).is_relative_to(book / "site")
        if count[0] > 40:
            raise OSError(28, "No space left on device", path)

    opened, write_bytes = writers(full)
    with monkeypatch.context() as patch:
        patch.setattr(os, "fdopen", opened)
        patch.setattr(Path, "write_bytes", write_bytes)
        ended = run_here("release", "b", "--project", book)
    assert (ended.code, "No space left" in ended.err) == (1, True), ended.text
    assert not (book / "site/b").exists()
    assert not list((book / "site").rglob("*.partial"))
    assert run_here("verify", "--project", book).code == 0
    assert run_here("release", "b", "-q", "--project", book).code == 0


ENTRY = {"sha256": "0" * 64, "bytes": 1}
RELEASE = {"version": "a", "title": "t", "as_of": "x", "inputs": {}, "releases": {}}


def manifest(**fields: object) -> str:
    return json.dumps({"program": "x", "files": {}, **fields})


@pytest.mark.parametrize(
    "text",
    [
        "", "[]", "[" * 100_000, "\ufeff{}", "9" * 5_000, manifest(program="\ud800"),
        manifest(files={"\ud800": ENTRY}),
        manifest(files={"../../mine/thesis.txt": ENTRY}), manifest(files={"a\0": ENTRY}),
        manifest(files={"__proto__": {"sha256": [], "bytes": -1}}),
        manifest(**{**RELEASE, "title": "\ud800"}), manifest(**{**RELEASE, "version": "../x"}),
        manifest(**{**RELEASE, "title": "\x1b]0;t\x07", "releases": {"b": "0" * 64}, "files": {"\x9b": ENTRY}}),
    ],
)  # fmt: skip
def test_a_hostile_manifest_is_told_by_every_command_and_stops_no_build(book: Path, text: str) -> None:
    (book / "site/a/manifest.json").write_text(text)
    for command in (["verify"], ["verify", "a"], ["rollback", "a"]):
        ended = run_here(*command, "--project", book)
        assert ended.code == 1, said(ended)
        assert CANARY not in said(ended)
    for act in (ACTS[1], ACTS[4]):
        ended = run_here(*act, "--project", book)
        assert ended.code == 0, said(ended)
        said(ended)
    untouched(book)


@pytest.mark.parametrize(
    "listed",
    [
        "", "3", "{", "[" * 100_000, '[1, null, {}, {"version": 1}]', '[{"version": "a", "title": "\\ud800"}]',
        '[{"version": "../../mine", "title": "x"}, {"version": "a", "title": "A"}]',
        '[{"version": "latest", "title": "x"}, {"version": "a", "title": "A"}]',
        '[{"version": "a", "title": "\\u001b]0;t\\u0007\\nx"}, {"version": "gone", "title": "x"}]',
        '[{"version": "a", "title": "</script><img src=x onerror=1>"}, {"version": "a", "title": "again"}]',
    ],
)  # fmt: skip
def test_a_hostile_list_of_versions_is_mended(book: Path, listed: str) -> None:
    (book / "site/versions.json").resolve().write_text(listed)
    for command in (["versions"], ["verify"], ["release", "b", "-q"], ["rollback", "a"], ["versions"]):
        ended = run_here(*command, "--project", book)
        assert ended.code in {0, 1}
        said(ended)
    assert [each["version"] for each in json.loads((book / "site/versions.json").read_text())] == ["b", "a"]
    for name in ("versions.html", "versions.js"):
        assert "<img" not in (book / "site" / name).read_text()
    untouched(book)


@pytest.mark.parametrize("name", ["versions.json", "cover.json"])
def test_no_command_waits_for_a_pipe(book: Path, name: str) -> None:
    (state,) = (book / "site/.states").iterdir()
    (state / name).unlink()
    os.mkfifo(state / name)
    for act in ACTS:
        said(run_here(*act, "--project", book))
    assert run_here("verify", "--project", book).code == 0


def test_files_that_were_laid_into_a_release_are_told_whatever_their_names(book: Path) -> None:
    release = book / "site/a"
    for name in (b"\xff.html", b"\x1b]0;t\x07", b"a\nb", "\u202egnp".encode()):
        (release / os.fsdecode(name)).write_text(CANARY)
    os.mkfifo(release / "pipe")
    (release / "d").symlink_to(book.parent / "mine")
    ended = run_here("verify", "--project", book)
    assert (ended.code, ended.err.count("(extra)")) == (1, 12), said(
        ended
    )  # in `a`, and in `latest` which shows it
    assert "thesis" not in said(ended)
    assert "\\x1b" in ended.err


def _canary(folder: Path) -> Callable[[], bool]:
    ran = folder / "ran"
    return lambda: not ran.exists() and not list(folder.glob("pwn*"))


def test_names_of_branches_are_never_options(
    standing: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A branch may be called `-x`: it is meant by its whole name, which drives neither git nor the summary."""
    sys.path.insert(0, str(Path(__file__).parents[1] / "cli"))
    from handbook_in_git import Repository

    folder = tmp_path / "handbook"
    shutil.copytree(standing, folder, symlinks=True, ignore=shutil.ignore_patterns("site"))
    monkeypatch.chdir(folder)
    repository = Repository(folder).begin()
    repository.write("content/en/note.md", NOTE.replace("Text", "Other text"))
    repository.commit()
    calm = _canary(folder)
    odd = ("-x", "--output=pwn", "@team", "<b>`c`|d", "\u202eb")
    summary = tmp_path / "summary.md"
    for name in odd:
        repository.git("update-ref", f"refs/heads/{name}", "HEAD~1")
        ended = run_here("review", "--markdown", summary, "--", f"refs/heads/{name}")
        told = summary.read_text()
        assert (ended.code, "content/en/note.md" in told) == (0, True), ended.text
        for sign in ("@team", "<b>", "`c`|", "\u202e"):
            assert sign not in told
        assert calm()
    for name in (
        "--output=pwn2",
        "--upload-pack=touch pwn",
        "HEAD;touch pwn",
        "HEAD:../../x",
        "ext::sh -c id",
        "@{-1}",
        "-n1",
        "\udcff",
    ):
        ended = run_here("review", "--", name)
        assert ended.code == 2, ended.text
        said(ended)
        assert calm()
