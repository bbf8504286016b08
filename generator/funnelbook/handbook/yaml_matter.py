"""Front matter that only YAML can tell, read without trust."""

from __future__ import annotations

from typing import Any

import yaml

from funnelbook.errors import Finding, Place
from funnelbook.handbook.front_matter import FrontMatter, Value

_DEEPEST = 3


class _WrongError(Exception):
    def __init__(self, finding: Finding) -> None:
        self.finding = finding


def take(found: FrontMatter, path: str, head: str) -> None:
    """Puts what the front matter says into `found`, with every mistake."""
    try:
        _fill(found, path, _root(path, head))
    except _WrongError as wrong:
        found.findings.append(wrong.finding)


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
