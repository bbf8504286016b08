"""One browser for all tests of a process: Playwright's sync interface allows no second one beside it.

What costs a run its time is done once: a module's fixtures are made in one process alone, charts are drawn by the
process that tests, and what was imported is not looked through for garbage again and again.
"""

from __future__ import annotations

import gc
import os
import shutil
from collections.abc import Iterator
from unittest import mock

import pytest
from playwright.sync_api import Browser, sync_playwright

os.environ["POLARS_MAX_THREADS"] = "1"  # tables of tests are small: threads would only wait for one another
import polars as pl

import drawn
import one_core
from funnelbook.publish import ahead

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run", "--disable-sync"]
#: A name that is not ours and leads to this machine.
FLAGS += ["--host-resolver-rules=MAP evil.example 127.0.0.1"]


def pytest_configure(config: pytest.Config) -> None:
    """What handbooks of tests draw is kept for others, and for the next run."""
    one_core.stay(os.environ.get("PYTEST_XDIST_WORKER", ""))
    assert pl.thread_pool_size() == 1  # made now
    mock.patch.object(pl, "thread_pool_size", return_value=2).start()  # readers still share their work out
    del os.environ["POLARS_MAX_THREADS"]  # commands that tests start have as many as a user's
    ahead._WORTH_IT = 1_000_000  # processes that help would only take the cores from other tests
    gc.set_threshold(50_000)
    kept = getattr(config, "cache", None)  # none with `-p no:cacheprovider`
    if kept is not None:
        drawn.keep_in(kept.mkdir("drawn"))


def pytest_collection_finish() -> None:
    gc.freeze()


def pytest_runtest_teardown() -> None:
    drawn.collect()


@pytest.hookimpl(tryfirst=True)  # xdist reads the groups in the same hook
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Browser tests are marked so, and kept in one process, as those are that share a module's fixture; long tests
    begin first.
    """
    in_browser = {item.path for item in items if needs_browser(item)}
    for item in items:
        if needs_browser(item):
            item.add_marker(pytest.mark.browser)
        if needs_browser(item) or (item.path in in_browser and shares_with_its_module(item)):
            item.add_marker(pytest.mark.xdist_group("browser"))
        elif shares_with_its_module(item):
            item.add_marker(pytest.mark.xdist_group(item.nodeid.partition("::")[0]))
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)


def needs_browser(item: pytest.Item) -> bool:
    return "browser" in getattr(item, "fixturenames", ())


def shares_with_its_module(item: pytest.Item) -> bool:
    defined = item._fixtureinfo.name2fixturedefs if isinstance(item, pytest.Function) else {}
    return any(each.scope == "module" for all_of_a_name in defined.values() for each in all_of_a_name)


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
