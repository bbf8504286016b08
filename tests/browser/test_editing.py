"""A handbook edited on disk with its pages open: playbooks, templates, style, exports, and the mistakes in them."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from open_pages import stayed, uncomplaining, until
from playwright.sync_api import Browser, Page, expect

from funnelbook.bundled import bundled
from serving import Served, following

sys.path.insert(0, str(Path(__file__).parents[1] / "cli"))
from small_handbook import CONFIG, DEALS, PLAYBOOK, lay

NOTE, MONTH = "latest/playbooks/note.html", "latest/2026-01/index.html"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return lay(tmp_path_factory.mktemp("edited") / "handbook")


@pytest.fixture(scope="module")
def served(folder: Path) -> Iterator[Served]:
    with following(folder) as made:
        yield made


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page that must not complain of anything."""
    with uncomplaining(browser, viewport={"width": 900, "height": 700}) as made:
        made.context.set_default_timeout(30_000)
        yield made


def opened(page: Page, served: Served, path: str) -> Page:
    page.goto(served.url + path)
    page.evaluate("window.stayed = true")
    return page


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def test_a_saved_playbook_shows_without_loading(page: Page, served: Served, folder: Path) -> None:
    opened(page, served, NOTE)
    page.locator("nav.versions a").wait_for()
    write(folder / "content/en/note.md", PLAYBOOK.replace("within an hour", "within a *day*"))
    expect(page.locator("main em")).to_have_text("day", timeout=30_000)
    assert stayed(page)
    write(folder / "content/en/note.md", PLAYBOOK)
    expect(page.locator("main em")).to_have_count(0, timeout=30_000)
    assert stayed(page)


def test_mistakes_of_every_kind_are_told_with_their_lines_and_mended(
    page: Page, served: Served, folder: Path
) -> None:
    opened(page, served, NOTE)
    dialog = page.get_by_role("dialog")
    base = (bundled("templates") / "base.html").read_text("utf-8")
    mistakes = {
        "content/en/note.md": (PLAYBOOK.replace("(other.md)", "(nothing.md)"), PLAYBOOK, "content/en/note.md:8"),
        "funnelbook.toml": (CONFIG.replace("Europe/Moscow", "Europe/Nowhere"), CONFIG, "funnelbook.toml:4:"),
        "templates/base.html": (base.replace("{{ site }}</a>", "{{ site ]}</a>"), base, "templates/base.html:"),
        "content/exports/deals.csv": ("deal_id,ZQ7\n1,ZQ7\n", DEALS, "content/exports/deals.csv"),
    }
    for name, (wrong, right, place) in mistakes.items():
        write(folder / name, wrong)
        expect(dialog).to_contain_text(place, timeout=30_000)
        excerpt = dialog.locator("pre")
        assert excerpt.count() == (0 if name.endswith(".csv") else 1)
        assert page.locator("h1").inner_text() == "Note to self"
        write(folder / name, right)
        expect(dialog).to_have_count(0, timeout=30_000)
    assert stayed(page)
    (folder / "templates/base.html").unlink()


def test_several_mistakes_at_once_are_all_told(page: Page, served: Served, folder: Path) -> None:
    opened(page, served, NOTE)
    for name in ("note", "other"):
        write(folder / f"content/en/{name}.md", PLAYBOOK.replace("(other.md)", f"(no-{name}.md)"))
    dialog = page.get_by_role("dialog")
    expect(dialog.locator("li")).to_have_count(2, timeout=30_000)
    for name in ("note", "other"):
        write(folder / f"content/en/{name}.md", PLAYBOOK)
    expect(dialog).to_have_count(0, timeout=30_000)


def test_a_template_and_a_style_sheet_are_followed_and_a_live_chart_stays(
    page: Page, served: Served, folder: Path
) -> None:
    opened(page, served, MONTH)
    figure = page.locator("figure[data-chart]").first
    figure.locator("button").first.click()
    figure.locator(".chart-live svg").wait_for()
    page.evaluate("window.drawn = document.querySelector('.chart-live svg')")
    page.locator("details.behind summary").first.click()
    base = (bundled("templates") / "base.html").read_text("utf-8")
    write(
        folder / "templates/base.html", base.replace('<p class="quiet">', '<p class="quiet"><b id="new">New</b> ')
    )
    expect(page.locator("#new")).to_be_attached(timeout=30_000)
    write(
        folder / "templates/assets/site.css",
        (bundled("templates") / "assets/site.css").read_text() + "#new{top:7px}",
    )
    expect(page.locator("#new")).to_have_css("top", "7px", timeout=30_000)
    assert page.evaluate("window.drawn.isConnected && !window.drawn.closest('.chart-live').hidden")
    assert page.locator("details.behind").first.get_attribute("open") is not None
    assert stayed(page)
    (folder / "templates/base.html").unlink()
    (folder / "templates/assets/site.css").unlink()
    expect(page.locator("#new")).to_have_count(0, timeout=30_000)


def test_a_live_chart_is_drawn_anew_when_its_numbers_change(page: Page, served: Served, folder: Path) -> None:
    opened(page, served, MONTH)
    figure = page.locator("figure[data-chart]").first
    figure.locator("button").first.click()
    figure.locator(".chart-live svg").wait_for()
    drawn = figure.locator(".chart-live svg").text_content()
    page.evaluate("window.drawn = document.querySelector('.chart-live svg')")
    more = "".join(
        f"{n},2026-01-0{n} 11:00:00,lost,lost,2026-01-2{n} 10:00:00,900,Anna,ads,price\n" for n in range(5, 10)
    )
    write(folder / "content/exports/deals.csv", DEALS + more)
    until(page, "!window.drawn.isConnected")
    figure.locator(".chart-live svg").wait_for()
    assert figure.locator(".chart-live svg").text_content() != drawn
    assert figure.locator("picture").is_hidden()
    write(folder / "content/exports/deals.csv", DEALS)
    expect(figure.locator(".chart-live svg")).to_have_text(str(drawn), timeout=30_000)
    assert stayed(page)


def test_a_renamed_playbook_says_so_on_its_open_page(page: Page, served: Served, folder: Path) -> None:
    write(folder / "content/en/third.md", PLAYBOOK)
    opened(page, served, "latest/playbooks/index.html")
    expect(page.locator("a[href='third.html']").first).to_be_attached(timeout=30_000)
    opened(page, served, "latest/playbooks/third.html")
    (folder / "content/en/third.md").rename(folder / "content/en/fourth.md")
    expect(page.get_by_role("dialog")).to_contain_text("no longer in the handbook", timeout=30_000)
    page.get_by_role("dialog").get_by_role("link").click()
    page.wait_for_url("**/latest/playbooks/index.html")
    assert page.locator("a[href='fourth.html']").count() >= 1
    (folder / "content/en/fourth.md").unlink()
