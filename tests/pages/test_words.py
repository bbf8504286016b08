"""Every text of the site is translated, with the right plural forms and the same placeholders."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.pofile import read_po

import funnelbook
from funnelbook.bundled import bundled
from funnelbook.language import Words

PACKAGE = Path(funnelbook.__file__).parent
#: `sentence(words, "…")` is looked for apart: its first argument bears the name of another keyword.
CALLS = ({"_": None, "words": None, "mark": None, "plural": (1, 2)}, {"sentence": (2,)})


@pytest.fixture(scope="module")
def russian() -> Catalog:
    with (bundled("templates") / "locales/ru.po").open("rb") as file:
        return read_po(file, locale="ru", abort_invalid=True)


def texts() -> Iterator[str | tuple[str, ...]]:
    """Every text that the pages, the charts and the values are written with."""
    sources = [
        PACKAGE / "language.py",
        *sorted(PACKAGE.glob("pages/**/*.py")),
        *sorted(PACKAGE.glob("charts/*.py")),
        *sorted(PACKAGE.glob("review/*.py")),
    ]
    for calls in CALLS:
        for path in sources:
            with path.open("rb") as file:
                yield from (found[1] for found in extract("python", file, calls))
    for path in sorted(bundled("templates").rglob("*.html")):
        with path.open("rb") as file:
            yield from (found[1] for found in extract("jinja2.ext:babel_extract", file, CALLS[0]))


def test_every_text_is_translated(russian: Catalog) -> None:
    missing = []
    for text in texts():
        message = russian.get(text if isinstance(text, str) else text[0])
        forms = [] if message is None else [message.string] if isinstance(message.string, str) else message.string
        if not forms or not all(forms) or (message and message.fuzzy):
            missing.append(text)
    assert missing == []


def test_a_plural_has_three_forms(russian: Catalog) -> None:
    assert all(len(message.string) == 3 for message in russian if message.id and message.pluralizable)


def test_a_translation_fills_in_what_the_text_fills_in(russian: Catalog) -> None:
    def places(text: str) -> set[str]:
        return set(re.findall(r"\{(\w*)\}", text))

    for message in russian:
        if not message.id:
            continue
        sources = [message.id] if isinstance(message.id, str) else list(message.id)
        forms = [message.string] if isinstance(message.string, str) else list(message.string)
        wanted = set().union(*map(places, sources))
        assert all(places(form) == wanted for form in forms), sources[0]


def test_russian_counts_as_russians_do() -> None:
    words = Words("ru", bundled("templates") / "locales/ru.po")
    counted = [words.plural("{n} deal won", "{n} deals won", n) for n in (1, 2, 5, 11, 21, 112)]
    assert counted == [
        "1 продажа",
        "2 продажи",
        "5 продаж",
        "11 продаж",
        "21 продажа",
        "112 продаж",
    ]


def test_every_text_is_translated_once() -> None:
    lines = (bundled("templates") / "locales/ru.po").read_text("utf-8").splitlines()
    texts = [line for line in lines if line.startswith("msgid ")]
    assert [text for text, times in Counter(texts).items() if times > 1] == []
    single = [line for line in lines if line.startswith(("msgstr ", "msgstr[0] "))]
    assert len(single) == len(texts)


def test_no_russian_line_begins_with_a_dash(russian: Catalog) -> None:
    assert [message.id for message in russian if message.id and " —" in "".join(message.string)] == []
