"""The page of losses: why deals die, where, whether it is the price, and what we say when we refuse."""

from __future__ import annotations

from pathlib import Path

import pytest
import read_books
from made_pages import sound, sound_page, text
from msgspec.structs import replace
from read_books import Deals, pipeline

from funnelbook.handbook import Handbook, Playbook
from funnelbook.pages import Book, Page
from funnelbook.pages.edition import Edition
from funnelbook.pages.losses import answer as losses
from funnelbook.pages.numbers import Numbers
from funnelbook.pages.theme import open_theme

TWO = pipeline("main", ('name = "Asked"', 'name = "Sent"'))
MONTHS = ("2024-01", "2024-02", "2024-03")


def page(book: Book, language: str = "en") -> Page:
    numbers = Numbers(book.results, book.project.site.timezone)
    made = losses.page(Edition(book, language, open_theme(book.theme), numbers))
    sound_page(made)
    return made


def told(root: Path, deals: list[Deals], config: str = TWO) -> str:
    return text(page(read_books.book(root, config, deals)))


def course() -> list[Deals]:
    """A month: 10 won of 1,000 each; lost at Sent 12 for the price (500 each), 6 undecided, 2 for no reason."""
    return [
        each
        for month in MONTHS
        for each in (
            Deals(10, month, "won", "Sent", value=1000),
            Deals(12, month, "lost", "Sent", value=500, reason="too expensive"),
            Deals(6, month, "lost", "Asked", reason="no decision"),
            Deals(2, month, "lost", "Asked"),
            Deals(4, month, "lost", "Asked", value=100, reason="not a fit"),
        )
    ]


def test_the_answer_says_how_much_was_lost_and_why_and_where(tmp_path: Path) -> None:
    made = told(tmp_path, course())
    # 3 x (12 x 500 + 4 x 100); 36 of 66 with a reason, 18 undecided
    assert "In the last 3 whole months 72 deals were lost that were worth €19,200; 30 were won for €30,000." in made
    assert (
        "The chief cause: Price and value, 55% of the losses with a recorded reason (36 of 66, €18,000 in" in made
    )
    assert "Most of them at Sent: 36." in made
    assert "It is the price about half of the time: for price and value 55% of the losses with a reason;" in made
    assert "because the buyer did not decide or put it off 27%; other causes: “Not a fit” 18%." in made
    assert "Of the 72 deals lost in the twelve months up to 15 April 2024, 24 have no price" in made


@pytest.mark.parametrize(
    ("price", "fear", "said"),
    [(40, 20, "It is mostly the price"), (20, 40, "It is mostly not the price"), (3, 3, "about half of the time")],
)
def test_whether_it_is_the_price_needs_more_than_a_hair(tmp_path: Path, price: int, fear: int, said: str) -> None:
    deals = [
        Deals(price, "2024-02", "lost", "Sent", reason="price"),
        Deals(fear, "2024-02", "lost", "Sent", reason="doubt"),
    ]
    assert said in told(tmp_path, deals)


def test_shares_have_their_intervals_and_months_before(tmp_path: Path) -> None:
    before = [Deals(30, "2023-03", "lost", "Sent", reason="too expensive")]
    made = told(tmp_path, [*before, *course()])
    assert "against 100% (30 of 30) in the 1 month before: not noise" in made
    assert "Price and value 36 55% 43–66% €18,000 100% −45 pp, not noise" in made


def test_dear_deals_are_compared_with_cheap_ones(tmp_path: Path) -> None:
    deals = [
        each
        for value, won in ((100, 30), (200, 30), (300, 30), (900, 6))
        for each in (
            Deals(won, "2024-02", "won", "Sent", value=value),
            Deals(40 - won, "2024-02", "lost", "Sent", value=value, reason="price"),
        )
    ]
    made = told(tmp_path, deals)
    assert "The dearest deals sell worse than the cheapest ones (15% against 75%: not noise)." in made
    assert "1 €100 €100 40 30 75.0%" in made


