"""An entry of the glossary."""

from __future__ import annotations

from msgspec import Struct


class Term(Struct, frozen=True):
    """`slug` is the anchor that numbers link to; `formula` is "" for a word that is not computed."""

    slug: str
    name: str
    meaning: str
    formula: str = ""
