"""A small handbook of its own for each test that changes it, one shared for those that only read."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from small_handbook import lay

from commands import run_here


@pytest.fixture
def handbook(tmp_path: Path) -> Callable[..., Path]:
    return lambda **files: lay(tmp_path / "handbook", **files)


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A handbook that was built once; only for reading."""
    folder = lay(tmp_path_factory.mktemp("built"))
    assert run_here("build", "--project", folder).code == 0
    return folder
