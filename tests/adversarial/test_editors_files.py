"""What editors, spreadsheets and file managers lay beside the files they are asked to write is no input."""

from __future__ import annotations

from pathlib import Path

import pytest
from hostile_handbook import export, lay, site_of

from commands import run_here

PLAYBOOK = "---\ntitle: Note\nkind: note\nowner: Head\n---\n\nText.\n"
FILES = {
    "content/exports/deals.csv": export(12, days=10),
    "content/en/note.md": PLAYBOOK,
    "templates/assets/own.css": "p {}\n",
    "templates/site.txt": "own\n",
}
#: `x` stands for the file that is being saved.
LEFT = (
    "4913", "x~", ".x.swp", "#x#", "x___jb_tmp___", "x___jb_old___", "x.vsctmp", ".goutputstream-AB12CD",
    ".~lock.x#", "~$x", ".DS_Store", "Thumbs.db", "desktop.ini",
)  # fmt: skip


@pytest.fixture(scope="module")
def books(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The same handbook, tidy, and while all its files are being edited."""
    tidy = lay(tmp_path_factory.mktemp("tidy"), FILES)
    edited = lay(tmp_path_factory.mktemp("edited"), FILES)
    for name in FILES:
        path = edited / name
        for left in LEFT:
            path.with_name(left.replace("x", path.name, 1) if "x" in left else left).write_text("left, {{ 1 }} <x>")
        path.with_name(f".#{path.name}").symlink_to("ann@host.123:456")
    return tidy, edited


def test_the_site_is_the_same_while_its_files_are_edited(books: tuple[Path, Path]) -> None:
    manifests = []
    for folder in books:
        ended = run_here("build", "-q", "--project", folder)
        assert ended.code == 0, ended.text
        manifests.append((site_of(folder) / "manifest.json").read_bytes())
    assert manifests[0] == manifests[1]


def test_check_has_nothing_against_files_that_are_edited(books: tuple[Path, Path]) -> None:
    told = [run_here("check", "--project", folder).err.replace(str(folder), "") for folder in books]
    assert told[0] == told[1]


def test_a_release_names_no_such_file_among_its_inputs(books: tuple[Path, Path]) -> None:
    inputs = []
    for folder in books:
        ended = run_here("release", "a", "-q", "--project", folder)
        assert ended.code == 0, ended.text
        inputs.append((folder / "site/a/manifest.json").read_bytes())
    assert inputs[0] == inputs[1]


def test_another_link_is_still_refused(books: tuple[Path, Path]) -> None:
    link = books[1] / "content/en/.note.md"
    link.symlink_to("/etc/passwd")
    ended = run_here("build", "-q", "--project", books[1])
    link.unlink()
    assert ended.code == 1
    assert "symlink" in ended.err
