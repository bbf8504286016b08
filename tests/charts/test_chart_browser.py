"""Charts come alive in Chromium under a strict policy, from a server and from a folder."""

from __future__ import annotations

import functools
import html
import http.server
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from chart_rows import rows_for
from playwright.sync_api import Browser, Page

from funnelbook.charts import DRAWINGS, Chart, draw, mark_of, runtime, specs_js
from funnelbook.language import Words
from funnelbook.memory import Memory

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

ASSETS = Path(__file__).parents[2] / "templates/assets"
POLICY = "; ".join(
    ["default-src 'self'", "img-src 'self' data:", "object-src 'none'", "base-uri 'none'", "frame-ancestors 'self'"]
)
STAGES = ("<img src=x onerror=alert(1)>", "Offer sent", "Terms agreed")


def figure(chart: Chart, mark: str) -> str:
    narrow = f'srcset="{chart.id}-narrow.svg" width="{chart.width_narrow}" height="{chart.height_narrow}"'
    wide = f'src="{chart.id}.svg" alt="{html.escape(chart.alt)}" width="{chart.width}" height="{chart.height}"'
    return (
        f'<figure class="chart" data-chart="{chart.id}" data-runtime="vega.js" data-specs="specs.js?{mark}">'
        f'<picture><source media="(max-width: 40em)" {narrow}><img {wide} decoding="async"></picture>'
        f"<figcaption>{html.escape(chart.title)} "
        '<button type="button" class="chart-explore" hidden>Explore</button></figcaption></figure>'
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A page with every chart."""
    folder, memory = tmp_path_factory.mktemp("page"), Memory(None)
    charts = [draw(name, rows_for(name, stages=STAGES), Words("en"), id=name, memory=memory) for name in DRAWINGS]
    for chart in charts:
        (folder / f"{chart.id}.svg").write_text(chart.svg)
        (folder / f"{chart.id}-narrow.svg").write_text(chart.svg_narrow or "")
    for name in ("charts.js", "charts.css"):
        shutil.copyfile(ASSETS / name, folder / name)
    (folder / "vega.js").write_bytes(runtime(memory))
    (folder / "specs.js").write_bytes(specs_js(charts))
    for name, mark in (("page.html", mark_of(charts)), ("older.html", "00000000")):
        (folder / name).write_text(
            '<!doctype html><html lang="en"><meta charset="utf-8"><title>Charts</title>'
            f'<meta http-equiv="Content-Security-Policy" content="{POLICY.rsplit(";", 1)[0]}">'
            '<link rel="icon" href="data:,"><link rel="stylesheet" href="charts.css">'
            '<script src="charts.js" defer></script><body>' + "".join(figure(chart, mark) for chart in charts)
        )
    return folder


class Handler(http.server.SimpleHTTPRequestHandler):
    def end_headers(self) -> None:
        self.send_header("Content-Security-Policy", POLICY)
        super().end_headers()

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture(scope="module")
def address(folder: Path) -> Iterator[str]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Handler, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/page.html"
    server.shutdown()
    server.server_close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page that remembers every complaint of the browser in `said`."""
    opened = browser.new_page(viewport={"width": 800, "height": 700})
    yield opened
    opened.close()


def complaints(page: Page) -> list[str]:
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    return said


def draw_all(page: Page) -> None:
    page.evaluate("document.querySelectorAll('.chart-explore').forEach((button) => button.click())")
    page.wait_for_selector(f":nth-match(.chart-live svg, {len(DRAWINGS)})")


@pytest.mark.parametrize("served", [True, False], ids=["server", "folder"])
def test_every_chart_draws_without_a_violation(page: Page, address: str, folder: Path, served: bool) -> None:
    said = complaints(page)
    page.goto(address if served else (folder / "page.html").as_uri())
    height = "document.documentElement.scrollHeight"
    before = page.evaluate(height)
    draw_all(page)
    assert said == []
    assert page.evaluate(height) == before
    assert page.evaluate("[typeof window.vega, typeof window.view, typeof window.VEGA_DEBUG]") == ["undefined"] * 3


def test_nothing_is_loaded_before_a_wish(page: Page, address: str) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url.rsplit("/", 1)[1].partition("?")[0]))
    page.goto(address)
    assert not {"vega.js", "specs.js"} & set(asked)
    page.locator("[data-chart=flow] picture").click()
    page.wait_for_selector("[data-chart=flow] .chart-live svg")
    assert {"vega.js", "specs.js"} <= set(asked)


