"""What git says of playbooks, when authors, subjects, times and whole repositories are odd or mean harm."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from hostile_handbook import bytes_of, in_base64, readings
from playbook_pages import CANARY, NOTE, Tags, built, write

from commands import run_here


@pytest.fixture
def committed(book: Path) -> Callable[..., None]:
    """Commits everything with this author and subject, at this time as git writes it."""

    def commit(author: str = "Ann", subject: str = "s", when: str = "1772359200 +0000") -> None:
        env = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
        env |= {f"GIT_{who}_{what}": value for who in ("AUTHOR", "COMMITTER") for what, value in
                (("NAME", author), ("EMAIL", f"{CANARY}@example.org"), ("DATE", when))}  # fmt: skip
        for arguments in (["init", "-q"], ["add", "-A"], ["commit", "-q", "--allow-empty", "-m", subject]):
            subprocess.run(["git", *arguments], cwd=book, env=env, check=True, capture_output=True)

    write(book, ".gitignore", "/site/\n/.funnelbook/\n")
    return commit


def test_authors_and_subjects_of_commits_are_text_on_every_page(book: Path, committed: Callable[..., None]) -> None:
    hostile = (
        '"><img src=x onerror=1>', "</script><script>window.PWN=1</script>", "\x1b]0;t\x07 \x9b31m", "{{ 7*191 }}",
        "\u202egnp", "javascript:alert(1)", "[a](javascript:x) ![b](x) <b>", "%H %an $(id) `id`", "x" * 5_000,
    )  # fmt: skip
    for number, text in enumerate(hostile):
        write(book, f"content/en/n{number}.md", NOTE.format(number))
        committed(f"A {text}", f"S {text}")
        write(book, f"content/en/n{number}.md", NOTE.format(f"{number} changed"))
        committed(f"A {text}", f"S {text}")
    site = built(book)
    for number in range(len(hostile)):
        assert "<bdi>A " in (site / f"playbooks/n{number}.html").read_text()
    for path in sorted(site.rglob("*.html")):
        found = path.read_text()
        assert not {"\x1b", "\x07", "\x9b", "\u202e"} & set(found), path
        assert "1337" not in found
        for tag, attrs in Tags(found).found:
            assert not [name for name in attrs if name.startswith("on")], (path, attrs)
            assert tag != "script" or attrs.get("src")
            assert attrs.get("src") != "x", path
            assert not str(attrs.get("href")).startswith("javascript"), path


def test_addresses_of_authors_are_nowhere(book: Path, committed: Callable[..., None]) -> None:
    committed(f"Ann {CANARY}@example.org", f"told by {CANARY}@example.org, +7 912 345-67-89")
    ended = run_here("release", "a", "-q", "--project", book)
    assert ended.code == 0, ended.text
    for path, content in bytes_of(book / "site"):
        assert not any(CANARY in text or "345-67-89" in text for text in readings(content)), path
        assert not any(coded in content for coded in in_base64(CANARY)), path


def test_dates_that_cannot_be_right_are_flagged_on_the_page(book: Path, committed: Callable[..., None]) -> None:
    backwards, ahead = "dated later than one that came after it", "dated more than a year after the data"
    write(book, "content/en/note.md", NOTE.format("a"))
    committed(when="@1772359200 +1400")
    page = (built(book) / "playbooks/note.html").read_text()
    assert (backwards in page, ahead in page) == (False, False)
    write(book, "content/en/note.md", NOTE.format("b"))
    committed(when="@4070908800 -1200")
    page = (built(book) / "playbooks/note.html").read_text()
    assert (backwards in page, ahead in page) == (False, True)
    write(book, "content/en/note.md", NOTE.format("c"))
    committed(when="@1 +0000")
    page = (built(book) / "playbooks/note.html").read_text()
    assert (backwards in page, ahead in page) == (True, True)
    days = [page.index(day) for day in ("1970", "2099", "1 March 2026")]
    assert days == sorted(days), "versions stand in the order of commits"


@pytest.mark.parametrize(
    ("when", "shown"),
    [("@1 +1400", "1970"), ("@4070908800 -1200", "2099"), ("@1772359200 +1400", "2026")],
)
def test_odd_times_of_commits_are_told_as_days(
    book: Path, committed: Callable[..., None], when: str, shown: str
) -> None:
    write(book, "content/en/note.md", NOTE.replace("kind: note", "kind: note\nreview_every: 30 days").format("a"))
    committed(when=when)
    assert shown in (built(book) / "playbooks/note.html").read_text()


def _detached(book: Path) -> None:
    subprocess.run(["git", "checkout", "-q", "--detach"], cwd=book, check=True)


def _no_commit(book: Path) -> None:
    shutil.rmtree(book / ".git")
    subprocess.run(["git", "init", "-q"], cwd=book, check=True)


def _damaged(book: Path) -> None:
    (book / ".git/HEAD").write_text("nonsense")


def _objects_gone(book: Path) -> None:
    shutil.rmtree(book / ".git/objects")


def _elsewhere(book: Path) -> None:
    """A `.git` that leads to another repository, which is not there."""
    shutil.rmtree(book / ".git")
    (book / ".git").write_text("gitdir: ../../../nowhere\n")


def _bare(book: Path) -> None:
    subprocess.run(["git", "config", "core.bare", "true"], cwd=book, check=True)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a repository to somebody else")
def test_a_repository_of_somebody_else_is_not_asked_and_the_page_says_so(
    book: Path, committed: Callable[..., None], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    committed()
    empty = tmp_path / "no-settings"
    empty.write_text("")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    for each in (book, book / ".git"):
        os.chown(each, 12345, 12345)
    page = (built(book) / "playbooks/note.html").read_text()
    assert "The playbook was added" not in page
    assert "nobody knows who changed this playbook" in page


@pytest.mark.parametrize("spoil", [_detached, _no_commit, _damaged, _objects_gone, _elsewhere, _bare])
def test_a_repository_in_any_state_stops_no_build(
    book: Path, committed: Callable[..., None], monkeypatch: pytest.MonkeyPatch, spoil: Callable[[Path], None]
) -> None:
    committed()
    spoil(book)
    monkeypatch.setenv("GIT_DIR", "/nowhere")
    monkeypatch.setenv("GIT_WORK_TREE", "/")
    page = (built(book) / "playbooks/note.html").read_text()
    known = spoil in {_detached, _bare}
    assert ("The playbook was added" in page) == known


def test_a_release_names_a_file_that_git_has_and_the_folder_has_not(
    book: Path, committed: Callable[..., None]
) -> None:
    odd = os.fsdecode(b"content/en/\xff\x1b.txt")
    (book / odd).write_text("x")
    committed()
    (book / odd).unlink()
    ended = run_here("release", "a", "--project", book)
    assert (ended.code, "(not-committed)" in ended.err, "\x1b" in ended.text) == (1, True, False)
    ended = run_here("release", "a", "-q", "--allow-dirty", "--project", book)
    assert ended.code == 0, ended.text
    assert "\ufffd" in (book / "site/a/manifest.json").read_text()
    assert run_here("verify", "--project", book).code == 0
