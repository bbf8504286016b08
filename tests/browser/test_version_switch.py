"""The switch of versions in a real browser: over HTTP and from a folder, with scripts and without."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from open_pages import uncomplaining
from playwright.sync_api import Browser, Page

from funnelbook import project
from funnelbook.publish.build import Wanted, build, release
from funnelbook.publish.observer import Silent
from funnelbook.publish.store import roll_back
from serving import files_of, serving

sys.path.insert(0, str(Path(__file__).parents[1] / "cli"))
from small_handbook import CONFIG, DEALS, lay

TITLE = "</script><img src=x onerror=alert(1)> February"
LATER = DEALS.replace(",1000,", ",1500,") + "5,2026-03-02 10:00:00,Request received,open,,700,Boris,site,\n"


@pytest.fixture(scope="module")
def released(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site with an old release (no March in it), the newest release, and a later build."""
    config = CONFIG.replace('lang = "en"', 'lang = ["en", "ru"]')
    folder = lay(tmp_path_factory.mktemp("released") / "handbook", **{"funnelbook.toml": config})
    out = folder / "site"
    release(project.load(folder), out, Silent(), Wanted("2026-01", TITLE))
    (folder / "content/exports/deals.csv").write_text(LATER, encoding="utf-8")
    release(project.load(folder), out, Silent(), Wanted("2026-03"))
    build(project.load(folder), out, Silent())
    return out


@pytest.fixture(scope="module", params=["http", "file"])
def root(released: Path, request: pytest.FixtureRequest) -> Iterator[str]:
    if request.param == "file":
        yield f"file://{released}/"
        return
    with serving(files_of(released / "latest"), released) as served:
        yield served.url


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page that must not complain of anything: no blocked script, no file that is not there."""
    with uncomplaining(browser) as made:
        yield made


def choose(page: Page, title: str) -> None:
    page.locator("nav.versions summary").click()
    page.locator("nav.versions li a", has_text=title).click()


@pytest.mark.parametrize("language", ["", "ru/"])
def test_the_reader_stays_on_the_same_page_of_another_version(page: Page, root: str, language: str) -> None:
    page.goto(f"{root}latest/{language}2026-01/index.html#restated")
    choose(page, "February")
    page.wait_for_url(f"{root}2026-01/{language}2026-01/index.html#restated")
    choose(page, "2026-03")
    page.wait_for_url(f"{root}2026-03/{language}2026-01/index.html#restated")


@pytest.mark.parametrize("language", ["", "ru/"])
def test_a_page_that_the_version_has_not_leads_to_its_home(page: Page, root: str, language: str) -> None:
    page.goto(f"{root}latest/{language}2026-03/index.html")
    choose(page, "February")
    page.wait_for_url(f"{root}2026-01/{language}index.html")


def test_an_old_version_is_marked_and_leads_to_the_latest(page: Page, root: str) -> None:
    page.goto(f"{root}latest/2026-01/index.html")
    assert page.locator(".old-version").is_hidden()
    page.goto(f"{root}2026-01/2026-01/index.html")
    assert TITLE in page.locator(".old-version").inner_text()
    page.locator(".old-version a").click()
    page.wait_for_url(f"{root}latest/2026-01/index.html")


def test_the_list_names_every_version_and_marks_where_the_reader_is(page: Page, root: str) -> None:
    page.goto(f"{root}2026-03/index.html")
    page.locator("nav.versions summary").click()
    assert page.locator("nav.versions li").all_inner_texts() == ["Latest version", "2026-03", TITLE]
    assert page.locator("nav.versions [aria-current]").inner_text() == "2026-03"
    page.keyboard.press("Escape")
    assert page.locator("nav.versions ul").is_hidden()


def test_without_scripts_a_link_leads_to_the_list_of_versions(browser: Browser, root: str) -> None:
    page = browser.new_context(java_script_enabled=False).new_page()
    page.goto(f"{root}2026-01/ru/2026-01/index.html")
    assert page.locator(".old-version").is_hidden()
    page.locator("nav.versions a").click()
    assert page.url == f"{root}versions.html#ru"
    assert page.locator("#ru a").all_inner_texts() == ["Последняя версия", "2026-03", TITLE]
    page.locator("#ru a", has_text="2026-03").click()
    assert page.url == f"{root}2026-03/ru/index.html"
    page.goto(f"{root}index.html")
    page.wait_for_url(f"{root}latest/index.html")


def test_what_a_release_published_stands_beside_what_is_so_today(page: Page, root: str) -> None:
    page.goto(f"{root}latest/2026-01/index.html")
    assert f"Restated since version “{TITLE[:79]}" in page.locator("p.restated").inner_text()
    assert "revenue €1,000 → €1,500" in page.locator("p.restated").inner_text()
    cells = page.locator("#restated tbody tr").first.locator("th, td").all_inner_texts()
    assert cells == ["Revenue", "€1,000", "€1,500", "+€500"]
    page.goto(f"{root}2026-01/2026-01/index.html")
    assert page.locator("p.restated").count() == 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_switch_the_mark_and_the_list_are_accessible(browser: Browser, root: str, scheme: str) -> None:
    page = browser.new_context(bypass_csp=True, color_scheme=scheme).new_page()  # type: ignore[arg-type]  # a literal
    for path in ("latest/2026-01/index.html", "2026-01/ru/2026-01/index.html", "versions.html"):
        page.goto(root + path)
        if path != "versions.html":
            page.locator("nav.versions summary").click()
        found = Axe().run(page)
        assert found.violations_count == 0, f"{path}: {found.generate_report()}"


@pytest.mark.parametrize("width", [390, 1440])
def test_the_open_list_fits_the_window(browser: Browser, root: str, width: int) -> None:
    page = browser.new_context(viewport={"width": width, "height": 800}).new_page()
    for path in ("2026-01/2026-01/index.html", "versions.html"):
        page.goto(root + path)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        if path != "versions.html":
            page.locator("nav.versions summary").click()
            box = page.locator("nav.versions ul").bounding_box()
            assert box
            assert box["x"] >= 0
            assert box["x"] + box["width"] <= width


def test_after_a_rollback_the_pages_tell_which_version_is_the_latest(
    page: Page, released: Path, tmp_path: Path
) -> None:
    out = tmp_path / "site"
    shutil.copytree(released, out, symlinks=True)
    roll_back("2026-01", out)
    page.goto(f"file://{out}/2026-03/index.html")
    assert "2026-03" in page.locator(".old-version").inner_text()
    page.goto(f"file://{out}/2026-01/index.html")
    assert page.locator(".old-version").is_hidden()
