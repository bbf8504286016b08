"""An open page that must not complain, and what tests ask of it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from playwright.sync_api import Browser, Error, Page


@contextmanager
def uncomplaining(browser: Browser, **context: Any) -> Iterator[Page]:
    """A page in a context of its own; fails at the end when its console told of an error or a script raised one."""
    complaints: list[str] = []
    opened = browser.new_context(**context)
    made = opened.new_page()
    made.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    made.on("pageerror", lambda error: complaints.append(str(error)))
    yield made
    opened.close()
    assert complaints == []


def until(page: Page, expression: str) -> None:
    """Waits as Playwright would, which evaluates texts in the page and so breaks its policy. A page that is just
    being loaded anew is asked again.
    """
    for _ in range(600):
        with suppress(Error):
            if page.evaluate(expression):
                return
        time.sleep(0.05)
    raise AssertionError(f"never: {expression}")


def stayed(page: Page) -> bool:
    """Whether it was not loaded anew since `window.stayed` was set."""
    return bool(page.evaluate("window.stayed === true"))
