"""What a reader's browser makes of the starter site."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

WIDTHS = (390, 1440)
#: What axe checks; and those checks that look at colours: nothing else of a page follows the reader's scheme.
ALL: dict[str, object] = {"resultTypes": ["violations"]}
COLOURS = {**ALL, "runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}}


def pages_of_each_kind(site: Path, month: str) -> list[str]:
    """One page of each kind in both languages."""
    kinds = ["index.html", f"{month}/index.html", "losses.html", "leads.html", "data/index.html", "glossary.html"]
    kinds += [
        "plan.html",
        "sellers.html",
        "capacity.html",
        "comebacks.html",
        "cost.html",
        "mistakes.html",
        "effects.html",
        "today.html",
        "pipelines/index.html",
        "pipelines/1/index.html",
        "pipelines/1/stage-4.html",
        "playbooks/index.html",
        "search.html",
    ]
    kinds += ["playbooks/objection-expensive.html"]
    return [prefix + kind for kind in kinds for prefix in ("", "en/")]


def watched(browser: Browser, **context: object) -> tuple[Page, list[str], list[str]]:
    """A page, the complaints of its console, and the addresses it asked for."""
    page = browser.new_context(**context).new_page()  # type: ignore[arg-type]  # options of new_context
    complaints: list[str] = []
    asked: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    return page, complaints, asked


@pytest.mark.xdist_group("browser")
def test_a_new_handbook_is_built_at_once(started: Path) -> None:
    latest = started / "site" / "latest"
    assert (latest / "index.html").is_file()
    assert (latest / "en" / "index.html").is_file()
    assert "/site/" in (started / ".gitignore").read_text()


def test_no_page_breaks_the_policy_or_asks_the_network(
    browser: Browser, site: Path, address: str, month: str
) -> None:
    page, complaints, asked = watched(browser)
    for path in pages_of_each_kind(site, month):
        assert (page.goto(address + path) or pytest.fail(path)).status == 200, path
    assert complaints == []
    assert [url for url in asked if not url.startswith((address.removesuffix("latest/"), "data:"))] == []


def test_every_page_is_accessible(browser: Browser, site: Path, address: str, month: str) -> None:
    page = browser.new_context(bypass_csp=True).new_page()
    for path in pages_of_each_kind(site, month):
        page.emulate_media(color_scheme="light")
        page.goto(address + path)
        for scheme, checks in (("light", ALL), ("dark", COLOURS)):
            page.emulate_media(color_scheme=scheme)
            found = Axe().run(page, options=checks)
            assert found.violations_count == 0, f"{path} in {scheme}: {found.generate_report()}"


def test_no_page_is_wider_than_its_window(browser: Browser, site: Path, address: str, month: str) -> None:
    page = browser.new_context(viewport={"width": max(WIDTHS), "height": 900}).new_page()
    for path in pages_of_each_kind(site, month):
        page.goto(address + path)
        for opened in ("as it comes", "with all that opens"):
            for width in WIDTHS:
                page.set_viewport_size({"width": width, "height": 900})
                found = page.evaluate("document.documentElement.scrollWidth")
                assert found <= width, f"{path}, {opened}"
            page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")


def test_a_chart_becomes_interactive_when_asked(browser: Browser, address: str, month: str) -> None:
    page, complaints, _ = watched(browser)
    page.goto(f"{address}{month}/index.html")
    assert page.evaluate("performance.getEntriesByType('resource').some(e => e.name.endsWith('vega.js'))") is False
    figure = page.locator("figure[data-chart]").first
    figure.scroll_into_view_if_needed()
    figure.locator("button").first.click()
    figure.locator("svg").first.wait_for()
    assert complaints == []


def test_the_site_works_from_a_folder(browser: Browser, site: Path, month: str) -> None:
    page, complaints, _ = watched(browser)
    page.goto(f"file://{site.absolute()}/{month}/index.html")
    figure = page.locator("figure[data-chart]").first
    figure.locator("button").first.click()
    figure.locator("svg").first.wait_for()
    page.evaluate("document.querySelectorAll('img').forEach(image => { image.loading = 'eager' })")
    widths = page.evaluate("Promise.all([...document.images].map(i => i.decode().then(() => i.naturalWidth)))")
    assert len(widths) > 4
    assert all(width > 0 for width in widths)
    assert complaints == []


def test_it_reads_without_javascript(browser: Browser, address: str, month: str) -> None:
    page = browser.new_context(java_script_enabled=False).new_page()
    page.goto(f"{address}{month}/index.html")
    assert page.locator("h1").count() == 1
    assert page.locator("figure[data-chart] img").count() > 4
    assert page.locator("details.behind table").count() > 4


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("java") is None, reason="no Java on this machine: the Nu checker cannot run")
@pytest.mark.skipif(
    "VNU_JAR" not in os.environ, reason="VNU_JAR does not name the Nu checker (npm's vnu-jar has it)"
)
def test_the_nu_checker_finds_no_error(site: Path) -> None:
    command = [
        "java",
        "-Xss8m",
        "-jar",
        os.environ["VNU_JAR"],
        "--skip-non-html",
        "--errors-only",
        str(site.resolve()),
    ]
    found = subprocess.run(command, capture_output=True, text=True, check=False)
    assert found.returncode == 0, found.stderr[:4000]
