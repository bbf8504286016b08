"""The month opens with its three largest leaks: money, stage, playbook, and whether it is chance."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import books
from made_pages import sound, text
from msgspec.structs import replace

from funnelbook.handbook import Handbook, Playbook
from funnelbook.model.differences import newcombe, wilson
from funnelbook.pages import Book

AS_OF = datetime(2024, 3, 1, tzinfo=UTC)
STAGES = ("Request received", "Need understood", "Offer sent", "Terms agreed", "Contract signed")

#: Went on and lost in the month, and in the year before.
Course = tuple[int, int, int, int]


def tables(courses: dict[str, Course], worth: float | None = 1000.0) -> dict[str, list[dict[str, object]]]:
    """January is the year before, February the month; each deal that did not go on is `worth` so much."""
    pipe = books.pipeline("main", STAGES)
    made = books.months("2024-01", [(60, 10, 20), (60, 10, 20)], pipe)
    made["entries"], made["leaks"] = [], []
    for month in ("2024-01", "2024-02"):
        for stage in STAGES:
            on, lost, on_before, lost_before = courses.get(stage, (9, 1, 9, 1))
            forward, gone = (on, lost) if month == "2024-02" else (on_before, lost_before)
            counts = {"entered": forward + gone, "left_forward": forward, "left_lost": gone, "at_end": 0}
            made["entries"].append({"month": month, "pipeline": "main", "stage": stage, **counts})
            if month == "2024-02":
                made["leaks"].append(_leak(stage, (on, lost, on_before, lost_before), worth))
    return made


def _leak(stage: str, course: Course, worth: float | None) -> dict[str, object]:
    on, lost, on_before, lost_before = course
    now, year = wilson(on, on + lost), wilson(on_before, on_before + lost_before)
    assert now is not None
    assert year is not None
    change = newcombe(now, year)
    money = None if worth is None else max(0.0, -change.value) * (on + lost) * worth
    return {
        "month": "2024-02", "pipeline": "main", "stage": stage, "decided_month": now.value,
        "decided_year": year.value, "difference": change.value, "difference_low": change.low,
        "difference_high": change.high, "money": money, "noise": change.noise,
    }  # fmt: skip


def made(tmp_path: Path, courses: dict[str, Course], worth: float | None = 1000.0) -> Book:
    pipe = books.pipeline("main", STAGES)
    return books.book(books.results_of([pipe], tables(courses, worth), AS_OF), tmp_path)


def leaks(book: Book, page: str = "2024-02/index.html") -> str:
    html = sound(book)[page]
    part = html.html.split('<section class="leaks"', 1)[1].split("</section>")[0]
    return text(replace(html, content=part.encode()))


FOUR = {
    "Request received": (50, 50, 80, 20),
    "Need understood": (5, 5, 80, 20),
    "Offer sent": (60, 40, 80, 20),
    "Terms agreed": (19, 1, 80, 20),
    "Contract signed": (70, 30, 80, 20),
}


def test_the_three_dearest_are_told_dearest_first(tmp_path: Path) -> None:
    told = leaks(made(tmp_path, FOUR))
    assert (
        "−€30,000 Request received Of 100 deals that left the stage 50% went on, against 80% over the year before"
        in told
    )
    assert "30 deals fewer. Not noise." in told
    assert told.index("Request received") < told.index("Offer sent") < told.index("Contract signed")
    assert "Need understood" not in told  # a fourth
    assert "Terms agreed" not in told  # better than its year
    assert "Against the year before €60,000 did not come through; not noise: 2 of 3 leaks." in told


def test_a_leak_that_chance_explains_is_said_to_be(tmp_path: Path) -> None:
    told = leaks(made(tmp_path, {"Offer sent": (7, 3, 80, 20)}))
    assert "1 deal fewer. May be noise." in told
    assert "€1,000 did not come through; all of it may be noise." in told


def test_a_stage_with_few_decided_deals_is_not_ranked(tmp_path: Path) -> None:
    told = leaks(made(tmp_path, {"Offer sent": (0, 4, 80, 20)}))
    assert "No stage with enough deals let through less than over the year before." in told


def test_without_prices_deals_are_told(tmp_path: Path) -> None:
    told = leaks(made(tmp_path, FOUR, worth=None))
    assert "30 deals fewer Request received" in told
    assert "Against the year before 60 deals did not come through" in told
    assert "€" not in told


def test_the_first_month_has_no_year_to_compare_with(tmp_path: Path) -> None:
    book = made(tmp_path, FOUR)
    assert "There is no year before yet to see a leak against." in leaks(book, "2024-01/index.html")


def test_a_leak_names_the_stages_playbook_and_one_against_its_chief_cause(tmp_path: Path) -> None:
    def playbook(slug: str, kind: str, **more: tuple[str, ...]) -> Playbook:
        return Playbook(slug, f"content/en/{slug}.md", f"Title {slug}", kind, "en", **more)

    shelf = (
        playbook("price", "pricing", cause=("price_value",)),
        playbook("fear", "fears", cause=("fear",)),
        playbook("stage", "stage", stage=("request RECEIVED",)),
    )
    book = replace(made(tmp_path, FOUR), handbooks={"en": Handbook("en", shelf), "ru": Handbook("ru")})
    told = leaks(book)
    first = told.split("Offer sent")[0]
    assert "Open: Title stage Title price" in first
    assert "Title fear" not in told
