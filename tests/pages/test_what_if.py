"""The what-if of a page in Chromium: its formulas are those of the tables, whatever the reader changes."""

from __future__ import annotations

import math
import random
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import small_project
from axe_playwright_python.sync_playwright import Axe
from msgspec.structs import replace
from playwright.sync_api import Browser, Locator, Page

from funnelbook import pages
from funnelbook.language import Words
from funnelbook.metrics.costs import stage_cost
from funnelbook.metrics.reference import Chances
from funnelbook.metrics.tables.capacity_plan import quotient
from funnelbook.metrics.tables.work import hours_of_stages
from funnelbook.metrics.tables.worth import remaining_costs
from funnelbook.model.results import Results
from funnelbook.pages import Book
from funnelbook.pages.capacity import answer as capacity
from funnelbook.pages.cost import answer as cost
from funnelbook.pages.theme import read_assets
from funnelbook.project import StageConfig

SCENARIOS = 20
MONTH = ("leads", "plan", "sellers", "hours_of_seller")
FIELDS = ("pass", "minutes", "cost")


@dataclass
class State:
    """What the reader sees of the main pipeline, and changes."""

    stages: list[StageConfig]
    passes: list[float | None]
    month: dict[str, float]
    rate: float
    acquisition: float
    other_hours: float
    order: list[int] = field(default_factory=list)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> tuple[Book, Path]:
    return written(tmp_path_factory, small_project.book(tmp_path_factory.mktemp("project")))


def written(factory: pytest.TempPathFactory, book: Book) -> tuple[Book, Path]:
    """The pages with a what-if, and what they load; without what makes charts live."""
    folder = factory.mktemp("site") / "latest"
    files = {**read_assets(book.theme), "../versions.js": b""}
    for task in pages.tasks(pages.editions(book)):
        if isinstance(task, partial) and task.func in {capacity.page, cost.page}:
            page = task()
            files |= {page.path: page.html.encode(), **dict(page.files)}
    for path, content in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)
    return book, folder


@pytest.fixture
def page(browser: Browser, site: tuple[Book, Path]) -> Iterator[Page]:
    opened = browser.new_context().new_page()
    complaints: list[str] = []
    opened.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.goto(f"file://{site[1]}/capacity.html")
    yield opened
    assert complaints == []


def box(page: Page) -> Locator:
    return page.locator('[data-what-if="what-if"]')


def values(page: Page, column: int) -> dict[str, float | None]:
    """The outputs in full, of today (1) or as changed (2)."""
    found = (
        box(page)
        .locator(f"tbody tr > :nth-child({column + 1}) data")
        .evaluate_all("all => all.map(each => [each.dataset.key, each.value])")
    )
    return {key: float(value) if value else None for key, value in found}


def published(results: Results) -> dict[str, float | None]:
    """Today's values as the tables have them."""
    (plan,) = results["capacity_plan"].where(pipeline="New", month="2026-11")
    (other,) = results["capacity_plan"].where(pipeline="Again", month="2026-11")
    (staff,) = results["staffing"].where(month="2026-11")
    (worth,) = results["worth"].where(pipeline="New", position=1)
    acquisition = results["work"].where(pipeline="New", position=0)[0]["cost"]
    hours = sum(each["leads_needed"] * each["hours_per_lead"] for each in (plan, other))
    return {
        "cost_per_lead": worth["remaining_cost"],
        "cost_per_sale": worth["least_margin"],
        "full_cost_per_sale": (worth["remaining_cost"] + acquisition) / worth["win_chance"],
        "hours_per_lead": plan["hours_per_lead"],
        "leads_carried": plan["leads_capacity"],
        "leads_needed": plan["leads_needed"],
        "sellers_needed": plan["sellers_needed"],
        "sellers_needed_by_all": hours / staff["hours_of_seller"],
        "sales": min(leads(results), plan["leads_capacity"]) * worth["win_chance"],
    }


def leads(results: Results) -> int:
    """A month, over the last three whole ones."""
    rows = results["monthly"].where(pipeline="New", dimension="all")
    return round(sum(row["created"] for row in rows if row["month"] in {"2026-08", "2026-09", "2026-10"}) / 3)


