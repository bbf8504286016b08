"""A site kept in memory follows its project, and is what a clean build makes."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "cli"))

from small_handbook import PLAYBOOK, lay

from funnelbook.errors import ProjectError
from funnelbook.publish.kept import KeptSite
from funnelbook.publish.observer import Silent


def test_follows_a_saved_playbook(tmp_path: Path) -> None:
    folder = lay(tmp_path)
    kept = KeptSite(folder, Silent())
    assert b"Ring back" in kept.make().files["playbooks/note.html"]
    note = folder / "content/en/note.md"
    note.write_text(PLAYBOOK.replace("Ring back", "Write"))
    assert b"Write within an hour" in kept.make(frozenset({note})).files["playbooks/note.html"]


def test_goes_on_once_a_mistake_is_mended(tmp_path: Path) -> None:
    folder = lay(tmp_path)
    kept = KeptSite(folder, Silent())
    before = kept.make().files
    config = folder / "funnelbook.toml"
    text = config.read_text()
    config.write_text(text.replace("lang", "tongue"))
    with pytest.raises(ProjectError):
        kept.make(frozenset({config}))
    config.write_text(text)
    assert kept.make(frozenset({config})).files == before
