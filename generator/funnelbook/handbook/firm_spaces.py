"""Spaces at which no line breaks, though a writer types them plain: in "21 000 ₽", "17 %", "№ 5", and before a
dash, which begins no line in Russian.
"""

from __future__ import annotations

import re

from markdown_it.rules_core import StateCore

#: Each begins with a space, which is found sooner than what may stand before it.
_UNIT = re.compile(r" (?:(?=—)|(?<=\d )(?=[₽%$€])|(?<=№ )(?=\d))")
_GROUP = re.compile(r" (?<=\d )\d{3}")
_GROUPS = re.compile(r"(?<![\d.,])\d{1,3}(?: \d{3})+(?!\d)")
_FIRM = "\u00a0"
#: A dash or a unit; what may hide one in Markdown is a backslash or an entity.
_SIGNS = "—₽%$€№\\&"


def may_be_firm(markdown: str) -> bool:
    """False where there is no such space in the text."""
    return any(sign in markdown for sign in _SIGNS) or _GROUP.search(markdown) is not None


def keep_together(state: StateCore) -> None:
    """Spaces inside a number, before its sign and before a dash become firm; code stays as it was written."""
    for token in state.tokens:
        for child in token.children or ():
            if child.type == "text":
                child.content = firm(child.content)


def firm(text: str) -> str:
    if _GROUP.search(text):
        text = _GROUPS.sub(lambda found: found[0].replace(" ", _FIRM), text)
    return _UNIT.sub(_FIRM, text)
