"""Lists of words, written as one writes words."""

from __future__ import annotations


def words(text: str) -> tuple[str, ...]:
    return tuple(text.split())
