"""Spaces at which no line breaks, though a writer types them plain: in "21 000 ₽", "17 %", "№ 5", and before a
dash, which begins no line in Russian.
"""

from __future__ import annotations

import re

from markdown_it.rules_core import StateCore

_GROUPS = re.compile(r"(?<![\d.,])\d{1,3}(?: \d{3})+(?!\d)")
_UNIT = re.compile(r"(?<=\d) (?=[₽%$€])|(?<=№) (?=\d)| (?=—)")
#: Stands in every text that has one of all.
_ANY = re.compile(r"[\d№] | —")
_FIRM = "\u00a0"


def keep_together(state: StateCore) -> None:
    """Spaces inside a number, before its sign and before a dash become firm; code stays as it was written."""
    for token in state.tokens:
        for child in token.children or ():
            if child.type == "text" and _ANY.search(child.content):
                child.content = firm(child.content)


def firm(text: str) -> str:
    grouped = _GROUPS.sub(lambda found: found[0].replace(" ", _FIRM), text)
    return _UNIT.sub(_FIRM, grouped)
