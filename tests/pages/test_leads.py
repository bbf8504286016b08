"""The page of leads: recorded, answered, and where those that buy come from; with much data, little and none."""

from __future__ import annotations

import html
import re
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import made_pages
import projects
import pytest
from made_pages import text

from funnelbook.pages import Page
from funnelbook.pages.book import Book
from funnelbook.pages.edition import Edition
from funnelbook.pages.leads.answer import pages
from funnelbook.pages.numbers import Numbers
from funnelbook.pages.theme import open_theme

SITE = """
[site]
title = "Leads"
lang = ["en", "ru"]
timezone = "Europe/Moscow"
currency = "EUR"
as_of = 2024-07-03T12:00:00

[metrics]
easy_days = 10
answer_target_minutes = 15
{metrics}
"""
PIPELINE = """
[[pipelines]]
name = "{name}"
won = ["won"]
lost = ["lost"]
margin = 0.5
[[pipelines.stages]]
name = "asked"
{cost}
[[pipelines.stages]]
name = "needs known"
qualifies = {qualifies}
[[pipelines.stages]]
name = "offer sent"
"""
START = datetime(2024, 1, 1, 10)  # noqa: DTZ001 - local times of an export

Rows = list[dict[str, Any]]


def config(*names: str, cost: str = "cost = 10", qualifies: str = "true", metrics: str = "") -> str:
    lines = [PIPELINE.format(name=name, cost=cost, qualifies=qualifies) for name in names or ("main",)]
    return "\n".join([SITE.format(metrics=metrics), *lines])


def deals(source: str, won: int, lost: int, still: int = 0, **facts: Any) -> Rows:
    """Deals of a source, a day apart; those won took five days and brought 100."""
    rows: Rows = []
    for number, status in enumerate(["won"] * won + ["lost"] * lost + ["open"] * still):
        created = START + timedelta(days=number % 150)
        closed = {} if status == "open" else {"closed_at": created + timedelta(days=5)}
        rows.append(
            {
                "deal_id": f"{source}-{facts.get('pipeline', '')}-{facts.get('segment', '')}-{number}",
                "created_at": created,
                "stage": status if status != "open" else "asked",
                "status": status,
                "value": 100 if status == "won" else "",
                "source": source,
                "owner": "Anna",
                "contact_id": f"C{source}{number}",
                "pipeline": "main",
                **closed,
                **facts,
            }
        )
    return rows


def made(book: Book) -> dict[str, Page]:
    """The page in each language, sound as every page must be."""
    theme = open_theme(book.theme)
    numbers = Numbers(book.results, book.project.site.timezone)
    found = {}
    for language in book.project.site.languages:
        (task,) = pages(Edition(book, language, theme, numbers))
        found[language] = task()
        made_pages.sound_page(found[language])
    return found


def english(root: Path, toml: str = "", **tables: Any) -> str:
    return text(made(projects.read(root, toml or config(), **tables))["en"])


def section(page: Page, ident: str) -> str:
    """The words of one section."""
    start = page.html.index(f'id="{ident}"')
    ends = [match.start() for match in re.finditer(r'class="part" id=', page.html) if match.start() > start + 20]
    words = re.sub(r"<[^>]+>", " ", page.html[start : min(ends, default=len(page.html))])
    return re.sub(r"\s+", " ", html.unescape(words))


def test_a_source_that_costs_more_than_it_earns_is_named_in_money(tmp_path: Path) -> None:
    spend = [{"month": "2024-01", "source": "ads", "amount": 9000}]
    page = english(tmp_path, deals=deals("ads", 3, 90) + deals("word", 30, 60), spend=spend)
    # word: 30 × 100 × 0.5 − 90 deals × 10; ads: 3 × 100 × 0.5 − 93 × 10 − 9000
    assert "33 sales for €3,300. word brought most: 30 sales for €3,000, of which €600 is left after costs." in page
    assert "ads cost more than it earned: €9,930 was spent on its deals and €150 earned, €9,780 too little." in page
    assert "That is not noise: even at the upper end of its win rate it would not have paid." in page
    assert "that is not noise: word (+30 pp), ads (−30 pp)." in page


def test_a_small_loss_of_a_source_with_few_sales_may_be_noise(tmp_path: Path) -> None:
    page = english(tmp_path, deals=deals("ads", 1, 6) + deals("word", 30, 60))
    assert "ads cost more than it earned: €70 was spent on its deals and €50 earned, €20 too little." in page
    assert "With so few sales this may be noise." in page


