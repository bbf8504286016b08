"""Who changed a playbook last, and when: from git, whatever the repository is like."""

from __future__ import annotations

import os
import shutil
import subprocess
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from funnelbook.handbook import Playbook, aims_of, git_names, read_history, review_due, reviews_of
from funnelbook.handbook import history as histories
from funnelbook.memory import Memory
from funnelbook.model.aims import Aim
from funnelbook.model.reviews import Reviews

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="no git on this machine")
ZONE = ZoneInfo("Europe/Moscow")


class Repository:
    """A repository whose commits bear fixed names and times."""

    def __init__(self, root: Path) -> None:
        self.root = root
        root.mkdir(parents=True, exist_ok=True)
        self.git("init", "-q", "-b", "main")

    def git(self, *arguments: str, day: int = 1, author: str = "Анна") -> str:
        when = f"2026-03-{day:02d}T22:30:00+00:00"
        env = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
        env |= {f"GIT_{who}_{what}": value for who in ("AUTHOR", "COMMITTER") for what, value in
                (("NAME", author), ("EMAIL", "anna@example.com"), ("DATE", when))}  # fmt: skip
        command = ["git", "-c", "protocol.file.allow=always", *arguments]
        return subprocess.run(command, cwd=self.root, env=env, capture_output=True, text=True, check=True).stdout

    def commit(self, day: int, author: str = "Анна", **files: str) -> None:
        for name, text in files.items():
            path = self.root / "content" / "ru" / f"{name}.md"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-m", f"<script> {day}", day=day, author=author)


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return Repository(tmp_path / "book")


def days(root: Path) -> dict[str, int]:
    return {path: change.at.day for path, change in read_history(root).items()}


def test_the_last_change_of_each_file(repository: Repository) -> None:
    repository.commit(1, one="1", two="1")
    repository.commit(5, "Борис & Ко", two="2")
    found = read_history(repository.root)
    assert {path: (each.author, each.at.day) for path, each in found.items()} == {
        "content/ru/one.md": ("Анна", 1),
        "content/ru/two.md": ("Борис & Ко", 5),
    }
    assert found["content/ru/two.md"].at == datetime(2026, 3, 5, 22, 30, tzinfo=UTC)
    assert found["content/ru/two.md"].day(ZONE) == date(2026, 3, 6)


def test_what_is_not_committed_changes_nothing(repository: Repository) -> None:
    repository.commit(1, one="1")
    before = read_history(repository.root)
    (repository.root / "content/ru/one.md").write_text("dirty")
    (repository.root / "content/ru/new.md").write_text("untracked")
    repository.git("add", "-A")
    assert read_history(repository.root) == before


def test_a_renamed_file_keeps_its_change_until_its_text_changes(repository: Repository) -> None:
    repository.commit(1, one="1")
    repository.git("mv", "content/ru/one.md", "content/ru/two.md")
    repository.commit(3)
    repository.git("mv", "content/ru/two.md", "content/ru/три.md")
    repository.commit(4)
    assert days(repository.root)["content/ru/три.md"] == 1
    repository.commit(6, три="2", one="another file of the old name")
    assert days(repository.root)["content/ru/три.md"] == 6
    assert days(repository.root)["content/ru/one.md"] == 6


def test_names_of_any_kind(repository: Repository) -> None:
    names = [
        "не дозвонились",
        "--output=evil",
        'a"b',
        "tab\tnew\nline",
        "R100",
        "a" * 40,
        "*",
        ":(exclude)x",
        "{0}",
    ]
    repository.commit(1, **dict.fromkeys(names, "1"))
    repository.commit(2, **dict.fromkeys(names[::2], "2"))
    expected = {f"content/ru/{name}.md": 2 if names.index(name) % 2 == 0 else 1 for name in names}
    assert days(repository.root) == expected
    assert sorted(path.name for path in repository.root.iterdir()) == [".git", "content"]


def test_a_merge_changes_what_its_commits_changed(repository: Repository) -> None:
    repository.commit(1, one="1", two="1")
    repository.git("switch", "-q", "-c", "side")
    repository.commit(2, one="2")
    repository.git("switch", "-q", "main")
    repository.commit(3, two="2")
    repository.git("merge", "-q", "--no-edit", "side", day=9)
    assert days(repository.root) == {"content/ru/one.md": 2, "content/ru/two.md": 3}


def test_a_handbook_below_the_top_of_a_repository(repository: Repository) -> None:
    below = repository.root / "sales" / "book"
    (below / "content/ru").mkdir(parents=True)
    (below / "content/ru/one.md").write_text("1")
    repository.commit(4, other="not ours")
    assert days(below) == {"content/ru/one.md": 4}


