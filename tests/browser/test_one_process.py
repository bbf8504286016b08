"""How the browser's tests are run: several processes would each build the starter handbook and open a browser."""

import os

import pytest
from playwright.sync_api import Browser


@pytest.mark.skipif("PYTEST_XDIST_WORKER" not in os.environ, reason="there is one process")
def test_all_tests_with_a_browser_are_run_by_one_process(browser: Browser, request: pytest.FixtureRequest) -> None:
    assert browser.is_connected()
    assert request.node.nodeid.endswith("@browser")
