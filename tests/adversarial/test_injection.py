"""Names from a CRM, prose and titles that mean harm: text on every page, and never anything else."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hostile_handbook import export, lay, site_of
from playwright.sync_api import Browser, Locator, Page

from commands import run_here
from serving import files_of, serving

#: The site that they share is built once.
pytestmark = pytest.mark.xdist_group("browser")

SCRIPT = "</script><script>window.PWN=1</script>"
HOSTILE = (
    SCRIPT, "<!--<script>", '" onmouseover="window.PWN=1', "' onfocus='window.PWN=1' x='", "`${window.PWN=1}`",
    "a onmouseover=window.PWN=1", "<img src=x onerror=window.PWN=1>", "]]><svg onload=window.PWN=1>", "&lt;b&gt;",
    "{{ 7*191 }}", '{% include "/etc/passwd" %}', "{{ cycler.__init__.__globals__.os }}", "${7*191}", "#{7*191}",
    "__proto__", "constructor", "toString", "hasOwnProperty",
    "datum['x'] + (window.PWN=1)", "x'] + alert(1) + datum['",
    '{"signal":"window.PWN=1"}', '{"expr":"window.PWN=1"}', '{"url":"http://evil.example/x"}', "\u2028\u2029",
    "\u202eesrever", "\u200b\u200b", "javascript:window.PWN=1", "=1+1", "../../../etc/passwd", "long " * 2_000,
)  # fmt: skip
PLAYBOOK = """---
title: '<script>window.PWN=1</script> {{ 7*191 }} "onload="x'
kind: note
owner: '<img src=x onerror=window.PWN=1>'
---

{{ 7*191 }} {% include "/etc/passwd" %} <b>not bold</b> `<script>window.PWN=1</script>`

```js"><script>window.PWN=1</script>
<script>window.PWN=1</script>
```

## getElementById <img src=x onerror=window.PWN=1>
"""
#: Every attribute that the theme's pages, and the charts in them, may have.
ATTRIBUTES = {
    "alt", "charset", "class", "colspan", "content", "datetime", "decoding", "dir", "download", "height", "hidden",
    "href", "hreflang", "id", "lang", "loading", "media", "name", "open", "rel", "role", "rowspan", "scope",
    "sizes", "src", "http-equiv", "srcset", "tabindex", "title", "type", "width", "defer",
    "autocapitalize", "autocomplete", "enterkeyhint", "for", "maxlength",
}  # fmt: skip
ELEMENTS_NEVER = {"iframe", "object", "embed", "base", "form", "style"}


@dataclass(frozen=True)
class Opened:
    """A page of the site in a browser, and what it complained of and asked for."""

    page: Page
    complaints: list[str]
    asked: list[str]


class Strict(HTMLParser):
    """Collects what a page holds."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    names = dict.fromkeys(("owner", "source", "loss_reason"), HOSTILE)
    deals = export(60, days=30, **names, stage=HOSTILE[:6], pipeline=(SCRIPT, "{{ 7*191 }}", "<!--<script>"))
    folder = lay(
        tmp_path_factory.mktemp("hostile"),
        {"content/exports/<img src=x onerror=window.PWN=1>.csv": deals, "content/en/note.md": PLAYBOOK},
        title="</title><script>window.PWN=1</script>",
    )
    ended = run_here("build", "--project", folder)
    assert ended.code == 0, ended.text
    return site_of(folder)


@pytest.fixture(scope="module")
def address(site: Path) -> Iterator[str]:
    with serving(files_of(site), site.parents[1]) as served:
        yield f"{served.url}latest/"


@pytest.fixture
def opened(browser: Browser) -> Iterator[Opened]:
    context = browser.new_context()
    found = Opened(context.new_page(), [], [])
    found.page.on(
        "console", lambda message: found.complaints.append(message.text) if message.type == "error" else None
    )
    found.page.on("pageerror", lambda error: found.complaints.append(str(error)))
    found.page.on("request", lambda request: found.asked.append(request.url))
    found.page.on("dialog", lambda dialog: found.complaints.append(dialog.message))
    yield found
    context.close()