def test_who_ended_it_and_of_how_many_we_know_why(tmp_path: Path) -> None:
    made = told(tmp_path, course())
    assert "We refused 12 17% 10–27%" in made
    assert "Drifted away 6 8% 4–17%" in made
    assert "A reason is recorded for 92% of the losses (66 of 72)." in made


def test_undecided_buyers_stand_beside_price_losses_by_stage(tmp_path: Path) -> None:
    made = told(tmp_path, course())
    assert "Most of those who did not decide are lost at Asked: 18 of 30; for price and value 0." in made
    assert "Asked 30 60% 42–75% 0% 0–11%" in made


def test_a_refusal_without_a_script_says_what_to_write(tmp_path: Path) -> None:
    book = read_books.book(tmp_path, TWO, course())
    assert "Not a fit: there is no script. Write a playbook of the kind refusal with cause: fit;" in text(
        page(book)
    )
    script = Playbook("no", "content/en/no.md", "How to say no", "refusal", "en", cause=("fit",), html="<p>No</p>")
    made = page(replace(book, handbooks={"en": Handbook("en", (script,)), "ru": Handbook("ru")}))
    assert "there is no script" not in text(made)
    assert "not a fit Not a fit 1 script 12 €1,200" in text(made)
    assert "Not a fit: How to say no." in text(made)
    assert "playbooks/no.html" in made.links


@pytest.mark.parametrize(
    ("deals", "said"),
    [
        ([Deals(6, "2024-02", "won", "Sent")], "In the last 3 whole months no deal was lost."),
        ([Deals(6, "2024-02", "open", "Sent")], "No deal was lost in the last whole months."),
        ([Deals(6, "2024-02", "lost", "Sent")], "No reason was recorded for any of the losses."),
        ([Deals(6, "2024-02", "lost", "Sent")], "let the CRM ask for one whenever a deal is closed"),
        ([Deals(6, "2024-02", "lost", "Sent", reason="price")], "fill the deals' value, of lost ones too"),
        ([Deals(6, "2024-02", "lost", "Sent", reason="no answer")], "Drifted away 6 100%"),
        ([Deals(2, "2024-02", "lost", "Sent", reason="price", value=5)], "too few deals with a price to compare"),
        ([Deals(6, "2024-02", "lost", "", reason="price", value=5)], "Stage not known"),
        (
            [Deals(3, "2024-02", "lost", "Sent", reason=reason) for reason in ("price", "later")],
            "No cause of loss stands out: the most frequent ones have 3 of 6 each.",
        ),
    ],
)
def test_what_is_missing_is_said(tmp_path: Path, deals: list[Deals], said: str) -> None:
    first = [Deals(1, "2024-01", "open", "Asked")]
    assert said in told(tmp_path, [*first, *deals])


def test_a_single_stage_and_two_pipelines_in_both_languages(tmp_path: Path) -> None:
    config = pipeline("main", ('name = "Came in"',)) + pipeline("second", ('name = "Asked"', 'name = "Sent"'))
    deals = [
        Deals(9, "2024-02", "lost", "Came in", reason="price", value=5),
        Deals(4, "2024-02", "lost", "Asked", reason="price", value=5, pipeline="second"),
    ]
    made = sound(read_books.book(tmp_path, config, deals))
    for path in ("losses.html", "ru/losses.html", "comebacks.html", "ru/comebacks.html"):
        assert path in made
    anchors = made["losses.html"].anchors
    assert {"causes", "price-value", "prices", "fear", "party", "recorded", "matrix", "refusals"} <= anchors
    assert {"causes-2", "refusals-2"} <= anchors
    assert "second. The chief cause: Price and value" in text(made["losses.html"])


def test_without_deals_the_page_exists(tmp_path: Path) -> None:
    book = read_books.book(tmp_path, TWO, [Deals(1, "2024-02", "open", "Asked")])
    empty = replace(book.results, tables={}, absent={})
    assert "There are no deals yet, so none was lost." in text(page(replace(book, results=empty)))
