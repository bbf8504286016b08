"""One browser for all tests of a process: Playwright's sync interface allows no second one beside it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

import drawn

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run", "--disable-sync"]
#: A name that is not ours and leads to this machine.
FLAGS += ["--host-resolver-rules=MAP evil.example 127.0.0.1"]


def pytest_configure(config: pytest.Config) -> None:
    """What handbooks of tests draw is kept for others, and for the next run."""
    kept = getattr(config, "cache", None)  # none with `-p no:cacheprovider`
    if kept is not None:
        drawn.keep_in(kept.mkdir("drawn"))


def pytest_runtest_teardown() -> None:
    drawn.collect()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Browser tests are marked so, and kept in one process; long tests begin first."""
    for item in items:
        if "browser" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.xdist_group("browser"))
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium; without one the tests are skipped, but not in CI."""
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if path is None:
        if os.environ.get("CI"):
            pytest.fail("no Chromium, and CI must have one")
        pytest.skip("no Chromium on this machine")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield opened
        opened.close()
