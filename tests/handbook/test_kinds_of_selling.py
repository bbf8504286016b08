"""The kinds sellers use: each part is found under a heading in natural words, and told when absent."""

from __future__ import annotations

from pathlib import Path

import pytest
from playbook_files import mistakes, read

#: Kind -> language -> headings as a team might write them, one a required part, in the order of the parts.
HEADINGS = {
    "pricing": {
        "en": ("What we check first", "The value, in the buyer's hands", "When to give way"),
        "ru": ("Что проверяем сначала", "За что платит покупатель", "Когда уступать"),
    },
    "fears": {
        "en": ("Fears, stage by stage", "How to tell it from the price", "What to say"),
        "ru": ("Страхи по этапам", "Как отличить от цены", "Что сказать"),
    },
    "expert-call": {
        "en": ("When we ask him", "Opening the talk", "What the expert does", "After the talk"),
        "ru": ("Когда зовём", "Как продавец начинает", "Роль эксперта", "После разговора"),
    },
    "owner-selling": {
        "en": ("Why it goes badly", "What stays with the boss", "Passing deals on", "The first 30 days"),
        "ru": ("Отчего выходит плохо", "Что остаётся у хозяина", "Передача сделок", "По дням"),
    },
    "tricks": {
        "en": ("Why they work", "Signs", "Instead", "What we never do"),
        "ru": ("Почему работает", "Признаки", "Взамен", "Где граница"),
    },
}
CASES = [(kind, language) for kind, languages in HEADINGS.items() for language in languages]


def laid(kind: str, headings: tuple[str, ...]) -> str:
    return f"---\ntitle: T\nkind: {kind}\n---\n" + "".join(f"## {each}\nWords.\n" for each in headings)


@pytest.mark.parametrize(("kind", "language"), CASES)
def test_parts_are_found_under_headings_in_a_team_s_own_words(tmp_path: Path, kind: str, language: str) -> None:
    text = laid(kind, HEADINGS[kind][language])
    assert len(read(tmp_path, {f"{language}/a.md": text}, language).playbooks) == 1


@pytest.mark.parametrize(("kind", "language"), CASES)
def test_no_heading_stands_for_two_parts(tmp_path: Path, kind: str, language: str) -> None:
    headings = HEADINGS[kind][language]
    for left_out in range(len(headings)):
        text = laid(kind, headings[:left_out] + headings[left_out + 1 :])
        found = mistakes(tmp_path, {f"{language}/a.md": text}, language)
        assert [each.rule for each in found] == ["missing-section"]


@pytest.mark.parametrize(("kind", "language"), CASES)
def test_a_playbook_without_parts_is_told_each_of_them(tmp_path: Path, kind: str, language: str) -> None:
    found = mistakes(tmp_path, {f"{language}/a.md": laid(kind, ())}, language)
    assert [each.rule for each in found] == ["missing-section"] * len(HEADINGS[kind][language])
