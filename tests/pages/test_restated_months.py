"""A month whose figures have changed since a release first published them says so, with both."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

import pytest
from made_pages import small, sound, text
from msgspec.structs import replace

from funnelbook.metrics import restated
from funnelbook.model.published import FIGURES, First
from funnelbook.pages import Book

MARCH = "2024-03"


def with_past(book: Book, title: str = "Spring", month: str = MARCH, **changed: float | None) -> Book:
    """The book after a release published the month, with other figures where said."""
    rows = [row for row in book.results["monthly"].rows if row["month"] == month]
    firsts = {
        (month, row["pipeline"]): First("v1", title, {**{name: row[name] for name in FIGURES}, **changed})
        for row in rows
    }
    table = restated.table(book.results["monthly"], firsts)
    tables = MappingProxyType({**book.results.tables, "restated": table})
    return replace(book, results=replace(book.results, tables=tables), published=firsts)


def said(book: Book, path: str = f"{MARCH}/index.html") -> tuple[str, str]:
    """The line under the sentences, and the section; "" for what is not there."""
    html = sound(book)[path].html
    line = html.split('<p class="restated">')[1].split("</p>")[0] if '<p class="restated">' in html else ""
    section = html.split('id="restated"')[1].split("</section>")[0] if 'id="restated"' in html else ""
    return _text(line), _text(section)


def _text(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", html)).replace("\xa0", " ").strip()


def test_without_a_release_nothing_is_said(tmp_path: Path) -> None:
    assert said(small(tmp_path)) == ("", "")


def test_a_month_that_came_out_the_same_has_one_quiet_line(tmp_path: Path) -> None:
    line, section = said(with_past(small(tmp_path)))
    assert line == "No figure of this month has changed since version “ Spring ” first published it."
    assert section == ""
    assert said(with_past(small(tmp_path)), "2024-02/index.html") == ("", "")


@pytest.mark.parametrize(
    ("changed", "told", "difference"),
    [
        ({"won": 4.0}, "won 4 → 5", "Won 4 5 +1"),
        ({"lost": 15.0}, "lost 15 → 14", "Lost 15 14 −1"),
        ({"revenue": 6000.0}, "revenue €6,000 → €5,000", "Revenue €6,000 €5,000 −€1,000"),
        ({"win_rate": 0.001}, "win rate 0.1% → ", " pp"),
        ({"cost_of_sale": None}, "cost of sale — → €0", "Cost of sale — €0 —"),
    ],
)
def test_a_figure_that_changed_stands_with_both_values(
    tmp_path: Path, changed: Mapping[str, float | None], told: str, difference: str
) -> None:
    line, section = said(with_past(small(tmp_path), **changed))
    assert line.startswith("Restated since version “ Spring ” first published this month: ")
    assert told in line
    assert difference in section
    assert "a deal is closed late" in section
    assert "restated.csv" in section


def test_a_month_that_is_not_over_is_not_restated(tmp_path: Path) -> None:
    assert said(with_past(small(tmp_path), month="2024-08", won=99.0), "2024-08/index.html") == ("", "")


def test_it_is_said_in_russian_too(tmp_path: Path) -> None:
    line, section = said(with_past(small(tmp_path), won=4.0), f"ru/{MARCH}/index.html")
    assert line.startswith("Пересчитано с первой публикации месяца в версии « Spring »: продано 4 → 5.")
    assert "Впервые опубликовано" in section


def test_each_pipeline_tells_its_own_and_the_main_page_all(tmp_path: Path) -> None:
    book = with_past(small(tmp_path, names=("New customers", "Service")), won=4.0)
    line, section = said(book)
    assert "New customers — won 4 → 5; Service — won 4 → 5" in line
    assert section.count("first published it, and today") == 2
    line, section = said(book, f"{MARCH}/pipeline-2.html")
    assert "New customers" not in line + section
    assert "Service" in line


def test_a_hostile_title_is_text(tmp_path: Path) -> None:
    title = "</p><script>window.PWN=1</script>{won}{{ 7*7 }}"
    page = sound(with_past(small(tmp_path), title, won=4.0))[f"{MARCH}/index.html"]
    assert "<script>window" not in page.html
    assert "{won}{{ 7*7 }}" in text(page)
