"""What a reader meets: every kind of page, in both languages, for ordinary, small and hostile books."""

from __future__ import annotations

import re
from pathlib import Path

import books
import pytest
from made_pages import COURSE, STAGES, by_path, small, sound, text
from msgspec.structs import replace

from funnelbook import pages
from funnelbook.handbook import Handbook, Playbook
from funnelbook.model.notes import Note

HOSTILE = [
    "</script><script>window.PWN=1</script>",
    "<!--<script>",
    '" onmouseover="alert(1)',
    "' x='`",
    "{{ 7*7 }}",
    '{% include "/etc/passwd" %}',
    "{0.__class__} {x!r} %s %(a)s",
    "__proto__",
    "\u202eevil\u2028]]>&lt;\ufeff",
    "\x00\x07",
    "x" * 10_000,
]


@pytest.mark.skipif(not books.GOLDEN.exists(), reason="the golden example lies outside the repository")
def test_the_golden_example_becomes_a_site(tmp_path: Path) -> None:
    made = sound(books.book(books.golden(), tmp_path))
    march = text(made["2024-03/index.html"])
    assert "2 deals won for €23,000; 2 lost, 4 new." in march
    assert "Only 4 deals were closed, 2 of them won: too few for a win rate." in march
    assert "This month is not over: the data cover 14.4 of its 30 days" in text(made["2024-04/index.html"])
    home = text(made["index.html"])
    assert "March 2024" in home
    assert "How far 1 lost deal came is not known" in text(made["data/index.html"])


def test_every_page_stands_in_both_languages_and_leads_to_the_other(tmp_path: Path) -> None:
    made = sound(small(tmp_path))
    english = {path for path in made if not path.startswith("ru/")}
    assert {path.removeprefix("ru/") for path in made if path.startswith("ru/")} == english
    assert "ru/2024-03/index.html" in made["2024-03/index.html"].links
    assert "2024-03/index.html" in made["ru/2024-03/index.html"].links
    assert '<html lang="ru">' in made["ru/index.html"].html


def test_the_default_language_stands_at_the_root(tmp_path: Path) -> None:
    made = sound(small(tmp_path, COURSE[:2], languages=("ru", "en")))
    assert "7 продаж" in text(made["2024-02/index.html"])
    assert "7 deals won" in text(made["en/2024-02/index.html"])


def test_a_win_rate_that_moved_by_chance_is_called_noise(tmp_path: Path) -> None:
    made = sound(small(tmp_path))
    assert "points above the month before (within noise)" in text(made["2024-05/index.html"])


def test_a_win_rate_that_fell_beyond_chance_is_not_called_noise(tmp_path: Path) -> None:
    made = sound(small(tmp_path, [(100, 60, 40), (100, 20, 80), (1, 0, 0)]))
    assert "40 points below the month before (not noise)" in text(made["2024-02/index.html"])


def test_few_closed_deals_are_shown_as_counts(tmp_path: Path) -> None:
    page = text(sound(small(tmp_path, [(4, 1, 2), (4, 1, 2)]))["2024-01/index.html"])
    assert "1 of 3" in page
    assert "33%" not in page


def test_a_month_without_sales_says_so(tmp_path: Path) -> None:
    made = sound(small(tmp_path, [(6, 0, 0), (6, 0, 5)]))
    assert "Nothing was won; 0 lost, 6 new. No deal was closed, so there is no win rate." in text(
        made["2024-01/index.html"]
    )
    assert "Nothing was won; 5 lost" in text(made["2024-02/index.html"])


def test_one_month_of_data_is_compared_with_nothing(tmp_path: Path) -> None:
    made = sound(small(tmp_path, COURSE[:1]))
    assert "there is nothing yet to compare it with" in text(made["2024-01/index.html"])


def test_an_unfinished_month_is_not_compared_with_whole_ones_in_sums(tmp_path: Path) -> None:
    page = sound(small(tmp_path))["2024-08/index.html"]
    assert "This month is not over" in text(page)
    created = page.html.split("glossary.html#created", 1)[1].split("</li>")[0]
    assert "noise" not in created


def test_several_pipelines_stand_side_by_side_and_apart(tmp_path: Path) -> None:
    made = sound(small(tmp_path, COURSE[:3], names=("New customers", "Service")))
    page = text(made["2024-02/index.html"])
    assert "14 deals won" in page
    assert "Service" in page
    assert "7 deals won" in text(made["2024-02/pipeline-2.html"])


def test_an_inferred_pipeline_is_said_to_be(tmp_path: Path) -> None:
    pipe = books.pipeline("main", STAGES, "inferred")
    book = books.book(books.results_of([pipe], books.months("2024-01", COURSE, pipe)), tmp_path)
    made = sound(book)
    assert "its stages and their order were inferred" in text(made["pipelines/1/index.html"])
    assert "its stages and their order were inferred" in text(made["data/index.html"])


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_is_text_and_nothing_else(name: str, tmp_path: Path) -> None:
    pipe = books.pipeline(name, (name, f"{name} 2"))
    book = books.book(books.results_of([pipe], books.months("2024-01", COURSE[:2], pipe, reason=name)), tmp_path)
    book = replace(book, project=replace(book.project, site=replace(book.project.site, title=name)))
    for path, page in sound(book).items():
        assert re.fullmatch(r"[a-z0-9/.-]+", path)
        assert not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f]", page.html)
        assert "49" not in re.findall(r"(?<![\d,.%])49(?![\d,.%])", text(page)) or "7*7" not in name


