"""What is shipped: the wheel holds the package, the theme and the starter handbook, all of it and nothing else."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SHIPPED = {
    "generator/funnelbook/": "funnelbook/",
    "templates/": "funnelbook/_bundled/templates/",
    "content/": "funnelbook/_bundled/content/",
    "starter/": "funnelbook/_bundled/starter/",
    "funnelbook.toml": "funnelbook/_bundled/funnelbook.toml",
}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    return zipfile.ZipFile(next(folder.glob("*.whl")))


def ours() -> set[str]:
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, check=False)
    if listed.returncode:
        pytest.skip("not a git checkout: nothing to compare the wheel with")
    return {name for name in listed.stdout.decode().split("\0") if name and (ROOT / name).is_file()}


def test_the_wheel_holds_the_checkout_holds_and_nothing_else(wheel: zipfile.ZipFile) -> None:
    expected = {
        inside + name[len(outside) :]
        for name in ours()
        for outside, inside in SHIPPED.items()
        if name.startswith(outside)
    }
    found = {name for name in wheel.namelist() if ".dist-info/" not in name}
    assert found == expected


def test_the_licence_and_the_command_are_in_the_wheel(wheel: zipfile.ZipFile) -> None:
    names = wheel.namelist()
    assert any(name.endswith("licenses/LICENSE") for name in names)
    entry = next(name for name in names if name.endswith("entry_points.txt"))
    assert b"funnelbook = funnelbook.cli:run" in wheel.read(entry)