def state_of(book: Book) -> State:
    results = book.results
    rows = results["work"].where(pipeline="New")
    (staff,) = results["staffing"].where(month="2026-11")
    (other,) = results["capacity_plan"].where(pipeline="Again", month="2026-11")
    stages = list(next(each for each in results.pipelines if each.name == "New").stages)
    month = {"leads": leads(results), "plan": 12, "sellers": 2, "hours_of_seller": staff["hours_of_seller"]}
    hours = other["leads_needed"] * other["hours_per_lead"]
    passes = [row["pass"] for row in rows if row["position"]]
    return State(stages, passes, month, 900, rows[0]["cost"], hours, list(range(len(stages))))


def expected(state: State) -> dict[str, float | None]:
    """The same by the formulas of the tables (metrics.md, section 3)."""
    stages = [state.stages[at] for at in state.order]
    chances = Chances(tuple(state.passes[at] for at in state.order), None)
    cost = remaining_costs(tuple(stage_cost(stage, state.rate) for stage in stages), chances.passes)[0]
    chance, month = chances.win_chance(1), state.month
    work = hours_of_stages(stages, chances)
    per_lead = math.fsum(work) if work else None
    carried = quotient(month["sellers"] * month["hours_of_seller"], per_lead)
    needed = quotient(month["plan"], chance)
    assert cost is not None
    assert chance is not None
    assert per_lead is not None
    return {
        "cost_per_lead": cost,
        "cost_per_sale": quotient(cost, chance),
        "full_cost_per_sale": quotient(cost + state.acquisition, chance),
        "hours_per_lead": per_lead,
        "leads_carried": carried,
        "leads_needed": needed,
        "sellers_needed": quotient(needed, quotient(month["hours_of_seller"], per_lead)),
        "sellers_needed_by_all": None
        if needed is None
        else quotient(needed * per_lead + state.other_hours, month["hours_of_seller"]),
        "sales": (month["leads"] if carried is None else min(month["leads"], carried)) * chance,
    }


def close(found: dict[str, float | None], wanted: dict[str, float | None]) -> bool:
    return found == {
        key: None if value is None else pytest.approx(value, rel=1e-9) for key, value in wanted.items()
    }


def test_with_nothing_changed_it_equals_the_published_tables(page: Page, site: tuple[Book, Path]) -> None:
    wanted = published(site[0].results)
    assert None not in wanted.values()
    assert close(values(page, 1), wanted)
    assert close(values(page, 2), wanted)
    assert close(expected(state_of(site[0])), wanted)


def test_the_page_of_costs_has_the_same(page: Page, site: tuple[Book, Path]) -> None:
    page.goto(f"file://{site[1]}/cost.html")
    assert close(values(page, 1), published(site[0].results))


def test_whatever_is_changed_it_equals_the_formulas_of_the_tables(page: Page, site: tuple[Book, Path]) -> None:
    for seed in range(SCENARIOS):
        page.get_by_role("button", name="Back to today's values").first.click()
        state = state_of(site[0])
        change(page, state, random.Random(seed))
        assert close(values(page, 2), expected(state)), seed
    assert close(values(page, 1), published(site[0].results))


def change(page: Page, state: State, rng: random.Random) -> None:
    """Some moves, then some fields; the state follows."""
    items = box(page).locator("li")
    for _ in range(rng.randint(0, 6)):
        place, step = rng.randrange(len(state.order)), rng.choice((-1, 1))
        if 0 <= place + step < len(state.order):
            fieldset = items.nth(place)
            fieldset.get_by_role("button").nth(0 if step < 0 else 1).click()
            state.order[place], state.order[place + step] = state.order[place + step], state.order[place]
    for _ in range(rng.randint(1, 6)):
        place, name = rng.randrange(len(state.order)), rng.choice(FIELDS)
        text = str(rng.choice((0, rng.randint(1, 100), round(rng.uniform(0, 100), 3))))
        items.nth(place).locator("input").nth(FIELDS.index(name)).fill(text)
        at = state.order[place]
        if name == "pass":
            state.passes[at] = float(text) / 100
        else:
            state.stages[at] = replace(state.stages[at], **{name: float(text)})
    for name in rng.sample(MONTH, rng.randint(0, 4)):
        text = str(rng.randint(0, 300))
        box(page).locator(".what-if-controls > fieldset input").nth(MONTH.index(name)).fill(text)
        state.month[name] = float(text)


