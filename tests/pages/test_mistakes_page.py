"""The page of the eight mistakes: the answer, a section each, and what is said when numbers are few or missing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import books
import polars as pl
import pytest
from made_pages import COURSE, STAGES, sound_section, text
from msgspec.structs import replace

from funnelbook.handbook import Change, Handbook, History, Playbook
from funnelbook.handbook.git_log import Past, Version
from funnelbook.model.results import Table
from funnelbook.pages import Book, Page
from funnelbook.pages.mistakes import answer as mistakes
from funnelbook.pages.mistakes.texts import MISTAKES, SIGNALS
from funnelbook.project import DEFAULT_THRESHOLDS

Given = Mapping[str, tuple[float | None, int, str]]

#: One alarm, one to watch, one on few cases, one without data.
MIXED: Given = {
    "refusing_to_sell": (0.2, 200, "alarm"),
    "too_cheap": (0.97, 59, "ok"),
    "too_cheap_losses": (None, 0, "unknown"),
    "no_department": (0.25, 4, "watch"),
    "selling_to_all": (0.5, 90, "ok"),
    "selling_to_all_earliness": (0.61, 80, "ok"),
    "too_much_freedom": (0.21, 100, "watch"),
    "too_much_freedom_spread": (0.02, 3, "ok"),
    "dwelling_on_failures": (0.79, 310, "watch"),
    "forgetting_principles": (1.0, 8, "watch"),
    "too_precious": (None, 0, "unknown"),
}
_RANK = ("unknown", "ok", "watch", "alarm")


def rows(given: Given, pipelines: tuple[str, ...] = ("all", "main")) -> list[dict[str, object]]:
    found: list[dict[str, object]] = []
    for slug, (value, cases, verdict) in given.items():
        mistake = max((each for each in MISTAKES if slug.startswith(each)), key=len)
        told = [each[2] for name, each in given.items() if name.startswith(mistake)]
        watch, alarm = map(float, DEFAULT_THRESHOLDS[slug])
        for pipeline in pipelines if slug != "too_precious" else ("all",):
            found.append(
                {
                    "mistake": mistake,
                    "signal": slug,
                    "pipeline": pipeline,
                    "value": value,
                    "cases": cases,
                    "watch": watch,
                    "alarm": alarm,
                    "money": 1_330_000.0 if slug in {"dwelling_on_failures", "refusing_to_sell"} else None,
                    "verdict": verdict,
                    "mistake_verdict": max(told, key=_RANK.index),
                }
            )
    return found


def book(root: Path, given: Given | None, names: tuple[str, ...] = ("main",), **site: object) -> Book:
    pipes = [books.pipeline(name, STAGES) for name in names]
    tables: dict[str, object] = dict(books.merged(*(books.months("2024-01", COURSE[:2], pipe) for pipe in pipes)))
    if given:
        tables["mistakes"] = rows(given, ("all", *names))
    return books.book(books.results_of(pipes, tables), root, **site)  # type: ignore[arg-type]


def page(root: Path, given: Given | None, path: str = "mistakes.html", **more: object) -> str:
    return text(made(book(root, given, **more), path))  # type: ignore[arg-type]


def made(book: Book, path: str = "mistakes.html") -> Page:
    return sound_section(book, mistakes.pages)[path]


def test_every_signal_of_the_project_file_has_its_words() -> None:
    assert list(SIGNALS) == list(DEFAULT_THRESHOLDS)


def test_the_answer_counts_verdicts_and_names_the_worst_with_its_number_and_cost(tmp_path: Path) -> None:
    told = page(tmp_path, MIXED)
    assert "Of the eight mistakes: 1 alarm, 4 to watch, 2 fine and 1 unknown." in told
    assert "The worst is “Refusing to sell”." in told
    assert "Leads older than seven days without any answer: 40 of 200 (20%)." in told
    assert "On average so many leads bring €1.33m." in told
    assert "Not known for want of data: Being too precious about the business." in told


def test_the_worst_of_several_is_the_one_farthest_beyond_on_cases_enough(tmp_path: Path) -> None:
    calm = {**MIXED, "refusing_to_sell": (0.01, 200, "ok")}
    assert "The worst is “Dwelling on failures”." in page(tmp_path, calm)
    skipping = {**calm, "too_much_freedom": (0.399, 1000, "watch")}
    assert "The worst is “Too much freedom for sellers”." in page(tmp_path, skipping)
    few = {**calm, "no_department": (0.499, 4, "watch")}
    assert "The worst is “Dwelling on failures”." in page(tmp_path, few)


def test_all_within_thresholds_is_said_so(tmp_path: Path) -> None:
    fine = dict.fromkeys(MIXED, (0.0, 50, "ok"))
    told = page(tmp_path, fine)
    assert "Of the eight mistakes: no alarm and 8 fine." in told
    assert "within its thresholds" in told


def test_sections_stand_worst_first_under_their_anchors_with_verdicts_in_words(tmp_path: Path) -> None:
    page = made(book(tmp_path, MIXED))
    anchors = [slug.replace("_", "-") for slug in MISTAKES]
    assert set(anchors) <= page.anchors
    assert page.html.index('id="refusing-to-sell"') < page.html.index('id="no-department"')
    assert page.html.index('id="no-department"') < page.html.index('id="selling-to-all"')
    assert '<span class="verdict alarm">Alarm</span>' in page.html


def test_few_cases_are_counts_and_said_to_be_few(tmp_path: Path) -> None:
    told = page(tmp_path, MIXED)
    assert "New deals in the hands of an owner or an expert: 1 of 4." in told
    assert "New deals in the hands of owners and experts: so few cases say little" in told
    assert "25%" not in told


def test_a_share_that_may_lie_on_either_side_of_a_threshold_is_said_to(tmp_path: Path) -> None:
    """21 of 100: 95 % from 14 % to 30 % holds the 20 %; 40 of 200: from 15.0 % to 26.1 % holds 15 % by a hair."""
    told = page(tmp_path, MIXED)
    assert "Deals that skipped a stage: within noise it may lie on either side of 20%." in told
    sure = {**MIXED, "refusing_to_sell": (0.3, 200, "alarm")}
    assert "Leads without an answer after seven days: chance alone" not in page(tmp_path, sure)


def test_what_is_missing_is_named_with_how_to_give_it(tmp_path: Path) -> None:
    told = page(tmp_path, MIXED)
    assert "Losses for price or value is not known: no loss of twelve months has a recorded cause" in told
    assert "Playbooks overdue for review is not known: nobody knows when playbooks were changed" in told


def test_pipelines_stand_apart_where_there_are_several(tmp_path: Path) -> None:
    several = made(book(tmp_path, MIXED, ("first", "second"))).html
    assert several.count("<bdi>second</bdi>") == len(MIXED) - 1
    assert "<bdi>main</bdi>" not in made(book(tmp_path, MIXED)).html


def test_a_pipeline_that_is_worse_than_the_department_is_told(tmp_path: Path) -> None:
    ours = book(tmp_path, MIXED, ("first", "second"))
    table = [dict(row) for row in ours.results["mistakes"].rows]
    for row in table:
        if (row["signal"], row["pipeline"]) == ("dwelling_on_failures", "second"):
            row |= {"value": 0.85, "cases": 40, "verdict": "alarm"}
    made_of = {**ours.results.tables, "mistakes": Table("mistakes", pl.DataFrame(table))}
    told = text(made(replace(ours, results=replace(ours.results, tables=made_of))))
    assert "second alone, Cost of the lost among the closed: 85%, Alarm." in told
    assert "first alone" not in told


def test_thresholds_of_the_table_are_shown_with_their_side(tmp_path: Path) -> None:
    told = page(tmp_path, MIXED)
    assert "below 95% below 85%" in told
    assert "above 90% above 97%" in told
    assert "from 60% from 80%" in told
    assert "from 5 points from 10 points" in told


@pytest.mark.parametrize("given", [None, {}])
def test_without_the_table_the_page_says_so(tmp_path: Path, given: Given | None) -> None:
    assert "There are no deals yet." in page(tmp_path, given)


def test_it_speaks_russian(tmp_path: Path) -> None:
    told = page(tmp_path, MIXED, "mistakes.html", languages=("ru",))
    assert "Какие из восьми болезненных ошибок мы совершаем?" in told
    assert "Из восьми ошибок: 1 тревога, 4 под наблюдением, 2 в норме и 1 без данных." in told
    assert "Худшая — «Не продавать»" in told


def test_the_playbooks_that_are_overdue_are_named(tmp_path: Path) -> None:
    """The data end on 15 April 2024; changed on 1 March, the one was due on 31 March, the other is on 30 May."""
    told = {**MIXED, "too_precious": (0.5, 2, "alarm")}
    late = Playbook("late", "content/en/late.md", "Late one", "note", "en", owner="Anna", review_every=30)
    young = replace(late, slug="young", path="content/en/young.md", title="Young one", review_every=90)
    change = Change("0" * 40, "Anna", datetime(2024, 3, 1, 12, tzinfo=UTC))
    history = History({each.path: Past("", [Version(change, "")]) for each in (late, young)})
    handbooks = {"en": Handbook("en", (late, young)), "ru": Handbook("ru")}
    page = text(made(replace(book(tmp_path, told), handbooks=handbooks, history=history)))
    assert "Playbooks overdue for review: 1 of 2 (50%)." in page
    assert "Late one Anna 31 March 2024" in page
    assert "Young one" not in page


def test_a_mistake_leads_to_the_pages_that_show_it_from_near(tmp_path: Path) -> None:
    assert "leads.html" in made(book(tmp_path, MIXED)).links
    assert "In detail: Leads." in page(tmp_path, MIXED)


def test_a_playbook_about_the_mistake_is_linked_from_its_section(tmp_path: Path) -> None:
    ours = book(tmp_path, MIXED)
    playbook = Playbook(
        "cheap", "content/en/cheap.md", "Too cheap?", "mistake", "en", mistake=("too_cheap",), html="<p>x</p>"
    )
    other = replace(playbook, slug="price", path="content/en/price.md", title="Price", kind="pricing")
    handbooks = {"en": Handbook("en", (playbook, other)), "ru": Handbook("ru")}
    told = text(made(replace(ours, handbooks=handbooks)))
    assert "What data cannot say, ask yourselves: Too cheap?." in told
    assert "What to do about it: Price." in told