def test_few_closed_deals_are_counts_and_are_not_compared(tmp_path: Path) -> None:
    page = made(projects.read(tmp_path, config(), deals=deals("fair", 1, 2) + deals("word", 30, 60)))["en"]
    row = section(page, "sources")
    assert "fair 3 " in row
    assert "1 of 3 too few to compare" in row


def test_leads_without_a_source_are_counted_and_stand_last(tmp_path: Path) -> None:
    page = made(projects.read(tmp_path, config(), deals=deals("", 40, 2) + deals("word", 3, 60)))["en"]
    told = section(page, "sources")
    assert "42 of 105 leads have no source: nobody can say what brought them." in told
    assert told.index(" word 63 ") < told.index(" Not recorded 42 ")
    assert "word brought most" in text(page)


def test_when_no_lead_has_a_source_the_page_says_what_to_do(tmp_path: Path) -> None:
    page = english(tmp_path, deals=deals("", 4, 6))
    assert "4 sales for €400, and nobody recorded where the buyers came from." in page
    assert "No lead has a source: record where each lead came from" in page


def test_one_source_is_compared_with_nobody(tmp_path: Path) -> None:
    page = english(tmp_path, deals=deals("word", 10, 30))
    assert "There are too few closed deals to compare win rates." in page
    assert "All sources" not in page


def test_without_costs_nothing_is_said_to_be_left(tmp_path: Path) -> None:
    page = english(tmp_path, config(cost=""), deals=deals("word", 10, 30) + deals("ads", 2, 30))
    assert "word brought most: 10 sales for €1,000." in page
    assert "What is left after costs is not known yet. Nobody told what a stage costs" in page
    assert "cost more than it earned" not in page


def test_what_is_missing_most_is_named(tmp_path: Path) -> None:
    rows = deals("word", 10, 30, 20, next_task_at="")
    for row in rows[:15]:
        row["contact_id"] = ""
    for row in rows[-5:]:
        row["next_task_at"] = datetime(2024, 7, 9, 9)  # noqa: DTZ001 - as above
    page = english(tmp_path, deals=rows)
    assert "Missing most: next step (open leads), 15 of 20." in page
    assert "Contact 60 25% (15 of 60)" in page
    assert "50% of 60 leads were recorded in full." in page


def test_a_column_that_no_lead_has_is_named_rather_than_a_share_of_zero(tmp_path: Path) -> None:
    page = english(tmp_path, deals=deals("word", 10, 30, contact_id=""))
    assert "No lead of the last whole months is recorded in full, for none has this: contact." in page


def test_without_activities_the_move_to_a_stage_is_called_what_it_is(tmp_path: Path) -> None:
    rows = deals("word", 10, 30)
    stages = [
        {"deal_id": row["deal_id"], "stage": stage, "entered_at": row["created_at"] + timedelta(minutes=wait)}
        for number, row in enumerate(rows)
        for stage, wait in (("asked", 0), ("needs known", 5 if number % 2 else 600))
    ]
    page = english(tmp_path, deals=rows, stages=stages)
    assert "the response is taken to be the first move to another stage" in page
    assert "February 2024: 56% (5 of 9) of the leads were answered within the 15 min we promise" in page


def test_without_activities_and_history_nothing_is_claimed(tmp_path: Path) -> None:
    page = english(tmp_path, deals=deals("word", 10, 30))
    assert "Whether leads are answered in time is not known. The data hold no calls, letters or messages" in page


def test_leads_that_come_at_night_wait(tmp_path: Path) -> None:
    rows = deals("word", 10, 30) + deals("ads", 10, 30)
    for row in rows[40:]:
        row["created_at"] = row["created_at"].replace(hour=23)
        row["closed_at"] = row["created_at"] + timedelta(days=5)
    answers = [
        {
            "deal_id": row["deal_id"],
            "at": row["created_at"] + timedelta(minutes=600 if row["source"] == "ads" else 5),
            "kind": "call_out",
        }
        for row in rows
    ]
    page = made(projects.read(tmp_path, config(), deals=rows, activities=answers))
    told = section(page["en"], "response")
    assert "Weekdays before 9 and after 18 30 0% (0–11%) −100 pp, not noise" in told
    assert "Slowest over all the data: weekdays before 9 and after 18, 0% in time, and 30 of 80" in text(page["en"])
    assert "Медленнее всего за всё время: будни до 9 и после 18, вовремя 0 %" in text(page["ru"])