def sweep(page: Page, picture: Locator) -> None:
    """Moves the pointer over the whole picture, so that tooltips appear."""
    box = picture.bounding_box()
    assert box is not None
    for across in range(1, 8):
        for down in range(1, 5):
            page.mouse.move(box["x"] + box["width"] * across / 8, box["y"] + box["height"] * down / 5)


def paths(site: Path) -> list[str]:
    return sorted(path.relative_to(site).as_posix() for path in site.rglob("*.html"))


def test_every_page_has_only_what_the_theme_writes(site: Path) -> None:
    for path in paths(site):
        found = Strict()
        found.feed((site / path).read_text(encoding="utf-8"))
        assert found.tags.count("html") == found.tags.count("body") == found.tags.count("main") == 1, path
        assert not ELEMENTS_NEVER & set(found.tags), path
        scripts = found.tags.count("script")
        assert scripts == sum(tag == "script" and name == "src" for tag, name, _ in found.attributes), path
        strange = {
            (tag, name)
            for tag, name, _ in found.attributes
            if name not in ATTRIBUTES and not name.startswith(("aria-", "data-"))
        }
        assert strange == set(), path
        for _, name, value in found.attributes:
            if name in {"href", "src", "srcset"}:
                assert ":" not in value, path
                assert not value.startswith(("//", "\\")), path


def test_no_template_and_no_expression_of_a_cell_is_computed(site: Path) -> None:
    """7 times 191 is 1337."""
    for path in sorted(site.rglob("*")):
        if path.suffix in {".html", ".csv", ".json"}:
            text = path.read_text(encoding="utf-8")
            assert "root:" not in text, path
            assert "{{ 7*191 }}1337" not in text, path
    note = next(site.glob("playbooks/note*.html")).read_text(encoding="utf-8")
    assert "1337" not in note
    assert "{{ 7*191 }}" in note


def test_the_tables_hold_every_name_whole(site: Path) -> None:
    rows = json.loads((site / "data" / "monthly.json").read_text(encoding="utf-8"))
    told = {row["member"] for row in rows if row["dimension"] == "owner"}
    missing = {name.strip() for name in HOSTILE if name.strip("\u200b\u2028\u2029 ")} - told
    assert missing == set()


@pytest.mark.slow
def test_no_page_runs_anything_of_theirs(site: Path, address: str, opened: Opened) -> None:
    for path in paths(site):
        answer = opened.page.goto(address + path)
        assert answer is not None
        assert answer.status == 200
        assert opened.page.evaluate("window.PWN") is None, path
        assert opened.page.locator("footer").count() == 1, path
    assert opened.complaints == []
    assert [url for url in opened.asked if not url.startswith((address.removesuffix("latest/"), "data:"))] == []


@pytest.mark.slow
def test_no_live_chart_runs_anything_of_theirs(site: Path, address: str, opened: Opened) -> None:
    month = min(path.name for path in site.iterdir() if path.name.startswith("20"))
    for path in (f"{month}/index.html", "losses.html", "pipelines/1/index.html"):
        opened.page.goto(address + path)
        figures = opened.page.locator("figure[data-chart]")
        for index in range(figures.count()):
            figure = figures.nth(index)
            figure.scroll_into_view_if_needed()
            figure.locator("button.chart-explore").click()
            figure.locator(".chart-live svg").wait_for()
            sweep(opened.page, figure.locator(".chart-live svg"))
        inside = opened.page.evaluate(
            "[...document.querySelectorAll('.chart-live *, .chart-tooltip *')].map(e => e.localName)"
        )
        assert not {"script", "img", "iframe", "foreignobject"} & {name.lower() for name in inside}
        assert opened.page.evaluate("window.PWN") is None, path
        assert opened.page.evaluate("[window.view, window.VEGA_DEBUG].every(each => each === undefined)")
    assert opened.complaints == []
    assert [url for url in opened.asked if not url.startswith((address.removesuffix("latest/"), "data:"))] == []
