"""The names of stages on the page of pipelines, and who changed a playbook last on its own."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import books
from made_pages import COURSE, sound_section, text
from msgspec.structs import replace

from funnelbook.handbook import Change, Handbook, History, Playbook
from funnelbook.handbook.git_log import Past, Version
from funnelbook.pages import Book, Page, pipelines, playbooks


def names(root: Path, *stages: str, **site: object) -> Page:
    pipe = books.pipeline("main", stages)
    book = books.book(books.results_of([pipe], books.months("2024-01", COURSE[:2], pipe)), root, **site)
    return sound_section(book, pipelines.pages)["pipelines/index.html"]


def test_names_that_say_what_has_happened_are_said_to(tmp_path: Path) -> None:
    page = names(tmp_path, "Request received", "Offer sent")
    assert "stage-names" in page.anchors
    assert "All names say what has happened" in text(page)


def test_a_name_that_is_an_activity_gets_a_hint(tmp_path: Path) -> None:
    told = text(names(tmp_path, "Request received", "Negotiations"))
    assert "1 of 2 names do not" in told
    assert "Request received yes —" in told
    assert "Negotiations no The name is an activity, not a fact" in told


def test_hints_speak_russian(tmp_path: Path) -> None:
    told = text(names(tmp_path, "Заявка получена", "Переговоры", languages=("ru",)))
    assert "Не говорят 1 из 2" in told
    assert "Переговоры нет Название: это занятие, а не факт" in told


def handbook_of(root: Path, *, review_every: int | None, known: bool = True, author: str = "Anna") -> Book:
    pipe = books.pipeline("main", ("one",))
    book = books.book(books.results_of([pipe], books.months("2024-01", COURSE[:2], pipe)), root, languages=("en",))
    path = "content/en/first.md"
    playbook = Playbook("first", path, "First", "note", "en", review_every=review_every, html="<p>x</p>")
    change = Change("0" * 40, author, datetime(2024, 3, 15, 12, tzinfo=UTC))
    history = History({path: Past("", [Version(change, "")])} if known else {})
    return replace(book, handbooks={"en": Handbook("en", (playbook,))}, history=history)


def playbook_page(book: Book) -> str:
    return text(sound_section(book, playbooks.pages)["playbooks/first.html"])


def test_a_playbook_tells_its_last_change_and_when_its_review_was_due(tmp_path: Path) -> None:
    """The data end on 15 April 2024: 31 days after the change is that very day, on which nothing is overdue."""
    overdue = playbook_page(handbook_of(tmp_path, review_every=30))
    assert "Last change15 March 2024, Anna" in overdue
    assert "overdue since 14 April 2024" in overdue
    assert "overdue" not in playbook_page(handbook_of(tmp_path, review_every=31))
    assert "overdue" not in playbook_page(handbook_of(tmp_path, review_every=None))


def test_a_playbook_that_git_does_not_know_tells_nothing(tmp_path: Path) -> None:
    told = playbook_page(handbook_of(tmp_path, review_every=1, known=False))
    assert "Last change" not in told
    assert "overdue" not in told


def test_an_author_is_text_and_nothing_else(tmp_path: Path) -> None:
    hostile = '"><img src=x onerror=1>\x1b]0;'
    assert '"><img src=x onerror=1>␛]0;' in playbook_page(handbook_of(tmp_path, review_every=None, author=hostile))
