"""The page of come-backs: who returns, when, with what money, and what drifts away today."""

from __future__ import annotations

from pathlib import Path

import pytest
import read_books
from made_pages import sound_page, text
from msgspec.structs import replace
from read_books import Deals, pipeline

from funnelbook.pages import Book, Page
from funnelbook.pages.comebacks import answer as comebacks
from funnelbook.pages.edition import Edition
from funnelbook.pages.numbers import Numbers
from funnelbook.pages.theme import open_theme

TWO = pipeline("main", ('name = "Asked"', 'name = "Sent"'))


def page(book: Book) -> Page:
    numbers = Numbers(book.results, book.project.site.timezone)
    made = comebacks.page(Edition(book, "en", open_theme(book.theme), numbers))
    sound_page(made)
    return made


def told(root: Path, deals: list[Deals], config: str = TWO) -> str:
    return text(page(read_books.book(root, config, deals)))


def lost_and_back(refused: int, back: int) -> list[Deals]:
    """So many we refused and so many who declined, in January 2023; of each `back` buy for 1,000 in February."""
    return [
        each
        for number in range(refused)
        for reason in ("not a fit", "price")
        for each in (
            Deals(1, "2023-01", "lost", "Sent", reason=reason, contact=f"{reason} {number}"),
            *(
                [Deals(1, "2024-02", "won", "Sent", value=1000, contact=f"{reason} {number}")]
                if number < back
                else []
            ),
        )
    ]


def test_the_answer_counts_who_came_back_when_and_with_what(tmp_path: Path) -> None:
    early = [
        each
        for number in range(5)
        for each in (
            Deals(1, "2023-01", "lost", "Sent", reason="not a fit", contact=f"early {number}"),
            Deals(1, "2023-02", "lost", "Sent", reason="price", contact=f"early {number}", day=7),
        )
    ]
    made = told(tmp_path, [*lost_and_back(10, 4), *early])
    # within a year 5 of the 15 that we refused came back, after 30 days; of 15 who declined nobody
    assert "Within 365 days 17% of the lost buyers come back with another deal (" in made
    assert "of those we refused 33%, of those who declined 0%." in made
    assert "Those we refused come back more often than those who declined, which is not noise." in made
    assert "Half of those who come back do it within 30 days of the loss" in made
    assert "come-backs brought 8 sales for €8,000, 100% of all revenue." in made
    assert "We refused 4 4" in made


def test_a_refusal_is_held_against_drift(tmp_path: Path) -> None:
    silent = [
        Deals(1, "2023-01", "lost", "Sent", reason="no answer", contact=f"silent {number}") for number in range(20)
    ]
    back = [Deals(1, "2023-03", "open", "Asked", contact=f"not a fit {number}") for number in range(10)]
    made = told(tmp_path, [*lost_and_back(20, 0), *silent, *back])
    assert "Those we refused come back more often than those who drifted away, which is not noise. The" in made


def test_come_backs_stand_beside_all_other_deals(tmp_path: Path) -> None:
    others = [Deals(30, "2024-03", "lost", "Sent", reason="price"), Deals(10, "2024-03", "won", "Sent", value=500)]
    made = told(tmp_path, [*lost_and_back(6, 6), *others])
    assert (
        "Of the come-backs that were closed 100% were won (12 of 12); of all other deals 25%: +75 pp, not" in made
    )
    assert "All other deals 40 10 25% 14–40% — €5,000" in made


def test_what_drifts_today_is_told_by_stage_and_owner(tmp_path: Path) -> None:
    deals = [
        Deals(3, "2024-01", "open", "Sent", value=700),
        Deals(2, "2024-01", "open", "Asked", owner="Boris"),
        Deals(5, "2024-04", "open", "Asked", day=14),
    ]
    made = told(tmp_path, deals)
    assert "Today 5 of 10 open deals lie untouched and drift away, €2,100 in all: refuse them or sell them." in made
    assert "Most lie at Sent: 3 of 3 open there, the oldest untouched for 103 days." in made
    assert "Boris Asked 2 — 103 days" in made


@pytest.mark.parametrize(
    ("deals", "said"),
    [
        ([Deals(3, "2024-02", "lost", "Sent")], "export contacts, phones or e-mail addresses"),
        ([Deals(3, "2024-02", "won", "Sent", contact="A")], "No deal with a contact was lost"),
        ([Deals(3, "2024-03", "lost", "Sent", contact="A")], "No loss is 90 days old yet"),
        (
            [Deals(3, "2024-03", "lost", "Sent", contact="A")],
            "No deal was closed of a buyer who had been lost before.",
        ),
        ([Deals(3, "2024-04", "open", "Sent", day=10)], "Today no open deal lies untouched for too long."),
        ([Deals(8, "2023-01", "lost", "Sent", contact="A")], "8 losses are of 1 contact only"),
        ([Deals(2, "2023-11", "lost", "Sent", contact="A")], "too young to tell how many come back within a year"),
        ([Deals(2, "2023-11", "lost", "Sent", contact="A")], "0 of 2 of the lost buyers"),
    ],
)
def test_what_is_missing_is_said(tmp_path: Path, deals: list[Deals], said: str) -> None:
    assert said in told(tmp_path, deals)


def test_a_contact_with_twenty_deals(tmp_path: Path) -> None:
    deals = [
        Deals(1, f"2023-{month:02d}", "lost", "Sent", reason="price", contact="A", day=day)
        for month in range(1, 11)
        for day in (2, 12)
    ]
    assert "20 losses are of 1 contact only" in told(tmp_path, deals)


def test_without_deals_the_page_exists(tmp_path: Path) -> None:
    book = read_books.book(tmp_path, TWO, [Deals(1, "2024-02", "open", "Asked")])
    empty = replace(book.results, tables={}, absent={})
    assert "There are no deals yet, so nobody could come back." in text(page(replace(book, results=empty)))
