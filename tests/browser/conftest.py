"""The starter handbook, laid and built once as a user does it, opened in a real Chromium."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from commands import run_here
from serving import files_of, serving


@pytest.fixture(scope="session")
def started(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that `funnelbook new` laid and built."""
    folder = tmp_path_factory.mktemp("starter") / "handbook"
    ended = run_here("new", folder)
    assert ended.code == 0, ended.text
    return folder


@pytest.fixture(scope="session")
def site(started: Path) -> Path:
    """The folder of the starter handbook's built site."""
    return started / "site" / "latest"


@pytest.fixture(scope="session")
def address(site: Path) -> Iterator[str]:
    """Where the site is served, with the server's own headers."""
    with serving(files_of(site), site.parent) as served:
        yield f"{served.url}latest/"


@pytest.fixture(scope="session")
def month(site: Path) -> str:
    """The newest complete month: the one before the month that `latest` ends in."""
    months = sorted(entry.name for entry in site.iterdir() if entry.name[:2] == "20")
    return months[-2]
