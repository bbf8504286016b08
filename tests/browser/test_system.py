"""Every idea of the sales system stands on the starter site: found from the navigation, with chart and table."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urljoin

import pytest
from playwright.sync_api import Browser, Page

from funnelbook.pages.ideas import IDEAS, MONTH, PIPELINE, STAGE, Idea, Place

#: Ideas that no number can show.
ONLY_PLAYBOOKS = {23}
PLACES = [
    pytest.param(idea, place, id=f"{idea.number}-{place.page}-{place.section}")
    for idea in IDEAS
    for place in idea.places
]


@pytest.fixture(scope="module")
def page(browser: Browser) -> Iterator[Page]:
    with browser.new_context() as context:
        yield context.new_page()


@pytest.fixture(scope="module")
def linked(page: Page, address: str) -> set[str]:
    """What the navigation of the home page leads to, and what those pages lead to."""

    def targets(url: str, within: str) -> set[str]:
        page.goto(url)
        links = page.locator(f"{within} a[href]").evaluate_all("links => links.map(link => link.href)")
        return {link.split("#")[0] for link in links if link.startswith(address)}

    first = targets(address + "index.html", "header nav[aria-label]:not(.languages)")
    return first | {found for url in sorted(first) for found in targets(url, "main")}


def url_of(place: Place, address: str, month: str) -> str:
    known = {MONTH: f"{month}/index.html", PIPELINE: "pipelines/1/index.html", STAGE: "pipelines/1/stage-1.html"}
    return urljoin(address, known.get(place.page, place.page))


def test_all_ideas_are_there_and_each_has_a_number_or_a_playbook() -> None:
    assert [idea.number for idea in IDEAS] == list(range(1, 28))
    assert {idea.number for idea in IDEAS if not idea.places} == ONLY_PLAYBOOKS
    assert all(idea.places or idea.kinds for idea in IDEAS)


@pytest.mark.parametrize(("idea", "place"), PLACES)
def test_an_idea_is_reachable_and_shown_as_chart_and_table(
    idea: Idea, place: Place, page: Page, address: str, site: Path, month: str, linked: set[str]
) -> None:
    url = url_of(place, address, month)
    assert url in linked, "no way leads there from the navigation"
    page.goto(url)
    section = page.locator(f"#{place.section}")
    assert section.count() == 1
    assert section.locator(".reason").count() == 0
    if place.tables:
        assert section.locator("figure.chart img").count() >= 1
    assert section.locator("table").count() >= 1
    assert not re.search(r"\b(NaN|None|undefined)\b", section.inner_text())
    for table in place.tables:
        assert len((site / "data" / f"{table}.csv").read_text("utf-8").splitlines()) > 1
        assert section.locator(f'a[href$="data/{table}.csv"]').count() == 1


def test_the_sales_system_page_leads_to_each_of_them(page: Page, address: str) -> None:
    page.goto(address + "system.html")
    for idea in IDEAS:
        assert page.locator(f"#idea-{idea.number} a").count() >= 1, idea.number
