"""What must not come out by a side door: messages of commits, and playbooks that nobody meant to publish."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from hostile_handbook import site_of
from private_handbook import handbook, playbook

from commands import run_here


def commit(folder: Path, subject: str) -> None:
    env = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    env |= {f"GIT_{who}_{what}": value for who in ("AUTHOR", "COMMITTER") for what, value in
            (("NAME", "Ann"), ("EMAIL", "ann@example.org"), ("DATE", "1772359200 +0000"))}  # fmt: skip
    for arguments in (["init", "-q"], ["add", "content/en"], ["commit", "-q", "-m", subject]):
        subprocess.run(["git", *arguments], cwd=folder, env=env, check=True, capture_output=True)


def test_a_customer_named_in_the_message_of_a_commit_is_not_published(tmp_path: Path) -> None:
    folder = handbook(tmp_path)
    commit(folder, "After the talk with Вера Щеколдина")
    ended = run_here("build", "-q", "--project", folder)
    assert ended.code == 1
    assert "the site would tell a name here" in ended.err
    assert "a message" in ended.err
    assert "Щеколдин" not in ended.text


def test_a_customer_whom_a_playbook_named_once_is_not_published(tmp_path: Path) -> None:
    folder = handbook(tmp_path, "Ring Вера Щеколдина.")
    commit(folder, "first")
    note = folder / "content/en/note.md"
    note.write_text(playbook("Ring whoever asks."))
    commit(folder, "second")
    ended = run_here("build", "-q", "--project", folder)
    assert ended.code == 1
    assert "playbooks/note.html" in ended.err
    assert "a playbook as it was" in ended.err


def test_there_are_no_drafts_and_whoever_writes_one_is_told(tmp_path: Path) -> None:
    """A draft is a file that is not there yet: in a branch, or outside content/."""
    folder = handbook(tmp_path)
    note = folder / "content/en/note.md"
    note.write_text(note.read_text().replace("title: Note", "title: Note\ndraft: true"))
    ended = run_here("build", "-q", "--project", folder)
    assert ended.code == 1
    assert ended.err.startswith("content/en/note.md:3:1: ")
    assert not (folder / "site" / "latest").exists()


def test_a_page_out_of_the_search_is_still_a_page(tmp_path: Path) -> None:
    """There is no search over the site yet that `index: false` could keep a page out of."""
    folder = handbook(tmp_path)
    note = folder / "content/en/note.md"
    note.write_text(note.read_text().replace("title: Note", "title: Note\nindex: false"))
    assert run_here("build", "-q", "--project", folder).code == 0
    assert (site_of(folder) / "playbooks" / "note.html").is_file()
    assert not list(site_of(folder).rglob("*search*"))
