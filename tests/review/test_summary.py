"""A text inside the summary is a text, whatever it holds."""

from __future__ import annotations

import re

import pytest
from markdown_it import MarkdownIt

from funnelbook.review.summary import inert


@pytest.mark.parametrize(
    "text",
    [
        "<img src=x onerror=alert(1)>", "![a](http://e.example/a.png)", "[a](b)",
        "`code`", "**bold**", "__b__", "~~s~~",
        "a | b", "# head", "- item", "1. item", "> quote", "+ plus", "= x",
        "$x$", "@team", "a@b.example", "#1", "o/r#1",
        "!1", "&copy;", "&#64;team", "https://e.example", "www.e.example", "GH-12", "\\", "\\|", "<!-- c -->",
        "x\ny", "x\r\n\r\n# y", "\u202edrow", "\x1b]0;t\x07", "--- ", "***", "[ref]: http://e.example",
    ],
)  # fmt: skip
def test_a_hostile_text_is_shown_and_does_nothing(text: str) -> None:
    written = inert(text)
    assert "\n" not in written
    assert not re.search(r"(^|[^\w`])@\w|\w@\w|#\d|https://|http://|www\.|GH-\d|!\d", written)
    for surroundings in ("- {}", "| a |\n| --- |\n| {} |"):
        html = MarkdownIt("gfm-like", {"linkify": False}).render(surroundings.format(written))
        tags = set(re.findall(r"<([a-z]+\d?)", html)) - {"ul", "li", "table", "thead", "tbody", "tr", "th", "td"}
        assert not tags, html
        assert len(re.findall("<td>|<li>", html)) == 1


def test_ordinary_texts_stay_legible() -> None:
    assert inert("content/ru/refusal.md:12") == "content/ru/refusal.md:12"
    assert inert("Себестоимость продажи, 1,5 млн ₽ (10 %)") == "Себестоимость продажи, 1,5 млн ₽ (10 %)"


def test_a_long_text_is_cut() -> None:
    assert len(inert("x" * 5_000)) == 300
