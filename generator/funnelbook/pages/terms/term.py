"""An entry of the glossary."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Term:
    """`slug` is the anchor that numbers link to; `formula` is "" for a word that is not computed."""

    slug: str
    name: str
    meaning: str
    formula: str = ""
