"""The search in a real browser: under the server's own policy and from a folder, with scripts and without."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from urllib.parse import quote

import pytest
from axe_playwright_python.sync_playwright import Axe
from open_pages import uncomplaining, until
from playwright.sync_api import Browser, Page

from funnelbook import project
from funnelbook.publish.build import build
from funnelbook.publish.observer import Silent
from serving import files_of, following, serving

sys.path.insert(0, str(Path(__file__).parents[1] / "cli"))
from small_handbook import CONFIG, lay

TITLE = "</script><img src=x onerror=alert(1)> <b>Bold</b>"
HOSTILE = "<img src=x onerror=alert(1)>"

BODY = """---
title: '{title}'
kind: note
---

{text}

## Что сказать сразу

{after}
"""


def playbook(title: str, text: str, after: str = "Слушаем дальше.") -> str:
    return BODY.format(title=title, text=text, after=after)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    config = CONFIG.replace('lang = "en"', 'lang = ["ru", "en"]')
    many = {f"content/ru/many-{number}.md": playbook(f"Правило {number}", "Зебра.") for number in range(30)}
    texts = {
        "content/ru/call.md": playbook("Первый звонок", "Сделка начинается с бегемота.", "Скидку не называем."),
        "content/ru/hostile.md": playbook(TITLE, f"Жираф и {HOSTILE} в тексте."),
    }
    folder = lay(tmp_path_factory.mktemp("searched") / "handbook", **{"funnelbook.toml": config, **texts, **many})
    build(project.load(folder), folder / "site", Silent())
    return folder / "site"


@pytest.fixture(scope="module", params=["http", "file"])
def root(built: Path, request: pytest.FixtureRequest) -> Iterator[str]:
    if request.param == "file":
        yield f"file://{built}/latest/"
        return
    with serving(files_of(built / "latest"), built) as served:
        yield f"{served.url}latest/"


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    with uncomplaining(browser) as made:
        yield made


def found(page: Page, root: str, query: str, language: str = "") -> list[str]:
    page.goto(f"{root}{language}search.html?q={quote(query)}")
    return page.locator(".found h2").all_inner_texts()


@pytest.mark.parametrize("word", ["сделка", "сделки", "сделкой", "СДЕЛОК", "сделк"])
def test_a_word_is_found_in_every_form(page: Page, root: str, word: str) -> None:
    assert found(page, root, word)[0] == "Сделка"
    assert found(page, root, f"{word} бегемотом") == ["Первый звонок"]
    assert page.locator(".found mark").all_inner_texts() == ["Сделка", "бегемота"]


def test_more_words_find_what_has_all_of_them_and_lead_to_its_section(page: Page, root: str) -> None:
    assert found(page, root, "звонка скидками") == ["Первый звонок"]
    assert page.locator(".search-says").inner_text() == "Найдено: 1"
    assert page.locator(".found .where").inner_text() == "Регламенты · Заметки · Что сказать сразу"
    assert page.locator(".found mark").all_inner_texts() == ["звонок", "Скидку"]
    page.locator(".found .where a").click()
    assert page.url.endswith("playbooks/call.html#" + quote("h-что-сказать-сразу"))
    assert page.locator(":target").inner_text() == "Что сказать сразу"


def test_without_all_words_the_nearest_is_shown_and_told_to_be_so(page: Page, root: str) -> None:
    assert found(page, root, "жираф синхрофазотрон") == [TITLE]
    assert page.locator(".search-says").inner_text() == "Всех этих слов вместе нет нигде. Ближе всего (1):"


def test_english_endings_terms_and_pages_of_numbers_are_found(page: Page, root: str) -> None:
    assert "Deal" in found(page, root, "deals", "en/")
    page.locator(".found a", has_text="Deal").first.click()
    assert "/en/glossary.html#" in page.url
    assert "Losses and refusals" in found(page, root, "refusing script", "en/")


def test_nothing_found_is_said(page: Page, root: str) -> None:
    assert found(page, root, "синхрофазотрон") == []
    assert page.locator(".search-says").inner_text() == "По запросу «синхрофазотрон» ничего не найдено."


@pytest.mark.parametrize(
    "query", [HOSTILE, "</script><script>alert(1)</script>", "'\"><svg onload=alert(1)>", "${q}"]
)
def test_a_hostile_query_is_text(page: Page, root: str, query: str) -> None:
    page.on("dialog", lambda dialog: pytest.fail("a script ran"))
    found(page, root, query)
    assert page.locator("#search-words").input_value() == query
    assert page.locator("main img, main svg, main script:not([src])").count() == 0


def test_a_hostile_title_and_text_are_text(page: Page, root: str) -> None:
    page.on("dialog", lambda dialog: pytest.fail("a script ran"))
    assert found(page, root, "жираф bold onerror") == [TITLE]
    assert HOSTILE in page.locator(".found").inner_text()
    assert page.locator("main img, main b, main script:not([src])").count() == 0


def test_the_key_leads_to_the_search_and_typing_finds(page: Page, root: str) -> None:
    page.goto(f"{root}playbooks/call.html")
    page.keyboard.press("/")
    page.wait_for_url(f"{root}search.html")
    page.locator("#search-words:focus").wait_for()
    page.keyboard.type("звонки")
    page.locator(".found h2", has_text="Первый звонок").wait_for()
    page.keyboard.press("Enter")
    assert page.url == f"{root}search.html?q={quote('звонки')}"
    page.locator(".found a").first.focus()
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "search-words"


def test_the_key_can_be_switched_off(browser: Browser, root: str) -> None:
    with uncomplaining(browser) as page:
        page.goto(f"{root}search.html")
        page.locator(".search-shortcut input").uncheck()
        page.goto(f"{root}playbooks/call.html")
        page.keyboard.press("/")
        page.wait_for_timeout(200)
        assert page.url == f"{root}playbooks/call.html"


def test_many_are_shown_some_at_a_time(page: Page, root: str) -> None:
    assert len(found(page, root, "зебра")) == 20
    page.locator(".more button").click()
    assert page.locator(".found h2").count() == 30
    assert page.evaluate("document.activeElement === document.querySelectorAll('.found h2 a')[20]")
    assert page.locator(".more button").is_hidden()


def test_without_scripts_it_says_so_and_leads_to_the_lists(browser: Browser, root: str) -> None:
    page = browser.new_context(java_script_enabled=False).new_page()
    page.goto(f"{root}playbooks/call.html")
    page.locator(".to-search").click()
    assert page.locator(".search").is_hidden()
    assert "разрешите скрипты" in page.locator("noscript").inner_text()
    page.locator("noscript a", has_text="Словарь").click()
    assert page.url == f"{root}glossary.html"


def test_an_open_search_follows_a_saved_playbook(page: Page, tmp_path: Path) -> None:
    folder = lay(tmp_path / "handbook")
    with following(folder) as served:
        assert found(page, served.url + "latest/", "okapi") == []
        note = folder / "content/en/note.md"
        note.write_text(note.read_text().replace("Ring back", "The okapi rings back"))
        until(page, "document.querySelectorAll('.found h2').length === 1")
        assert page.locator(".found mark").all_inner_texts() == ["okapi"]
        assert page.locator("#search-words").input_value() == "okapi"


def test_it_loads_nothing_from_elsewhere(page: Page, root: str) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    found(page, root, "сделка")
    assert [each for each in asked if not each.startswith(root.removesuffix("latest/"))] == []


def test_what_the_pages_of_numbers_ask_and_tell_is_searched(site: Path, month: str) -> None:
    """Every heading in the program's own words, and no other."""
    script = (site / "en/search-0.js").read_text()
    entries = json.loads(script[script.index("{", script.index(",")) : script.rindex("}") + 1])["0"]
    outlines = {
        place: (text, [each for _, each in headings]) for place, _, kind, headings, text in entries if kind == 0
    }
    newest = next(place for place in outlines if re.match(r"\d{4}-", place))
    outlines[f"{month}/index.html"] = outlines.pop(newest)  # that has as much to tell as a month can
    numbers = {path.relative_to(site / "en").as_posix() for path in (site / "en").glob("*.html")}
    others = {"index.html", "glossary.html", "search.html"}
    assert numbers - others <= outlines.keys()
    for place, (question, told) in outlines.items():
        page = (site / "en" / place).read_text()
        if 'h1 class="question"' in page:
            assert question in headings_of(page, "1")
        shown = headings_of(page, "[23]") - SHARED
        assert shown == set(told), place


#: What stands on many pages.
SHARED = {"What to do about it", "All pipelines together", "People, over all pipelines", "At a glance"}


def headings_of(page: str, level: str) -> set[str]:
    """Those that no name of a CRM stands in, without the verdicts of numbers."""
    found = re.findall(rf"<h{level}[^>]*>(.*?)</h{level}>", page, re.S)
    texts = [re.sub(r"<span.*</span>", "", each, flags=re.S) for each in found if "<bdi>" not in each]
    return {unescape(re.sub(r"<[^>]+>", "", each)).strip() for each in texts}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1440])
def test_it_is_accessible_and_fits_the_window(browser: Browser, root: str, scheme: str, width: int) -> None:
    context = browser.new_context(bypass_csp=True, color_scheme=scheme, viewport={"width": width, "height": 800})  # type: ignore[arg-type]  # a literal
    page = context.new_page()
    for query in ("", "сделка", "синхрофазотрон", "ж" * 200):
        found(page, root, query)
        report = Axe().run(page)
        assert report.violations_count == 0, f"{query}: {report.generate_report()}"
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    context.close()
