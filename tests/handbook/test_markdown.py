"""The quick parser reads every text as the library does."""

from __future__ import annotations

from dataclasses import fields
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from funnelbook.bundled import bundled
from funnelbook.handbook.parser import DEEPEST, parser, taught
from funnelbook.handbook.reports import Reports, TooComplexError

_PIECES = st.sampled_from(
    [
        *"\n\n\n  #*_~`[]()!<>&{}:|-+=^\\1.;\"'",
        *("word", "слово 12 000 ₽", "# ", "## h {#own}", "- ", "* ", "1. ", "> ", ": ", "    ", "\t", "---"),
        *(
            "```",
            "~~~",
            ":::{note} t\n",
            ":::",
            "```{chart} x\n",
            "[ ] ",
            "[x] ",
            "[a](b.md)",
            "![p](q.png)",
            "[^1]",
        ),
        *(
            "[^1]: note",
            "^[in]",
            "| a | b |\n|---|:-:|\n| c | d |",
            "**b**",
            "*i*",
            "~~s~~",
            "<https://a.b>",
            "&amp;",
        ),
        *(
            "{.c #d}",
            "[s]{.c}",
            "{metric}`m`",
            "[r]: /u 'T'",
            "[r]",
            "\\*",
            "term\n: means",
            "line  \nbreak",
            *("5 \\$", "5 &euro;", " &mdash; ", " — ", "№ 5", " %", "21 *000*", "7&#32;₽"),
            "{% x %}",
        ),
    ]
)
_TEXTS = st.lists(_PIECES, max_size=30).map("".join)


@cache
def _library() -> MarkdownIt:
    options = {"html": False, "linkify": False, "typographer": False, "maxNesting": DEEPEST}
    md = MarkdownIt("js-default", options)
    md.validateLink = lambda url: True  # type: ignore[method-assign]
    return taught(md)


def _told(token: Token) -> list[object]:
    children = None if token.children is None else [_told(each) for each in token.children]
    return [children, *(getattr(token, each.name) for each in fields(Token) if each.name != "children")]


def _read(md: MarkdownIt, text: str) -> Any:
    env = {"reports": Reports("p.md", 1), "language": "en", "lines": text.split("\n")}
    try:
        tokens = md.parse(text, env)
    except TooComplexError:
        return env["reports"].findings
    before = [_told(token) for token in tokens]
    return before, env["reports"].findings, md.renderer.render(tokens, md.options, env)


@settings(max_examples=400, deadline=None)
@given(_TEXTS)
@example("a\n: b\n\n~ c\n")
@example("> - a\n>\n>   b\n> c\n")
@example("- a\nb\n  ===\n")
@example("1. > a\n   > : b\n")
@example("a ^[b] ^ ! ![c](d.png) !\n")
def test_a_text_is_read_as_by_the_library(text: str) -> None:
    text += "\n"
    assert _read(parser(), text) == _read(_library(), text)


@pytest.mark.parametrize("language", ["ru", "en"])
def test_the_starter_handbook_is_read_as_by_the_library(language: str) -> None:
    paths = sorted(Path(bundled("content") / language).rglob("*.md"))
    assert paths
    for path in paths:
        text = path.read_text(encoding="utf-8").split("\n---\n", 1)[1]
        assert _read(parser(), text) == _read(_library(), text), path.name
