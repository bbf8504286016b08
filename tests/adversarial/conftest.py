"""A handbook with a release, whose charts are remembered: each copy of it is built quickly."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from hostile_handbook import export, lay
from playbook_pages import CANARY, DEALS, NOTE

from commands import run_here


@pytest.fixture(scope="session")
def standing(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Only for copying. It has one playbook, content/en/note.md, and the release `a`."""
    files = {DEALS: export(6, days=20), "content/en/note.md": NOTE}
    folder = lay(tmp_path_factory.mktemp("standing") / "handbook", files)
    assert run_here("release", "a", "-q", "--project", folder).code == 0
    return folder


@pytest.fixture
def book(standing: Path, tmp_path: Path) -> Path:
    """A copy without its site; a file of somebody's lies beside it."""
    folder = tmp_path / "up" / "handbook"
    shutil.copytree(standing, folder, symlinks=True, ignore=shutil.ignore_patterns("site"))
    (folder.parent / "secret.png").write_text(CANARY)
    return folder