def test_a_hostile_name_is_shown_as_it_is(tmp_path: Path) -> None:
    pipe = books.pipeline("{{ 7*7 }} <b>", STAGES)
    book = books.book(books.results_of([pipe], books.months("2024-01", COURSE[:2], pipe)), tmp_path)
    page = by_path(pages.render(book))["pipelines/1/index.html"]
    assert "<h1><bdi>{{ 7*7 }} &lt;b&gt;</bdi></h1>" in page.html


def test_a_playbook_has_a_page_its_stage_and_its_twin(tmp_path: Path) -> None:
    def playbook(language: str, slug: str) -> Playbook:
        return Playbook(
            slug, f"content/{language}/{slug}.md", f"Title {slug}", "refusal", language, stage=("offer SENT",),
            html='<h2 id="h-why">Why</h2>\n<p>We say <a href="other.md#h-why">no</a>.</p>\n',
        )  # fmt: skip

    book = small(tmp_path, COURSE[:2])
    handbooks = {
        "en": Handbook("en", (playbook("en", "first"), playbook("en", "other"))),
        "ru": Handbook("ru", (playbook("ru", "other"),)),
    }
    made = sound(replace(book, handbooks={**handbooks}))
    first = made["playbooks/first.html"]
    assert "playbooks/other.html#h-why" in first.links
    assert "pipelines/1/stage-2.html" in first.links
    assert "ru/playbooks/index.html" in first.links
    assert "ru/playbooks/other.html" in made["playbooks/other.html"].links
    assert "playbooks/first.html" in made["pipelines/1/stage-2.html"].links


def test_a_book_without_deals_is_still_a_site(tmp_path: Path) -> None:
    made = by_path(pages.render(books.book(books.results_of([], {}), tmp_path)))
    assert "There are no deals yet." in text(made["index.html"])


def test_the_same_book_gives_the_same_pages(tmp_path: Path) -> None:
    assert pages.render(small(tmp_path, COURSE[:2])) == pages.render(small(tmp_path, COURSE[:2]))


def test_an_unfinished_month_has_no_place_among_whole_ones(tmp_path: Path) -> None:
    made = sound(small(tmp_path))
    assert "€6,000 so far; the month is not over." in text(made["2024-08/index.html"])
    assert "months by revenue" in text(made["2024-07/index.html"])


def test_causes_that_are_equally_frequent_are_not_called_chief(tmp_path: Path) -> None:
    pipe = books.pipeline("main", STAGES)
    tables = books.months("2024-01", COURSE[:2], pipe)
    tables["losses"] = [
        {**row, "cause": cause, "deals": 3} for row in tables["losses"] for cause in ("fear", "price_value")
    ]
    made = sound(books.book(books.results_of([pipe], tables), tmp_path))
    assert "No cause of loss stands out: the most frequent ones have 3 of 6 each." in text(
        made["2024-01/index.html"]
    )


def test_the_data_page_accounts_for_every_row(tmp_path: Path) -> None:
    def line(problem: str, rows: int, accepted: int, rejected: int) -> dict[str, object]:
        counts = {"rows": rows, "accepted": accepted, "rejected": rejected, "duplicates": 0, "ignored": 0}
        return {"file": "deals 1", "table": "deals", "problem": problem, **counts}

    pipe = books.pipeline("main", STAGES)
    tables = books.months("2024-01", COURSE[:2], pipe)
    tables["quality"] = [line("all", 9, 7, 2), line("bad-date", 2, 0, 2), line("closed-before-created", 1, 1, 0)]
    results = books.results_of([pipe], tables)
    notes = (Note("currency-assumed", (("currency", "EUR"),)), Note("unheard-of", (("deals", 3),)))
    page = text(sound(books.book(replace(results, notes=notes), tmp_path))["data/index.html"])
    assert "9 rows in all (1 file): 7 accepted, 2 rejected, 0 duplicates, 0 ignored." in page
    assert "A date cannot be read deals 1 2 0 0" in page
    assert "Closed before it was created (gives no cycle) deals 1 1" in page
    assert "EUR was taken from the data" in page
    assert "unheard-of: 3" in page


def test_data_without_prices_show_no_revenue(tmp_path: Path) -> None:
    pipe = books.pipeline("main", STAGES)
    tables = books.months("2024-01", COURSE, pipe)
    tables["monthly"] = [{**row, "revenue": 0.0, "average_sale": None} for row in tables["monthly"]]
    made = sound(books.book(books.results_of([pipe], tables), tmp_path))
    assert "Revenue" not in text(made["2024-02/index.html"])
    assert "Revenue" not in text(made["index.html"])


def test_losses_without_reasons_are_laid_to_nobody(tmp_path: Path) -> None:
    pipe = books.pipeline("main", STAGES)
    tables = books.months("2024-01", COURSE, pipe)
    tables["losses"] = [{**row, "cause": "none", "party": "drifted", "reason": None} for row in tables["losses"]]
    made = sound(books.book(books.results_of([pipe], tables), tmp_path))
    assert "No reason was recorded for any of the losses." in text(made["2024-02/index.html"])
    assert "drifted away." not in text(made["2024-02/index.html"])
    assert "Who ended it" not in text(made["losses.html"])


def test_a_pipeline_known_from_one_export_says_that_its_movements_are_assumed(tmp_path: Path) -> None:
    pipe = books.pipeline("main", STAGES)
    tables = books.months("2024-01", COURSE[:2], pipe)
    tables["ways"] = [{**row, "basis_history": 0, "basis_current": row["deals"]} for row in tables["ways"]]
    made = sound(books.book(books.results_of([pipe], tables), tmp_path))
    assert "There is no stage history" in text(made["2024-02/index.html"])
