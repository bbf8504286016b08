"""Front matter as nearly every playbook has it, lines of `key: words` and `key: [words, words]`, read without YAML.

What is read here means the same in YAML (a test holds both against each other); anything else is left to it.
"""

from __future__ import annotations

import re

#: No sign that YAML knows a meaning of, none that it forbids.
_WORDS = r"[\w«][\w «»()/.—–…-]*"
_KEY = r"([a-z_]{1,40}): "
_SCALAR = re.compile(_KEY + r"([\w«][\w «»()/.,!?'—–…-]*)")
_QUOTED = re.compile(_KEY + r"(\"([\w «»()/.,!?'—–…:;-]+)\")")
_LIST = re.compile(_KEY + rf"\[({_WORDS}(?:, {_WORDS})*)\]")

#: A key and its texts with the column of each, from 1; whether it is a list.
Line = tuple[str, list[tuple[str, int]], bool]


def read_plain(head: str) -> list[Line] | None:
    """The lines of a front matter, in order; None when only YAML can tell what one of them says."""
    found = [_line(text) for text in head.split("\n")]
    lines = [each for each in found if each]
    return lines if len(lines) == len(found) and len({key for key, _, _ in lines}) == len(lines) else None


def _line(text: str) -> Line | None:
    if scalar := _SCALAR.fullmatch(text):
        return None if text.endswith(" ") else (scalar[1], [(scalar[2], scalar.start(2) + 1)], False)
    if quoted := _QUOTED.fullmatch(text):
        return quoted[1], [(quoted[3], quoted.start(2) + 1)], False
    if not (listed := _LIST.fullmatch(text)):
        return None
    texts, column = [], listed.start(2) + 1
    for each in listed[2].split(", "):
        texts.append((each, column))
        column += len(each) + len(", ")
    return None if any(each != each.strip() for each, _ in texts) else (listed[1], texts, True)
