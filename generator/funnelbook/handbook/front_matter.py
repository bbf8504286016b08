"""Front matter: a small YAML mapping, every scalar kept as the text it was written as, with its line and column."""

from __future__ import annotations

import re

from msgspec import Struct, field

from funnelbook.errors import Finding, Place
from funnelbook.handbook.plain_matter import Line, read_plain

_MOST_BYTES = 64_000
_MARK = "---"
_END = re.compile(rf"\n{_MARK}[^\S\n]*(?=\n|\Z)")


class Value(Struct, frozen=True):
    """A scalar's text or a list's texts, as `texts`; `places` has the place of each, `place` that of the whole."""

    texts: tuple[str, ...]
    places: tuple[Place, ...]
    place: Place
    is_list: bool


class FrontMatter(Struct, frozen=True):
    """`keys` has the place of each key; the body begins at `body_line` (from 1)."""

    values: dict[str, Value]
    keys: dict[str, Place]
    body: str
    body_line: int
    findings: list[Finding] = field(default_factory=list)


def split(path: str, text: str) -> FrontMatter:
    """The front matter and the body of a playbook; mistakes are in `findings`, and then values may be missing."""
    found = FrontMatter({}, {}, text, 1)
    if text.partition("\n")[0].rstrip() != _MARK:
        message, hint = "there is no front matter", "begin with --- , then title: and kind:, then ---"
        found.findings.append(Finding(Place(path, 1, 1), "no-front-matter", message, hint))
        return found
    end = _END.search(text)
    if end is None:
        message = "the front matter is not closed"
        hint = "put a line --- under it"
        return FrontMatter({}, {}, "", 1, [Finding(Place(path, 1, 1), "unclosed-front-matter", message, hint)])
    head = text[text.index("\n") + 1 : end.start()]
    found = FrontMatter({}, {}, text[end.end() + 1 :], text.count("\n", 0, end.end()) + 2)
    if len(head.encode()) > _MOST_BYTES:
        message = f"the front matter is larger than {_MOST_BYTES // 1000} KB"
        found.findings.append(Finding(Place(path, 1, 1), "too-large", message, "keep texts in the body"))
        return found
    if plain := read_plain(head):
        _take(found, path, plain)
        return found
    from funnelbook.handbook.yaml_matter import take  # only here: few texts need a parser of YAML

    take(found, path, head)
    return found


def _take(found: FrontMatter, path: str, lines: list[Line]) -> None:
    for number, (key, texts, is_list) in enumerate(lines, 2):
        found.keys[key] = Place(path, number, 1)
        places = tuple(Place(path, number, column) for _, column in texts)
        whole = Place(path, number, len(key) + 3)
        found.values[key] = Value(tuple(text for text, _ in texts), places, whole, is_list)