def test_the_cheapest_order_costs_what_its_table_says(page: Page, site: tuple[Book, Path]) -> None:
    best = site[0].results["order"].where(pipeline="New", rank=1)[0]
    box(page).get_by_role("button", name="The cheapest order").click()
    assert values(page, 2)["cost_per_sale"] == pytest.approx(best["cost_per_sale_best"], rel=1e-9)
    assert best["cost_per_sale_best"] < best["cost_per_sale_now"]
    assert box(page).locator("> .notes li").count() == 0


def test_one_button_brings_today_back(page: Page) -> None:
    before = [box(page).locator("input").evaluate_all("all => all.map(each => each.value)"), values(page, 2)]
    names = box(page).locator("legend").all_inner_texts()
    items = box(page).locator("li")
    items.nth(1).get_by_role("button", name="Move down").click()
    items.nth(0).locator("input").first.fill("12.5")
    box(page).locator(".what-if-controls > fieldset input").first.fill("1")
    assert values(page, 2) != before[1]
    assert box(page).locator("legend").all_inner_texts() != names
    box(page).get_by_role("button", name="Back to today's values").click()
    assert [
        box(page).locator("input").evaluate_all("all => all.map(each => each.value)"),
        values(page, 2),
    ] == before
    assert box(page).locator("legend").all_inner_texts() == names


def test_moves_that_the_project_does_not_allow_are_warned_of(page: Page) -> None:
    items, warnings = box(page).locator("li fieldset"), box(page).locator("> .notes li")
    assert warnings.count() == 0
    items.nth(3).get_by_role("button", name="Move up: Agreed").click()
    assert warnings.all_inner_texts() == ["Agreed must come after Offered."]
    items.nth(2).get_by_role("button", name="Move down: Agreed").click()
    items.nth(0).get_by_role("button", name="Move down: Asked").click()
    assert warnings.all_inner_texts() == [
        "Asked stands elsewhere, though it is not marked movable in funnelbook.toml."
    ]
    assert box(page).get_by_role("status").inner_text().startswith("Asked: now stage 2.")
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") == "Move down: Asked"


def test_a_wrong_number_changes_nothing_and_is_told(page: Page) -> None:
    before = values(page, 2)
    share = box(page).locator("li input").first
    share.fill("101")
    assert values(page, 2) == before
    assert share.get_attribute("aria-invalid") == "true"
    assert "a number from 0 to 100 is wanted" in box(page).get_by_role("status").inner_text()
    share.fill("")
    assert values(page, 2) == before
    assert share.get_attribute("aria-invalid") == "false"


def test_a_stage_that_nobody_passes_has_no_cost_of_a_sale(page: Page) -> None:
    box(page).locator("li input").first.fill("0")
    found = values(page, 2)
    assert [found[key] for key in ("cost_per_sale", "leads_needed", "sellers_needed")] == [None, None, None]
    assert found["sales"] == 0
    assert "there is no cost of a sale" in box(page).locator("> .notes").inner_text()
    assert "NaN" not in page.inner_text("main")


def test_a_name_of_the_crm_is_text(page: Page) -> None:
    assert small_project.HOSTILE in box(page).locator("legend bdi").all_inner_texts()
    assert page.locator("main img[src=x]").count() == 0
    box(page).locator("li").nth(1).get_by_role("button").first.click()
    assert box(page).get_by_role("status").inner_text().startswith(small_project.HOSTILE)