def test_who_answers_late_is_told_and_not_by_chance(tmp_path: Path) -> None:
    anna, boris = deals("word", 10, 30), deals("ads", 10, 30, owner="Boris")
    few = deals("fair", 1, 2, owner="Clara")
    calls = [
        {"deal_id": row["deal_id"], "at": row["created_at"] + timedelta(minutes=wait), "kind": "call_out"}
        for rows, wait in ((anna, 5), (boris, 300), (few, 300))
        for row in rows
    ]
    for row in anna[:10]:
        row["contact_id"] = ""
    page = made(projects.read(tmp_path, config(), deals=anna + boris + few, activities=calls))["en"]
    told = section(page, "people")
    assert "“Answered in time” is lower than with the others, and that is not noise: Boris." in text(page)
    assert "“Recorded in full” is lower than with the others, and that is not noise: Anna." in text(page)
    assert "Boris 40 100% (91–100%) +23 pp, not noise 0% (0–9%) −93 pp, not noise" in told
    assert "Clara 3 3 of 3 too few to compare 0 of 3 too few to compare" in told


def test_how_many_leads_came_is_compared_by_rates_per_day(tmp_path: Path) -> None:
    rows = deals("word", 10, 30)
    rows += [
        {**row, "deal_id": f"more-{n}", "created_at": row["created_at"].replace(month=6)}
        for n, row in enumerate(deals("ads", 0, 0, 28))
    ]
    page = made(projects.read(tmp_path, config(), deals=rows))["en"]
    assert "June 2024: 28 leads came in, +28 against May 2024 (not noise)." in section(page, "coming")


def test_what_answering_in_time_would_bring_is_told_in_money_when_it_is_not_noise(tmp_path: Path) -> None:
    fast, slow = deals("word", 30, 30), deals("ads", 10, 90)
    calls = [
        {"deal_id": row["deal_id"], "at": row["created_at"] + timedelta(minutes=wait), "kind": "call_out"}
        for rows, wait in ((fast, 5), (slow, 500))
        for row in rows
    ]
    page = made(projects.read(tmp_path, config(), deals=fast + slow, activities=calls))["en"]
    told = section(page, "response")
    assert "answered in time 50% (30 of 60), later 10% (10 of 100): +40 pp, not noise." in told
    assert "At the first rate the late ones would be about 40 more sales for €4,000" in told
    assert "Later 100 10 10% (6–17%) €1,000" in told


def test_easy_and_hard_sales_are_told_in_money_and_young_months_are_not_over(tmp_path: Path) -> None:
    rows = deals("word", 20, 10, 7)
    for row in rows[:5]:
        row["closed_at"] = row["created_at"] + timedelta(days=30)
    page = made(projects.read(tmp_path, config(), deals=rows))["en"]
    told = section(page, "waves")
    assert "Hard sales brought €500 of €2,000: 5 of 20 sales came only after patience." in told
    assert "An easy sale is won within 10 days of the lead's creation" in told
    assert "7 of 37 leads of these months are still open" in told
    assert "never added to them" in told


def test_when_all_is_open_every_section_says_so(tmp_path: Path) -> None:
    page = english(tmp_path, deals=deals("word", 0, 0, 12, temperature="cold", segment="b2b"))
    assert "nothing was sold, so no source can be told to bring buyers." in page
    assert "Nothing was sold yet, so there are no waves." in page
    assert "12 cold leads are open now" in page


def test_the_cold_pool_and_its_later_sales_are_told(tmp_path: Path) -> None:
    cold, hot = deals("word", 6, 30, 9, temperature="cold"), deals("ads", 20, 20, temperature="hot")
    for row in cold[:4]:
        row["closed_at"] = row["created_at"] + timedelta(days=40)
    page = made(projects.read(tmp_path, config(), deals=cold + hot))
    assert (
        "9 cold leads are open now; of 6 sales to cold leads so far, 4 came after more than 10 days and brought "
        "€400." in text(page["en"])
    )
    told = section(page["en"], "temperature")
    assert "Won of the closed: hot 50% (20 of 40), cold 17% (6 of 36), +33 pp, not noise." in told
    assert "Cold 45 9 6 4 30 17% (8–32%)" in told