def test_a_page_of_another_build_keeps_its_pictures(page: Page, address: str) -> None:
    """It was opened before the site was published again: its tables are not those of the newer charts."""
    said = complaints(page)
    page.goto(address.replace("page.html", "older.html"))
    with page.expect_console_message(lambda message: "another build" in message.text):
        page.locator("[data-chart=flow] picture").click()
    assert page.locator("[data-chart=flow] picture").is_visible()
    assert page.locator(".chart-live").count() == 0
    assert all("another build" in each for each in said)  # a click and the pointer on its way there ask both


def test_hovering_draws_and_tells_as_text(page: Page, address: str) -> None:
    page.goto(address)
    page.locator("[data-chart=funnel] picture").hover()
    page.wait_for_selector("[data-chart=funnel] .chart-live svg")
    page.mouse.move(120, 60)
    page.mouse.move(130, 62)
    bubble = page.wait_for_selector(".chart-tooltip")
    assert bubble
    told = bubble.text_content() or ""
    assert told.startswith(STAGES[0])
    assert "Lost:" in told
    assert page.locator("img[src=x]").count() == 0
    page.keyboard.press("Escape")
    assert page.locator(".chart-tooltip").count() == 0


def test_a_keyboard_draws_a_chart(page: Page, address: str) -> None:
    page.goto(address)
    page.locator("[data-chart=revenue] .chart-explore").focus()
    page.keyboard.press("Enter")
    page.wait_for_selector("[data-chart=revenue] .chart-live svg")
    assert page.evaluate("document.activeElement.className") == "chart-live"


def test_a_click_on_the_legend_emphasises_a_series(page: Page, address: str) -> None:
    page.goto(address)
    page.locator("[data-chart=parties] picture").click()
    page.wait_for_selector("[data-chart=parties] .chart-live svg")
    faded = "document.querySelectorAll('[data-chart=parties] .chart-live [opacity=\"0.15\"]').length"
    assert page.evaluate(faded) == 0
    page.locator(
        "[data-chart=parties] .chart-live .legend_marks path, [data-chart=parties] .chart-live .legend path"
    ).first.click()
    page.wait_for_selector('[data-chart=parties] .chart-live [opacity="0.15"]')


def test_a_phone_gets_the_narrow_drawing(browser: Browser, address: str) -> None:
    phone = browser.new_page(viewport={"width": 390, "height": 800})
    phone.goto(address)
    phone.locator("[data-chart=flow] picture").click()
    phone.wait_for_selector("[data-chart=flow] .chart-live svg")
    assert phone.evaluate("document.querySelector('.chart-live svg').getAttribute('width')") == "358"
    phone.close()


@pytest.mark.parametrize(("scheme", "ink"), [("light", "rgb(31, 35, 40)"), ("dark", "rgb(230, 237, 243)")])
def test_live_charts_follow_the_scheme(browser: Browser, address: str, scheme: str, ink: str) -> None:
    page = browser.new_page(color_scheme="dark" if scheme == "dark" else "light")
    page.goto(address)
    page.locator("[data-chart=flow] picture").click()
    page.wait_for_selector("[data-chart=flow] .chart-live svg")
    assert (
        page.evaluate("getComputedStyle(document.querySelector('.chart-live text[font-weight=bold]')).fill") == ink
    )
    page.close()