def test_numbers_are_written_in_the_language_of_the_page(page: Page, site: tuple[Book, Path]) -> None:
    assert "₽" in box(page).locator("tbody td").first.inner_text()
    page.goto(f"file://{site[1]}/ru/capacity.html")
    box(page).locator("li input").nth(1).fill("33")
    texts = [text.replace("\u00a0", " ") for text in box(page).locator("tbody td").all_inner_texts()]
    assert any("," in text for text in texts)
    assert not any("." in text for text in texts)
    assert texts[0].endswith(" ₽")


@pytest.mark.parametrize(("currency", "shown"), [("$", "$3,000"), ("", "3,000"), ("KZT", "₸3,000")])
def test_money_has_the_sign_of_the_site(
    currency: str, shown: str, browser: Browser, site: tuple[Book, Path], tmp_path_factory: pytest.TempPathFactory
) -> None:
    words = {"en": Words("en", currency=currency)}
    _, folder = written(tmp_path_factory, replace(site[0], words={**site[0].words, **words}))
    page = browser.new_context().new_page()
    page.goto(f"file://{folder}/capacity.html")
    cost = box(page).locator("li input").nth(2)
    for at, text in enumerate(("3000", "0", "0", "0", "0")):
        box(page).locator("li input").nth(3 * at + 2).fill(text)
    assert cost.input_value() == "3000"
    assert box(page).locator("tbody tr").first.locator("td").nth(1).inner_text() == shown


def test_it_is_accessible_and_fits_a_phone(browser: Browser, site: tuple[Book, Path]) -> None:
    for scheme in ("light", "dark"):
        page = browser.new_context(
            bypass_csp=True, color_scheme=scheme, viewport={"width": 390, "height": 844}
        ).new_page()  # type: ignore[arg-type]  # a literal
        page.goto(f"file://{site[1]}/capacity.html")
        box(page).locator("li input").first.fill("50")
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        found = Axe().run(page)
        assert found.violations_count == 0, found.generate_report()


def test_without_scripts_it_is_a_table_of_today(browser: Browser, site: tuple[Book, Path]) -> None:
    page = browser.new_context(java_script_enabled=False).new_page()
    page.goto(f"file://{site[1]}/capacity.html")
    assert box(page).locator("tbody tr").count() == 9
    assert "allow scripts" in box(page).inner_text()
    assert box(page).locator("input").count() == 0


@pytest.mark.parametrize("missing", ["everything", "passes"])
def test_what_is_missing_is_a_dash_with_its_reason(
    missing: str, browser: Browser, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("project")
    lost_at = "" if missing == "everything" else "Asked"
    _, built = written(tmp_path_factory, small_project.book(folder, bare=True, lost_at=lost_at))
    page = browser.new_context().new_page()
    page.goto(f"file://{built}/capacity.html")
    found = values(page, 1)
    assert found["cost_per_sale"] is found["leads_carried"] is found["hours_per_lead"] is None
    text: Any = page.inner_text("#what-if")
    for reason in (
        "Nobody told what a stage costs",
        "Nobody told how long",
        "There is no team",
        "There is no plan",
    ):
        assert reason in text
    assert ("its pass share is not known" in text) == (missing == "passes")
    assert "NaN" not in page.inner_text("main")
    if missing == "everything":  # typed in, they do
        for at in range(2):
            box(page).locator("li input").nth(3 * at + 1).fill("60")
        assert values(page, 2)["hours_per_lead"] is not None


def test_numbers_of_another_build_than_the_page_are_not_started_from(
    browser: Browser, site: tuple[Book, Path], tmp_path: Path
) -> None:
    """The site was published again between the page and its script: today's table stays, as without scripts."""
    shutil.copytree(site[1].parent, tmp_path / "site")
    script = tmp_path / "site/latest/capacity-what-if.js"
    (mark,) = re.findall('"":"([0-9a-f]{8})"', script.read_text())
    for known, started in ((mark, True), ("0" * 8, False)):
        script.write_text(script.read_text().replace(f'"":"{mark}"', f'"":"{known}"'))
        page = browser.new_context().new_page()
        page.goto(f"file://{tmp_path}/site/latest/capacity.html")
        assert (page.locator(".what-if-controls").count() > 0) == started
        assert box(page).locator("tbody tr").count() > 0
        page.context.close()
