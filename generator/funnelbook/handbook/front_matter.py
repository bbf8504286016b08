"""Front matter: a small YAML mapping, every scalar kept as the text it was written as, with its line and column."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import yaml

from funnelbook.errors import Finding, Place
from funnelbook.handbook.plain_matter import Line, read_plain

_MOST_BYTES = 64_000
_DEEPEST = 3
_MARK = "---"


@dataclass(frozen=True, slots=True)
class Value:
    """A scalar's text or a list's texts, as `texts`; `places` has the place of each, `place` that of the whole."""

    texts: tuple[str, ...]
    places: tuple[Place, ...]
    place: Place
    is_list: bool


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """`keys` has the place of each key; the body begins at `body_line` (from 1)."""

    values: dict[str, Value]
    keys: dict[str, Place]
    body: str
    body_line: int
    findings: list[Finding] = field(default_factory=list)


class _WrongError(Exception):
    def __init__(self, finding: Finding) -> None:
        self.finding = finding


def split(path: str, text: str) -> FrontMatter:
    """The front matter and the body of a playbook; mistakes are in `findings`, and then values may be missing."""
    found = FrontMatter({}, {}, text, 1)
    lines = text.split("\n")
    if lines[0].rstrip() != _MARK:
        message, hint = "there is no front matter", "begin with --- , then title: and kind:, then ---"
        found.findings.append(Finding(Place(path, 1, 1), "no-front-matter", message, hint))
        return found
    end = next((number for number, line in enumerate(lines) if number and line.rstrip() == _MARK), None)
    if end is None:
        message = "the front matter is not closed"
        hint = "put a line --- under it"
        return FrontMatter({}, {}, "", 1, [Finding(Place(path, 1, 1), "unclosed-front-matter", message, hint)])
    head = "\n".join(lines[1:end])
    found = FrontMatter({}, {}, "\n".join(lines[end + 1 :]), end + 2)
    if len(head.encode()) > _MOST_BYTES:
        message = f"the front matter is larger than {_MOST_BYTES // 1000} KB"
        found.findings.append(Finding(Place(path, 1, 1), "too-large", message, "keep texts in the body"))
        return found
    if plain := read_plain(head):
        _take(found, path, plain)
        return found
    try:
        _fill(found, path, _root(path, head))
    except _WrongError as wrong:
        found.findings.append(wrong.finding)
    return found


def _take(found: FrontMatter, path: str, lines: list[Line]) -> None:
    for number, (key, texts, is_list) in enumerate(lines, 2):
        found.keys[key] = Place(path, number, 1)
        places = tuple(Place(path, number, column) for _, column in texts)
        whole = Place(path, number, len(key) + 3)
        found.values[key] = Value(tuple(text for text, _ in texts), places, whole, is_list)


def _root(path: str, head: str) -> yaml.MappingNode | None:
    """The root of the YAML tree; each event is looked at first, so that nothing large or alive becomes a tree."""
    try:
        node = _Composer(path, head).get_single_node()
    except yaml.MarkedYAMLError as error:
        place = _place(path, error.problem_mark)
        message = f"the front matter is not YAML: {error.problem or error.context}"
        raise _WrongError(Finding(place, "yaml-syntax", message, "put texts with : or # in quotes")) from None
    except yaml.YAMLError:
        message = "the front matter holds a sign that YAML does not allow"
        raise _WrongError(Finding(Place(path, 2, 1), "yaml-syntax", message)) from None
    if node is None or isinstance(node, yaml.MappingNode):
        return node
    raise _WrongError(Finding(Place(path, 2, 1), "wrong-type", "the front matter must be lines of `key: value`"))


class _Composer(yaml.BaseLoader):
    def __init__(self, path: str, head: str) -> None:
        super().__init__(head)
        self._path, self._depth = path, 0

    def get_event(self) -> Any:
        event: Any = super().get_event()  # type: ignore[no-untyped-call]  # the stubs leave it untyped
        place = _place(self._path, event.start_mark)
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise _WrongError(
                Finding(place, "yaml-alias", "anchors and aliases are not allowed", "write the value out")
            )
        if getattr(event, "tag", None):
            raise _WrongError(Finding(place, "yaml-tag", "tags are not allowed", "write the value alone"))
        self._depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if self._depth > _DEEPEST:
            raise _WrongError(Finding(place, "too-deep", "the front matter is nested too deeply"))
        return event


def _fill(found: FrontMatter, path: str, root: yaml.MappingNode | None) -> None:
    for key, value in root.value if root else ():
        place = _place(path, key.start_mark)
        if not isinstance(key, yaml.ScalarNode):
            found.findings.append(Finding(place, "wrong-type", "a key must be a word"))
        elif key.value in found.keys:
            found.findings.append(Finding(place, "duplicate-key", f"`{key.value}` stands here twice", "keep one"))
        else:
            found.keys[key.value] = place
            read = _value(path, value)
            if read is None:
                message = f"`{key.value}` must be a text or a list of texts"
                found.findings.append(Finding(_place(path, value.start_mark), "wrong-type", message))
            else:
                found.values[key.value] = read


def _value(path: str, node: yaml.Node) -> Value | None:
    place = _place(path, node.start_mark)
    if isinstance(node, yaml.ScalarNode):
        return Value((node.value,), (place,), place, is_list=False)
    if isinstance(node, yaml.SequenceNode) and all(isinstance(item, yaml.ScalarNode) for item in node.value):
        texts = tuple(item.value for item in node.value)
        return Value(texts, tuple(_place(path, item.start_mark) for item in node.value), place, is_list=True)
    return None


def _place(path: str, mark: Any) -> Place:
    """The YAML begins on the file's second line. `mark` is of the Python or of the C parser, or None."""
    return Place(path, mark.line + 2, mark.column + 1) if mark else Place(path, 1, 1)
