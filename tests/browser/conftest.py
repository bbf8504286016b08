"""The starter handbook, built once, opened in a real Chromium."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from funnelbook import project
from funnelbook.publish.build import build
from funnelbook.publish.observer import Silent
from serving import files_of, serving

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the starter handbook's built site."""
    folder = tmp_path_factory.mktemp("starter")
    shutil.copytree(ROOT / "content", folder / "content")
    shutil.copyfile(ROOT / "funnelbook.toml", folder / "funnelbook.toml")
    built = build(project.load(folder), folder / "site", Silent())
    return built.published.folder


@pytest.fixture(scope="session")
def address(site: Path) -> Iterator[str]:
    """Where the site is served, with the server's own headers."""
    with serving(files_of(site), site.parent) as served:
        yield f"{served.url}latest/"


@pytest.fixture(scope="session")
def month(site: Path) -> str:
    """The newest complete month: the one before the month that `latest` ends in."""
    months = sorted(entry.name for entry in site.resolve().iterdir() if entry.name[:2] == "20")
    return months[-2]
