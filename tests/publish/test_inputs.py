"""What a release says it was made from, and that uncommitted work is told."""

from __future__ import annotations

import os
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import pytest

from funnelbook import project
from funnelbook.errors import PublishError
from funnelbook.publish.inputs import nameless, open_plainly, read_inputs

sys.path.insert(0, str(Path(__file__).parents[1] / "cli"))
from small_handbook import DEALS, lay


def git(folder: Path, *arguments: str) -> str:
    who = ["-c", "user.name=Ann", "-c", "user.email=ann@example.org", "-c", "init.defaultBranch=main"]
    done = subprocess.run(["git", *who, *arguments], cwd=folder, check=True, capture_output=True, text=True)
    return done.stdout.strip()


def committed(folder: Path, **files: str) -> Path:
    """A handbook in a repository whose exports git leaves out, as `funnelbook new` lays it."""
    lay(folder, **{".gitignore": "/site/*\n/.funnelbook/\n/content/exports/\n", **files})
    git(folder, "init", "-q")
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", "first")
    return folder


def dirty(folder: Path) -> tuple[str, ...] | None:
    return read_inputs(project.load(folder)).dirty


def test_every_input_is_named_with_its_hash(tmp_path: Path) -> None:
    folder = committed(
        tmp_path / "book", **{"templates/home.html": "<p>own</p>", "content/exports/README.md": "note"}
    )
    found = read_inputs(project.load(folder))
    assert list(found.files) == [
        "funnelbook.toml",
        "content/en/note.md",
        "content/en/other.md",
        "templates/home.html",
        "content/exports/deals.csv",
        "content/exports/stages.csv",
    ]
    deals = found.files["content/exports/deals.csv"]
    assert (deals.sha256, deals.size) == (sha256(DEALS.encode()).hexdigest(), len(DEALS.encode()))
    assert found.commit == git(folder, "rev-parse", "HEAD")
    assert found.dirty == ()


def test_without_git_or_a_commit_nothing_is_said_of_it(tmp_path: Path) -> None:
    folder = lay(tmp_path / "book")
    found = read_inputs(project.load(folder))
    assert (found.commit, found.dirty) == (None, None)
    git(folder, "init", "-q")
    found = read_inputs(project.load(folder))
    assert (found.commit, found.dirty) == (None, None)


def test_changed_added_staged_and_removed_files_are_dirty(tmp_path: Path) -> None:
    folder = committed(tmp_path / "book", **{"notes.txt": "beside"})
    (folder / "notes.txt").write_text("not an input")
    (folder / "content/exports/deals.csv").write_text(DEALS + "\n")  # left out by .gitignore: the hash tells of it
    (folder / "content/en/.note.md.swp").write_text("an editor's")
    assert dirty(folder) == ()
    (folder / "content/en/note.md").write_text("changed")
    (folder / "content/en/new.md").write_text("new")
    (folder / "content/en/staged.md").write_text("staged")
    git(folder, "add", "content/en/staged.md")
    (folder / "content/en/other.md").unlink()
    assert dirty(folder) == (
        "content/en/new.md", "content/en/note.md", "content/en/other.md", "content/en/staged.md",
    )  # fmt: skip


def test_a_change_that_git_was_told_to_overlook_is_still_told(tmp_path: Path) -> None:
    folder = committed(tmp_path / "book")
    git(folder, "update-index", "--assume-unchanged", "funnelbook.toml")
    with (folder / "funnelbook.toml").open("a") as file:
        file.write("\n# changed\n")
    assert git(folder, "status", "--porcelain") == ""
    assert dirty(folder) == ("funnelbook.toml",)


def test_no_program_that_a_repository_names_is_run(tmp_path: Path) -> None:
    folder = committed(tmp_path / "book")
    canary = tmp_path / "canary"
    (folder / ".gitattributes").write_text("* filter=evil\n")
    for name in ("filter.evil.clean", "filter.evil.smudge", "core.fsmonitor", "diff.external"):
        git(folder, "config", name, f"touch {canary}; cat")
    (folder / "content/en/note.md").write_text("changed")
    assert dirty(folder) == ("content/en/note.md",)
    assert not canary.exists()


def test_a_handbook_below_the_repository_counts_its_own_files_only(tmp_path: Path) -> None:
    committed(tmp_path / "top" / "book")
    top = tmp_path / "top"
    (top / "book" / ".git").rename(top / "gone")
    git(top, "init", "-q")
    (top / "code.py").write_text("1")
    git(top, "add", "book", "code.py")
    git(top, "commit", "-qm", "all")
    (top / "code.py").write_text("2")
    assert dirty(top / "book") == ()
    (top / "book" / "content/en/note.md").write_text("changed")
    assert dirty(top / "book") == ("content/en/note.md",)


def test_odd_names_are_told_as_they_are(tmp_path: Path) -> None:
    folder = committed(tmp_path / "book", **{'content/en/a "b"\t\nc.txt': "x", "content/en/-é.txt": "x"})
    assert dirty(folder) == ()
    (folder / "content/en/-é.txt").write_text("y")
    assert dirty(folder) == ("content/en/-é.txt",)


def test_what_is_no_plain_file_is_refused_and_not_left_open(tmp_path: Path) -> None:
    def held() -> int:
        return len(list(Path("/proc/self/fd").iterdir()))

    os.mkfifo(tmp_path / "pipe")
    before = held()
    for path in (tmp_path, tmp_path / "pipe"):
        with pytest.raises(OSError), open_plainly(path):
            pass
    assert held() == before


def test_a_link_among_the_inputs_is_refused(tmp_path: Path) -> None:
    folder = lay(tmp_path / "book")
    (folder / "content/en/secret.md").symlink_to("/etc/passwd")
    with pytest.raises(PublishError, match="cannot be read"):
        read_inputs(project.load(folder))


def test_a_manifest_names_no_export_for_its_name_may_be_a_customers(tmp_path: Path) -> None:
    folder = committed(tmp_path / "book", **{".gitignore": "", "content/exports/2026-03-05/Ann Secret.csv": DEALS})
    (folder / "content/exports/stages.csv").unlink()
    (folder / "content/exports/deals.csv").write_text(DEALS + "\n")
    told = nameless(read_inputs(project.load(folder)))
    assert [name for name in told.files if "exports" in name] == ["content/exports/2", "content/exports/1"]
    assert told.dirty == ("content/exports/2", "content/exports/3")