def test_no_temperatures_and_no_segments_say_what_to_record(tmp_path: Path) -> None:
    page = english(tmp_path, deals=deals("word", 10, 30))
    assert "No lead has a temperature: let sellers mark each lead hot, warm or cold" in page
    assert "No lead has a segment: mark each one B2B or B2C" in page
    assert "cold leads are open now" not in page


def test_without_a_qualifying_stage_the_page_says_what_to_declare(tmp_path: Path) -> None:
    page = english(tmp_path, config(qualifies="false"), deals=deals("word", 10, 30))
    assert "Nobody told which stage qualifies a lead" in page
    assert "Qualified, of leads" not in page


def test_the_power_of_the_questions_is_a_comparison_of_those_that_went_beyond(tmp_path: Path) -> None:
    rows = deals("word", 30, 30)
    ways = [("needs known", "offer sent")] * 25 + [("offer sent",)] * 5
    ways += [("needs known", "offer sent")] * 5 + [("offer sent",)] * 25
    stages = [
        {"deal_id": row["deal_id"], "stage": stage, "entered_at": row["created_at"] + timedelta(days=day)}
        for row, way in zip(rows, ways, strict=True)
        for day, stage in enumerate(("asked", *way))
    ]
    page = made(projects.read(tmp_path, config(), deals=rows, stages=stages))["en"]
    told = section(page, "qualification")
    assert "Beyond the stage, stood at it 30 25 83% (66–93%)" in told
    assert "Beyond the stage, skipped it 30 5 17% (7–34%)" in told
    assert "Asked against not asked (30 deals skipped the questions): +67 pp, not noise." in told
    assert "half of them within 1 day" in told


def test_without_skips_the_power_is_not_told(tmp_path: Path) -> None:
    page = english(tmp_path, deals=deals("word", 30, 30))
    assert "Only 0 closed deals went beyond the stage and skipped it" in page


def test_segments_stand_side_by_side(tmp_path: Path) -> None:
    rows = deals("word", 20, 20, segment="b2b", value=500) + deals("word", 20, 80, segment="b2c", value=100)
    rows += deals("word", 1, 2, segment="")
    page = made(projects.read(tmp_path, config(), deals=rows))
    told = section(page["en"], "segments")
    assert "Win rate 50% (35–65%) 20% (13–29%) +30 pp, not noise" in told
    assert "Average sale €500 €100 —" in told
    assert "Half of the sales are at most €500 €100 +400%, not noise its 95% interval €500–500 €100–100" in told
    assert "Without a segment: 3 leads, 1 won of 3 closed." in told
    assert "Left after costs: B2B €4,600 from 20 sales, B2C €0 from 20 sales." in told


def test_two_pipelines_have_sections_of_their_own(tmp_path: Path) -> None:
    rows = deals("word", 10, 30) + deals("ads", 3, 5, pipeline="again")
    page = made(projects.read(tmp_path, config("main", "again"), deals=rows))["en"]
    idents = set(re.findall(r'class="part" id="([^"]+)"', page.html))
    assert {
        "complete",
        "response",
        "people",
        "waves",
        "sources",
        "sources-2",
        "coming",
        "coming-2",
        "segments-2",
        "temperature-2",
    } <= idents
    assert "All pipelines together" in text(page)
    assert (
        "again. In the last 6 whole months: 3 sales for €300, too few to say which source brings buyers."
        in text(page)
    )


@pytest.mark.parametrize("name", ["", "<script>alert(1)</script>", "x" * 300, "—", "all"])
def test_a_source_may_have_any_name(tmp_path: Path, name: str) -> None:
    for page in made(projects.read(tmp_path, config(), deals=deals(name, 6, 9) + deals("word", 6, 9))).values():
        assert "<script>alert" not in page.html


def test_a_book_without_deals_has_the_page(tmp_path: Path) -> None:
    empty = [dict.fromkeys(("deal_id", "created_at", "stage", "status"), "")][:0]
    (tmp_path / "content").mkdir()
    (tmp_path / "funnelbook.toml").write_text(config(), encoding="utf-8")
    assert empty == []
    book = made_pages.small(tmp_path, [(0, 0, 0)])
    assert "There are no leads yet." in text(made(book)["en"])
