"""Before and after the changes of playbooks, and their history: on the page of all, on each playbook's, at home."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path

import books
import pytest
from made_pages import COURSE, STAGES, text
from msgspec.structs import replace

from funnelbook.handbook import Change, Handbook, History, Playbook, Version
from funnelbook.handbook.git_log import Past
from funnelbook.metrics.tables.effects import SCHEMA
from funnelbook.pages import Book, Page, home, playbooks
from funnelbook.pages.effects import answer as effects

PATH = "content/en/first.md"
FIRST = Playbook("first", PATH, "First <b>", "note", "en", aims_at="win_rate", html="<p>x</p>")
BETTER = {
    "playbook": "first", "version": date(2024, 1, 10), "aims_at": "win_rate", "pipeline": "main", "stage": None,
    "before_days": 90, "after_days": 90, "before_n": 80, "before_good": 48, "before_share": 0.6,
    "after_n": 70, "after_good": 56, "after_share": 0.8, "pending": 0, "difference": 0.2,
    "low": 0.052, "high": 0.334,
    "control_before_n": 40, "control_before_good": 8, "control_before_share": 0.2, "control_after_n": 40,
    "control_after_good": 16, "control_after_share": 0.4, "control_difference": 0.2, "control_low": 0.0,
    "control_high": 0.38, "net": 0.0, "net_low": -0.23, "net_high": 0.24, "verdict": "better", "reason": None,
}  # fmt: skip


def change(day: int, author: str = "Anna", subject: str = "Shorter", number: int = 0) -> Change:
    return Change(f"{number:040d}", author, datetime(2024, 3, day, 12, tzinfo=UTC), subject)


def blob(raw: bytes) -> str:
    return hashlib.sha1(b"blob %d\0" % len(raw) + raw, usedforsecurity=False).hexdigest()


def book(
    root: Path, *rows: Mapping[str, object], history: History | None = None, languages: tuple[str, ...] = ("en",)
) -> Book:
    pipe = books.pipeline("main", STAGES)
    tables: dict[str, object] = dict(books.months("2024-01", COURSE[:2], pipe))
    if rows:
        tables["effects"] = [{**dict.fromkeys(SCHEMA), **row} for row in rows]
    made = books.book(books.results_of([pipe], tables), root, languages=languages)  # type: ignore[arg-type]
    if not rows:
        made = replace(made, results=replace(made.results, absent={"effects": "no-aims"}))
    handbooks = {code: Handbook(code, (replace(FIRST, language=code),)) for code in languages}
    return replace(made, handbooks=handbooks, history=History() if history is None else history)


def pages_of(section: object, made: Book) -> dict[str, Page]:
    from funnelbook.pages.edition import Edition
    from funnelbook.pages.numbers import Numbers
    from funnelbook.pages.theme import open_theme

    numbers = Numbers(made.results, made.project.site.timezone)
    language = made.project.site.languages[0]
    edition = Edition(made, language, open_theme(made.theme), numbers)
    return {page.path: page for page in (task() for task in section.pages(edition))}  # type: ignore[attr-defined]


def overview(root: Path, *rows: Mapping[str, object], **more: object) -> str:
    return text(pages_of(effects, book(root, *rows, **more))["effects.html"])  # type: ignore[arg-type]


def own(root: Path, *rows: Mapping[str, object], history: History | None = None) -> Page:
    return pages_of(playbooks, book(root, *rows, history=history))["playbooks/first.html"]


def test_the_answer_counts_what_came_after_and_says_the_others_did_the_same(tmp_path: Path) -> None:
    told = overview(tmp_path, BETTER)
    assert "What came after the changes of playbooks: 1 better." in told
    assert "60% (48 of 80) before, 80% (56 of 70) after, +20 pp (+5 to +33)." in told
    assert "After it the number is better, beyond chance." in told
    assert (
        "In the other pipelines meanwhile: 20% (8 of 40) before, 40% (16 of 40) after, +20 pp (±0 to +38)." in told
    )
    assert "Against them ±0 pp (−23 to +24), which is noise: what changed here changed there too." in told
    assert "Before and after is no proof" in told


@pytest.mark.parametrize(
    ("reason", "more", "said"),
    [
        ("not_over", {}, "Not enough yet: the days that are compared end on 9 April 2024."),
        ("few", {}, "Not enough: fewer than 20 cases on a side."),
        ("cut", {"after_days": 7}, "leave 90 days before and 7 days after it to compare"),
        ("pending", {"pending": 12}, "12 deals that are not decided yet could turn the result."),
        ("no_way", {"before_n": 0, "after_n": 0, "difference": None, "low": None, "high": None},
         "the data do not say when a deal came to this stage"),
    ],
)  # fmt: skip
def test_why_a_change_cannot_be_judged_yet(
    tmp_path: Path, reason: str, more: Mapping[str, object], said: str
) -> None:
    told = overview(tmp_path, {**BETTER, **more, "verdict": "not_enough", "reason": reason})
    assert said in told
    assert "1 not enough yet" in told
    assert "Against them" not in told


def test_of_several_judged_changes_one_in_twenty_is_chance(tmp_path: Path) -> None:
    told = overview(tmp_path, BETTER, {**BETTER, "version": date(2023, 1, 1), "verdict": "noise"})
    assert "2 changes were judged. About one in 20 looks like a signal by chance alone" in told
    assert "1 better and 1 within noise" in told


def test_without_the_table_the_page_says_what_to_do(tmp_path: Path) -> None:
    assert "No playbook names a number that it is to change: write `aims_at: decided`" in overview(tmp_path)
    assert "Ни один регламент не назвал число" in overview(tmp_path, languages=("ru",))


def test_a_playbook_shows_its_own_effect_and_no_other_does(tmp_path: Path) -> None:
    page = own(tmp_path, BETTER)
    assert 'id="effect"' in page.html
    assert "80% (56 of 70)" in text(page)
    assert "No change of this playbook is known" in text(own(tmp_path, {**BETTER, "playbook": "other"}))
    aimless = replace(book(tmp_path, BETTER), handbooks={"en": Handbook("en", (replace(FIRST, aims_at=""),))})
    assert 'id="effect"' not in pages_of(playbooks, aimless)["playbooks/first.html"].html


def history(
    *versions: Version, texts: Mapping[str, str] | None = None, raw: bytes = b"now", cut: bool = False
) -> History:
    return History({PATH: Past(blob(raw), list(versions), cut)}, texts or {})


def file(root: Path, raw: bytes) -> None:
    (root / PATH).parent.mkdir(parents=True, exist_ok=True)
    (root / PATH).write_bytes(raw)


def test_the_history_marks_the_words_that_each_change_added_and_removed(tmp_path: Path) -> None:
    file(tmp_path, b"now")
    texts = {"a": "The price is high.", "b": "The price is <b>fair</b>."}
    page = own(
        tmp_path, history=history(Version(change(2), "b", "a"), Version(change(1, number=1), "a", ""), texts=texts)
    )
    assert "<del> high</del><ins> &lt;b&gt;fair&lt;/b&gt;</ins>" in page.html
    told = text(page)
    assert "2 March 2024, Anna: Shorter" in told
    assert "The playbook was added." in told
    assert "working copy" not in told


def test_only_the_newest_changes_have_their_text_and_the_rest_is_a_list(tmp_path: Path) -> None:
    file(tmp_path, b"now")
    texts = {str(number): f"text {number}" for number in range(9)}
    versions = [Version(change(9 - n, number=n), str(8 - n), str(7 - n)) for n in range(8)]
    html = own(tmp_path, history=history(*versions, texts=texts)).html
    assert html.count("<del>") == 3
    assert "5 earlier changes" in html


def test_hostile_names_and_subjects_are_text_without_addresses(tmp_path: Path) -> None:
    file(tmp_path, b"now")
    bad = change(2, '"><img src=x onerror=1>\u202e', "<script>\x1b]0;x anna@example.com +7 916 123-45-67")
    html = own(tmp_path, history=history(Version(bad, "b", "a"), texts={"a": "x\u202e", "b": "y\x1b"})).html
    start = html[html.index('id="history"') :]
    assert "<img" not in start.split("</section>")[0]
    assert "<script>" not in start.split("</section>")[0]
    assert not any(sign in html for sign in ("\u202e", "\x1b"))
    assert "␛" in start
    assert "anna@example.com" not in html
    assert "123-45-67" not in html


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (History(missing="no-git"), "There was no git where this site was built"),
        (History(missing="no-repository"), "The handbook is not kept in git"),
        (History(missing="no-commits"), "Nothing of the handbook has been committed to git yet."),
        (History({"content/en/other.md": Past("x")}), "This playbook has not been committed to git yet."),
        (history(Version(change(1), "a", "")), "It was changed in the working copy and not committed yet"),
        (history(raw=b"dirty", cut=True), "The copy of the repository is a shallow one"),
    ],
)
def test_what_is_not_known_of_a_history_is_said(tmp_path: Path, given: History, said: str) -> None:
    file(tmp_path, b"dirty")
    assert said in text(own(tmp_path, history=given))


def test_a_text_that_is_not_here_and_one_that_was_only_wrapped(tmp_path: Path) -> None:
    file(tmp_path, b"now")
    versions = (Version(change(3), "c", "b"), Version(change(2, number=1), "b", "a"))
    told = text(own(tmp_path, history=history(*versions, texts={"a": "one two", "b": "one\ntwo"})))
    assert "The earlier text is not on this machine." in told
    assert "Only line breaks and spaces changed." in told


def test_the_newest_changes_stand_on_the_home_page(tmp_path: Path) -> None:
    told = text(pages_of(home, book(tmp_path, history=history(Version(change(5), "b", "a"))))["index.html"])
    assert "The newest playbook changes First <b> 5 March 2024: Shorter" in told
    assert "newest playbook changes" not in text(pages_of(home, book(tmp_path))["index.html"])
