"""Words are cut as a library of the same algorithm cuts them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import snowballstemmer
from playwright.sync_api import Browser, Page

ROOT = Path(__file__).parents[2]
FORMS = (
    "сделка сделок сделками возражение возражений покупатель покупателями договорённость договорённостей важнейший "
    "ценнейшие написавшись прочитав купивший покупающий оплаченный длинный длинна пять семью ость гость радость я и"
)


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    page = browser.new_page()
    page.add_script_tag(path=ROOT / "templates/assets/stems.js")
    yield page
    page.close()


def stems(page: Page, words: list[str]) -> list[str]:
    found: list[str] = page.evaluate("words => words.map(window.funnelbookStem)", words)
    return found


def test_russian_words_of_the_handbook_are_cut_as_snowball_cuts_them(page: Page) -> None:
    texts = [path.read_text("utf-8") for path in sorted((ROOT / "content/ru").rglob("*.md"))]
    words = sorted(set(re.findall("[а-я]+", " ".join([FORMS, *texts]).lower().replace("ё", "е"))))
    assert len(words) > 1_000
    expected = snowballstemmer.stemmer("russian").stemWords(words)
    pairs = zip(words, stems(page, words), expected, strict=True)
    assert [(word, ours, theirs) for word, ours, theirs in pairs if ours != theirs] == []


@pytest.mark.parametrize(
    "forms",
    [
        "deal deals", "price prices priced pricing", "company companies", "loss losses", "call calls calling",
        "qualify qualifies qualified qualifying", "plan plans planned planning", "refuse refuses refused refusing",
    ],
)  # fmt: skip
def test_forms_of_an_english_word_have_one_stem(page: Page, forms: str) -> None:
    assert len(set(stems(page, forms.split()))) == 1


def test_short_english_words_keep_what_they_are(page: Page) -> None:
    words = ["is", "this", "status", "business", "red", "bring"]
    assert stems(page, words) == words