def test_a_shallow_clone_knows_only_what_lies_above_its_cut(repository: Repository, tmp_path: Path) -> None:
    repository.commit(1, one="1", two="1")
    repository.commit(2, one="2")
    repository.commit(3, two="3")
    clone = tmp_path / "clone"
    repository.git("clone", "-q", "--depth", "2", f"file://{repository.root}", str(clone))
    assert days(clone) == {"content/ru/two.md": 3}
    assert days(repository.root) == {"content/ru/one.md": 2, "content/ru/two.md": 3}


def test_nothing_is_known_without_a_repository_commits_or_git(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert read_history(tmp_path) == {}
    assert read_history(tmp_path / "nowhere") == {}
    empty = Repository(tmp_path / "empty")
    assert read_history(empty.root) == {}
    empty.commit(1, one="1")
    assert days(empty.root) == {"content/ru/one.md": 1}
    monkeypatch.setenv("PATH", str(tmp_path))
    assert read_history(empty.root) == {}


def test_the_settings_of_a_repository_and_of_the_caller_run_and_change_nothing(
    repository: Repository, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    repository.commit(1, one="1")
    canary = tmp_path / "ran"
    script = tmp_path / "script"
    script.write_text(f"#!/bin/sh\ntouch {canary}\n")
    script.chmod(0o755)
    settings = {
        "core.fsmonitor": str(script), "core.pager": str(script), "diff.external": str(script),
        "gpg.program": str(script), "log.showSignature": "true", "diff.word.textconv": str(script),
        "core.quotepath": "true", "diff.noprefix": "true", "format.pretty": "%s", "log.follow": "true",
        "diff.renames": "copies", "color.ui": "always", "log.decorate": "full", "diff.orderFile": str(script),
    }  # fmt: skip
    for name, value in settings.items():
        repository.git("config", name, value)
    (repository.root / ".gitattributes").write_text("*.md diff=word\n")
    monkeypatch.setenv("GIT_DIR", "/nowhere")
    monkeypatch.setenv("GIT_EXTERNAL_DIFF", str(script))
    assert days(repository.root) == {"content/ru/one.md": 1}
    assert not canary.exists()


def playbook(name: str, every: int | None) -> Playbook:
    return Playbook(name, f"content/ru/{name}.md", name, "note", "ru", review_every=every)


def test_a_review_is_overdue_after_its_last_day(repository: Repository) -> None:
    """Changed on 6 March in Moscow: ten days later is the 16th, on which it is not overdue yet."""
    repository.commit(5, one="1", two="1", free="1")
    history = read_history(repository.root)
    books = [playbook("one", 10), playbook("two", 90), playbook("free", None), playbook("new", 5)]
    assert [review_due(each, history.get(each.path), ZONE) for each in books] == [
        date(2026, 3, 16), date(2026, 6, 4), None, None,
    ]  # fmt: skip
    on_the_day, after = datetime(2026, 3, 16, 20, 59, tzinfo=UTC), datetime(2026, 3, 16, 21, tzinfo=UTC)
    assert reviews_of(books, history, on_the_day, ZONE) == Reviews(2, 0, 1)
    assert reviews_of(books, history, after, ZONE) == Reviews(2, 1, 1)
    assert reviews_of(books, {}, after, ZONE) is None
    assert reviews_of(books[2:3], history, after, ZONE) is None


def versions(root: Path, path: str = "content/ru/one.md") -> list[tuple[int, str, str]]:
    """Day, text before, text after of each version, newest first."""
    history = read_history(root)
    texts = {"": ""} | dict(history.texts)
    return [
        (each.change.at.day, texts.get(each.before, "?"), texts.get(each.blob, "?"))
        for each in history.versions(path)
    ]


def test_every_version_with_the_text_before_and_after_it(repository: Repository) -> None:
    repository.commit(1, one="a", two="x")
    repository.commit(2, two="y")
    repository.commit(3, one="b", two="y")
    repository.commit(4, one="c")
    assert versions(repository.root) == [(4, "b", "c"), (3, "a", "b"), (1, "", "a")]
    newest = read_history(repository.root).versions("content/ru/one.md")[0].change
    assert (newest.author, newest.subject, len(newest.commit)) == ("Анна", "<script> 4", 40)


def test_only_the_newest_versions_have_their_texts(repository: Repository) -> None:
    for day in range(1, 8):
        repository.commit(day, one=f"text {day}")
    told = versions(repository.root)
    assert told[:3] == [(7, "text 6", "text 7"), (6, "text 5", "text 6"), (5, "text 4", "text 5")]
    assert told[3:] == [(4, "?", "text 4"), (3, "?", "?"), (2, "?", "?"), (1, "", "?")]


def test_a_file_is_followed_through_renames_and_small_changes_but_not_into_another(repository: Repository) -> None:
    text = "".join(f"line {number}\n" for number in range(40))
    repository.commit(1, old=text)
    repository.commit(2, old=text + "more\n")
    repository.git("mv", "content/ru/old.md", "content/ru/one.md")
    repository.commit(3)
    repository.git("mv", "content/ru/one.md", "content/ru/two.md")
    repository.commit(4, two=text + "and more\n")
    repository.commit(5, old="a new file of the old name")
    assert [day for day, _, _ in versions(repository.root, "content/ru/two.md")] == [4, 2, 1]
    assert [day for day, _, _ in versions(repository.root, "content/ru/old.md")] == [5]
    repository.git("rm", "-q", "content/ru/old.md")
    repository.commit(6)
    assert versions(repository.root, "content/ru/old.md") == []
    repository.commit(7, old="once more")
    assert versions(repository.root, "content/ru/old.md") == [(7, "", "once more")]


def test_a_merge_is_a_version_where_it_says_what_no_side_said(repository: Repository) -> None:
    repository.commit(1, one="1", two="1")
    repository.git("switch", "-q", "-c", "side")
    repository.commit(2, one="2", two="2")
    repository.git("switch", "-q", "main")
    repository.commit(3, one="3")
    with pytest.raises(subprocess.CalledProcessError):
        repository.git("merge", "-q", "side", day=9)
    repository.commit(9, one="both")
    assert [day for day, _, _ in versions(repository.root)] == [9, 3, 2, 1]
    assert versions(repository.root)[0][2] == "both"
    assert read_history(repository.root).is_committed("content/ru/one.md", git_names(b"both")) is True


def test_what_is_not_committed_is_told_apart(repository: Repository) -> None:
    repository.commit(1, one="a\nb\n")
    history = read_history(repository.root)
    told = [
        history.is_committed("content/ru/one.md", git_names(raw)) for raw in (b"a\nb\n", b"a\r\nb\r\n", b"a\nc\n")
    ]
    assert told == [True, True, False]
    assert history.is_committed("content/ru/new.md", git_names(b"")) is False
    assert read_history(repository.root / "nowhere").is_committed("content/ru/one.md", git_names(b"")) is None


def test_a_shallow_clone_says_where_its_history_is_cut(repository: Repository, tmp_path: Path) -> None:
    repository.commit(1, one="1", two="1")
    repository.commit(2, one="2")
    repository.commit(3, two="3")
    clone = tmp_path / "clone"
    repository.git("clone", "-q", "--depth", "2", f"file://{repository.root}", str(clone))
    history = read_history(clone)
    assert [each.change.at.day for each in history.versions("content/ru/two.md")] == [3]
    assert [history.is_cut(f"content/ru/{name}.md") for name in ("one", "two")] == [True, True]
    assert history.is_committed("content/ru/one.md", git_names(b"2")) is True
    assert not read_history(repository.root).is_cut("content/ru/one.md")


def test_why_nothing_is_known(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert read_history(tmp_path).missing == "no-repository"
    empty = Repository(tmp_path / "empty")
    assert read_history(empty.root).missing == "no-commits"
    monkeypatch.setenv("PATH", str(tmp_path))
    assert read_history(empty.root).missing == "no-git"


def test_a_commit_is_asked_of_git_once(repository: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    memory = Memory(repository.root / ".funnelbook" / "cache")
    repository.commit(1, one="1", две="\udc80".encode("utf-8", "surrogateescape").decode("latin-1"))
    repository.commit(2, one="2")
    first = read_history(repository.root, memory=memory)
    asked = []
    monkeypatch.setattr(histories, "pasts_of", lambda *_: asked.append("log"))
    monkeypatch.setattr(histories, "texts_of", lambda *_: asked.append("texts"))
    again = read_history(repository.root, memory=memory)
    assert (again.pasts, again.texts, asked) == (first.pasts, first.texts, [])
    repository.commit(3, one="3")
    read_history(repository.root, memory=memory)
    assert asked == ["log"]


def test_what_playbooks_aim_at_and_since_when(repository: Repository) -> None:
    """Two commits of one Moscow day are one version; dates in the front matter stand for the commits."""
    repository.commit(1, one="1", two="1")
    repository.git("commit", "-q", "--allow-empty", "-m", "nothing")
    repository.commit(5, one="2")
    repository.commit(5, one="3")
    said = date(2026, 1, 9)
    books = [
        Playbook("two", "content/ru/two.md", "two", "note", "ru", aims_at="win_rate", effective=(said,)),
        Playbook("one", "content/ru/one.md", "one", "note", "ru", stage=("Offer",), aims_at="decided"),
        Playbook("free", "content/ru/free.md", "free", "note", "ru"),
    ]
    assert aims_of(books, read_history(repository.root), ZONE) == (
        Aim("one", "decided", ("Offer",), (date(2026, 3, 2), date(2026, 3, 6))),
        Aim("two", "win_rate", (), (said,)),
    )
