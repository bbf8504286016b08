"""A page that is open follows what is shown: patched in place, with all that its reader did kept."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from open_pages import stayed, uncomplaining, until
from playwright.sync_api import Browser, Page, expect

from funnelbook.errors import Finding, Place
from funnelbook.serve.access import Where
from funnelbook.serve.mistakes import mistakes_of
from serving import Served, serving

HEAD = (
    '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>t</title>'
    '<link rel="icon" href="data:,"><link rel="stylesheet" href="assets/site.css">'
    '<script src="own.js" defer></script></head><body><main>'
)
BODY = """
<h1>Title</h1>
<noscript><p>none</p></noscript>
<p id="first">First words here</p>
<details><summary>More</summary><p>inside</p></details>
<ul><li>one</li><li>two</li><li>three</li></ul>
<label>Name <input name="n" value="a"></label>
<p id="far">far below</p>
<p><img id="pic" src="pic.svg" alt="p"></p>
"""
SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="{0}" height="10"><rect width="{0}" height="10"/></svg>'
#: A script that makes over what was sent, as those of the theme do.
OWN = b"document.querySelector('h1').dataset.made = 'yes'; document.querySelector('main').append('made');"


def page_of(body: str = BODY, head: str = HEAD) -> bytes:
    return (head + body + "</main></body></html>").encode()


FILES = {
    "index.html": page_of(),
    "other.html": page_of("<h1>Other</h1>"),
    "assets/site.css": b"#far { margin-top: 3000px; color: rgb(1, 2, 3) }",
    "own.js": OWN,
    "pic.svg": SVG.format(10).encode(),
}
WRONG = [
    Finding(
        Place("en/note.md", 3, 1),
        "link",
        "</script><img src=x onerror=window.PWN=1>\x1b[31m",
        "mend it",
    ),
    Finding(Place("templates/base.html", 7), "template", "the template cannot be rendered", "mend the template"),
]


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    with serving(FILES, tmp_path) as made:
        yield made


@pytest.fixture
def page(browser: Browser, served: Served) -> Iterator[Page]:
    """The open page, which knows whether it was loaded again and must not complain of anything."""
    with uncomplaining(browser, viewport={"width": 900, "height": 600}) as made:
        made.goto(f"{served.url}latest/")
        made.evaluate("window.stayed = true")
        listened(served)
        yield made


def listened(served: Served, number: int = 1) -> None:
    for _ in range(250):
        if served.server.listeners == number:
            return
        time.sleep(0.02)
    raise AssertionError(f"{served.server.listeners} connections, not {number}")


def show(served: Served, body: str = BODY, **files: bytes) -> None:
    named = {name.replace("__", "/").replace("_", "."): content for name, content in files.items()}
    served.show({**FILES, "index.html": page_of(body), **named})


def test_text_is_patched_and_all_that_the_reader_did_stays(served: Served, page: Page) -> None:
    page.locator("summary").click()
    page.locator("input").fill("typed by hand")
    page.evaluate("document.querySelector('input').setSelectionRange(2, 5)")
    page.evaluate("window.scrollTo(0, 800)")
    show(served, BODY.replace("words here", "words are here").replace("far below", "far below, new"))
    expect(page.locator("#far")).to_have_text("far below, new")
    assert page.locator("#first").inner_text() == "First words are here"
    assert stayed(page)
    assert page.evaluate("window.scrollY") == 800
    assert page.locator("details").get_attribute("open") is not None
    assert page.locator("input").input_value() == "typed by hand"
    assert page.evaluate("document.activeElement.name + document.activeElement.selectionEnd") == "n5"
    assert page.locator("h1").get_attribute("data-made") == "yes"
    assert page.locator("main").inner_text().endswith("made")


def test_selected_words_stay_selected(served: Served, page: Page) -> None:
    page.evaluate("getSelection().setBaseAndExtent(first.firstChild, 6, first.firstChild, 11)")
    show(served, BODY.replace("words here", "words are here"))
    expect(page.locator("#first")).to_have_text("First words are here")
    assert page.evaluate("getSelection().toString()") == "words"


@pytest.mark.parametrize(
    "after",
    [
        "<li>zero</li><li>one</li><li>two</li><li>three</li>",
        "<li>one</li><li>three</li>",
        "<li>three</li><li>two</li><li>one</li>",
        "<li>one <b>and</b> more</li><li>2</li><li>three</li><li>four</li>",
        "",
        '<li id="a">two</li><!-- note --><li>one</li>text<li class="x y">three</li>',
    ],
)
def test_what_comes_goes_and_moves_ends_as_it_would_be_loaded(served: Served, page: Page, after: str) -> None:
    item = "<li>one</li><li>two</li><li>three</li>"
    show(served, BODY.replace(item, after) + "<p id='done'>done</p>")
    expect(page.locator("#done")).to_be_attached()
    assert page.locator("ul").inner_html() == after
    show(served, BODY)
    expect(page.locator("#done")).not_to_be_attached()
    assert page.locator("ul").inner_html() == item
    assert stayed(page)


def test_a_changed_style_sheet_is_swapped(served: Served, page: Page) -> None:
    show(served, assets__site_css=b"#far { margin-top: 3000px; color: rgb(9, 9, 9) }")
    expect(page.locator("#far")).to_have_css("color", "rgb(9, 9, 9)")
    show(served, assets__site_css=b"#far { margin-top: 3000px; color: rgb(7, 7, 7) }")
    expect(page.locator("#far")).to_have_css("color", "rgb(7, 7, 7)")
    assert page.locator('link[rel="stylesheet"]').count() == 2
    assert stayed(page)


def test_a_changed_picture_is_shown(served: Served, page: Page) -> None:
    show(served, pic_svg=SVG.format(33).encode())
    until(page, "pic.naturalWidth === 33")
    assert stayed(page)


def test_a_changed_script_loads_the_page_anew_and_keeps_what_the_reader_did(served: Served, page: Page) -> None:
    page.locator("summary").click()
    page.locator("input").fill("typed by hand")
    page.evaluate("window.scrollTo(0, 700)")
    show(served, own_js=OWN + b"window.second = true;")
    until(page, "window.second === true")
    assert not stayed(page)
    until(page, "window.scrollY === 700")
    assert page.locator("details").get_attribute("open") is not None
    assert page.locator("input").input_value() == "typed by hand"
    assert page.evaluate("document.activeElement.name") == "n"


def test_what_a_script_made_over_loads_the_page_anew(served: Served, page: Page) -> None:
    page.evaluate("document.querySelector('ul').replaceChildren('made')")
    show(served, BODY.replace("<li>one</li>", "<li>first</li>"))
    expect(page.locator("li").first).to_have_text("first")
    assert not stayed(page)


def test_mistakes_stand_over_the_last_good_page_until_they_are_mended(served: Served, page: Page) -> None:
    page.locator("input").focus()
    served.board.show(served.board.shown.failed(mistakes_of(WRONG, Path("/nowhere"))))
    dialog = page.get_by_role("dialog")
    expect(dialog).to_be_visible()
    told = dialog.inner_text()
    assert "en/note.md:3:1" in told
    assert "</script><img src=x onerror=window.PWN=1>␛[31m" in told
    assert "mend the template" in told
    assert page.evaluate("window.PWN") is None
    assert page.evaluate("document.activeElement.name") == "n"
    assert page.locator("h1").inner_text() == "Title"
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    served.board.show(served.board.shown.failed(mistakes_of(WRONG[:1], Path("/nowhere"))))
    expect(dialog).to_be_visible()
    page.reload()
    expect(dialog).to_be_visible()
    show(served)
    expect(dialog).to_have_count(0)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_mistakes_are_accessible_and_fit_a_phone(
    browser: Browser, served: Served, scheme: str, tmp_path: Path
) -> None:
    note = tmp_path / "content/en/note.md"
    note.parent.mkdir(parents=True)
    note.write_text("---\ntitle: x\n" + "long " * 100 + "\nend\n")
    wrong = [Finding(Place("en/note.md", 3, 8), "link", "leads nowhere " + "x" * 200, "mend it")]
    phone = {"bypass_csp": True, "color_scheme": scheme, "viewport": {"width": 360, "height": 640}}
    context = browser.new_context(**phone)  # type: ignore[arg-type]  # options of new_context
    page = context.new_page()
    page.goto(f"{served.url}latest/")
    served.board.show(served.board.shown.failed(mistakes_of(wrong, tmp_path)))
    expect(page.get_by_role("dialog").locator("mark")).to_have_text("n")
    found = Axe().run(page, context=".funnelbook-mistakes")
    assert found.violations_count == 0, found.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    context.close()


def test_the_fixed_words_are_in_the_language_of_the_page(served: Served, page: Page) -> None:
    served.show({**FILES, "index.html": page_of(head=HEAD.replace('"en"', '"ru"'))})
    expect(page.locator("html")).to_have_attribute("lang", "ru")
    served.board.show(served.board.shown.failed(mistakes_of(WRONG, Path("/nowhere"))))
    expect(page.get_by_role("button")).to_have_text("Скрыть")


def test_a_page_that_is_gone_says_so_and_follows_when_it_is_back(served: Served, page: Page) -> None:
    page.goto(f"{served.url}latest/other.html")
    listened(served)
    served.show({path: content for path, content in FILES.items() if path != "other.html"})
    expect(page.get_by_role("dialog")).to_contain_text("no longer in the handbook")
    assert page.get_by_role("dialog").get_by_role("link").get_attribute("href") == "/latest/index.html"
    served.show({**FILES, "other.html": page_of("<h1>Back</h1>")})
    expect(page.locator("h1")).to_have_text("Back")
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_the_page_of_a_first_build_that_fails_follows_when_it_is_mended(browser: Browser, tmp_path: Path) -> None:
    with serving(None, tmp_path) as served:
        page = browser.new_context().new_page()
        page.goto(f"{served.url}latest/")
        expect(page.locator("h1")).to_have_text("The site is being built")
        served.board.show(served.board.shown.failed(mistakes_of(WRONG, tmp_path)))
        expect(page.locator("h1")).to_have_text("The site cannot be built")
        expect(page.locator("li")).to_have_count(2)
        assert Axe().run(page).violations_count == 0
        page.evaluate("window.stayed = true")
        time.sleep(0.5)
        assert stayed(page)
        served.show(FILES)
        expect(page.locator("h1")).to_have_text("Title")
        page.context.close()


def hide(page: Page, hidden: bool) -> None:
    """As a browser does with a tab that is not looked at."""
    state = "hidden" if hidden else "visible"
    page.evaluate(
        f"Object.defineProperty(document, 'visibilityState', {{ value: '{state}', configurable: true }});"
        "document.dispatchEvent(new Event('visibilitychange'))"
    )


def test_a_hidden_tab_holds_no_connection_and_catches_up(served: Served, page: Page) -> None:
    hide(page, True)
    listened(served, 0)
    show(served, BODY.replace("First", "Second"))
    show(served, BODY.replace("First", "Third"))
    time.sleep(0.3)
    assert page.locator("#first").inner_text().startswith("First")
    hide(page, False)
    expect(page.locator("#first")).to_have_text(re.compile("^Third"))
    assert stayed(page)


def test_a_picture_that_was_not_loaded_yet_comes_with_the_text_that_it_belongs_to(
    browser: Browser, served: Served
) -> None:
    body = BODY.replace('src="pic.svg"', 'src="pic.svg" loading="lazy" width="10" height="10"')
    lazy = body.replace("<h1>", "<pre>" + 2_000 * "\n" + "</pre><h1>")
    show(served, lazy)
    page = browser.new_context(viewport={"width": 900, "height": 600}).new_page()
    page.goto(f"{served.url}latest/")
    page.evaluate("window.stayed = true")
    listened(served)
    hide(page, True)
    listened(served, 0)
    assert not page.evaluate("pic.complete")
    show(served, lazy.replace("far below", "of the new site"), pic_svg=SVG.format(33).encode())
    page.evaluate("pic.scrollIntoView()")
    until(page, "pic.complete")
    assert page.evaluate("[far.textContent, pic.naturalWidth]") == ["far below", 0]
    hide(page, False)
    until(page, "pic.naturalWidth === 33")
    assert page.locator("#far").inner_text() == "of the new site"
    assert stayed(page)
    page.context.close()


def test_the_eighth_of_eight_tabs_loads_at_once_for_the_hidden_ones_hold_no_connection(
    browser: Browser, served: Served
) -> None:
    context = browser.new_context()
    for _ in range(7):
        page = context.new_page()
        page.goto(f"{served.url}latest/")
        listened(served)
        hide(page, True)
        listened(served, 0)
    page, began = context.new_page(), time.monotonic()
    page.goto(f"{served.url}latest/")
    expect(page.locator("h1")).to_have_attribute("data-made", "yes")
    assert time.monotonic() - began < 3
    listened(served)
    context.close()


def test_ten_tabs_load_and_all_follow(browser: Browser, served: Served) -> None:
    """All ten are seen at once, which is more than a browser opens connections to a server."""
    context = browser.new_context()
    pages = [context.new_page() for _ in range(10)]
    for page in pages:  # the eighth, too, is there at once: six that waited for events would leave it no connection
        page.goto(f"{served.url}latest/", timeout=3_000)
    show(served, BODY.replace("First", "Second"))
    for page in pages:
        expect(page.locator("#first")).to_have_text(re.compile("^Second"), timeout=15_000)
    assert served.server.listeners <= 6
    context.close()


def test_a_restarted_server_is_found_again(browser: Browser, tmp_path: Path) -> None:
    page = browser.new_context().new_page()
    with serving(FILES, tmp_path) as served:
        port = served.port
        page.goto(f"{served.url}latest/")
        listened(served)
    again = {**FILES, "index.html": page_of("<h1>Again</h1>")}
    with serving(again, tmp_path, where=Where(port=port), session="next"):
        expect(page.locator("h1")).to_have_text("Again", timeout=10_000)
    page.context.close()
