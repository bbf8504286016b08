"""Names that may be one person's are told; names that only look alike to a machine are not."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from funnelbook.project import Project
from funnelbook.publish import doubts
from funnelbook.publish.alike import alike


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Мария Петрова", "Петрова Мария"),
        ("Мария Петрова", "Мария Питрова"),
        ("Petrova Maria", "maria petrva"),
        ("Petrova Maria", "Petrovaa Maria"),
    ],
)
def test_one_person_perhaps(one: str, other: str) -> None:
    assert alike(["Someone Else", one, other]) == [(one, other)]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Seller 1", "Seller 2"),
        ("Manager10", "Manager11"),
        ("Petrov A.", "Petrov B."),
        ("Анна Орлова", "Инна Орлова"),
        ("Мария Петрова", "Марина Питрова"),
        ("Мария", "Мария Петрова"),
        ("Petrov Ivan", "Pertov Ivan"),
    ],
)
def test_two_people(one: str, other: str) -> None:
    assert alike([one, other]) == []


@given(st.text("abc", min_size=5, max_size=9), st.integers(0, 8), st.sampled_from("abcx"))
def test_any_letter_put_in_or_changed_is_found(name: str, at: int, letter: str) -> None:
    for other in (name[:at] + letter + name[at:], name[:at] + letter + name[at + 1 :]):
        if other != name:
            assert alike([name, other]) == [(name, other)]


def told(*owners: str) -> list[str]:
    deals = pl.DataFrame({"owner": pl.Series(owners, dtype=pl.Enum(owners))})
    dataset: Any = SimpleNamespace(deals=deals, notes=())
    return [each.message for each in doubts.of(dataset, Project(Path()))]


def test_both_names_are_told() -> None:
    (message,) = told("Мария Петрова", "Игорь", "Петрова Мария")
    assert message.endswith("counted apart: `Мария Петрова` and `Петрова Мария`")
    assert told("Мария Петрова", "Игорь") == []


def test_of_many_pairs_five_are_told_and_the_rest_counted() -> None:
    (message,) = told(*(f"Petro{letter} Ivan" for letter in "abcd"))
    assert message.count(" and `") == 5
    assert message.endswith("; and 1 more")
