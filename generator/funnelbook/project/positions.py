"""Where each key and value of a TOML text stands. The syntax tree is asked only when a mistake must be placed."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tree_sitter import Node

Path = tuple[str | int, ...]
Point = tuple[int, int]

#: The schema is far less deep; longer paths stand where their beginning does.
_DEEPEST = 12
_KEYS = ("bare_key", "quoted_key", "dotted_key")


def locate(text: str) -> Mapping[Path, tuple[Point, Point]]:
    """Path of keys and indexes -> (line, column) of its key and of its value, both from 1, in characters.

    A table's value is its header; a path that is only a prefix of others stands where it is first named.
    """
    return _Tree(text.encode()).places


class _Tree:
    def __init__(self, source: bytes) -> None:
        import tree_sitter_toml  # only here: hardly any run has a mistake to place
        from tree_sitter import Language, Parser

        self.places: dict[Path, tuple[Point, Point]] = {}
        self._lines = source.split(b"\n")
        self._elements: dict[Path, int] = {}
        root = Parser(Language(tree_sitter_toml.language())).parse(source).root_node
        for node in root.named_children:
            if node.type == "pair":
                self._pairs((), node)
            elif node.type in ("table", "table_array_element"):
                self._table(node)

    def _table(self, node: Node) -> None:
        header = next((child for child in node.named_children if child.type in _KEYS), None)
        if header is None:
            return
        path: Path = ()
        for part, key in _parts(header):
            path = (*path, part)
            self._note(path, key, key)
            if len(path) > _DEEPEST:
                return
            if node.type == "table_array_element" and key.end_byte == header.end_byte:
                self._elements[path] = self._elements.get(path, 0) + 1
            if path in self._elements:
                path = (*path, self._elements[path] - 1)
                self._note(path, header, header)
        for child in node.named_children:
            if child.type == "pair":
                self._pairs(path, child)

    def _pairs(self, path: Path, pair: Node) -> None:
        """Notes a pair and everything inside its value."""
        pending = [(path, pair)]
        while pending:
            base, node = pending.pop()
            if node.type == "pair":
                named = node.named_children
                if len(named) < 2 or named[0].type not in _KEYS:
                    continue
                for part, key in _parts(named[0]):
                    base = (*base, part)[:_DEEPEST]
                    self._note(base, key, named[-1])
                node = named[-1]
            else:
                self._note(base, node, node)
            if node.type == "inline_table":
                pending += [(base, child) for child in reversed(node.named_children) if child.type == "pair"]
            elif node.type == "array":
                inside = [child for child in node.named_children if child.type != "comment"]
                pending += [((*base, place), child) for place, child in enumerate(inside)]

    def _note(self, path: Path, key: Node, value: Node) -> None:
        self.places.setdefault(path, (self._point(key), self._point(value)))

    def _point(self, node: Node) -> Point:
        row, column = node.start_point
        return row + 1, len(self._lines[row][:column].decode(errors="replace")) + 1


def _parts(key: Node) -> Iterator[tuple[str, Node]]:
    """The parts of a dotted key, in order; the tree nests them to the left."""
    pending = [key]
    while pending:
        node = pending.pop()
        if node.type == "dotted_key":
            pending += [child for child in reversed(node.named_children) if child.type in _KEYS]
        else:
            yield _name(node), node


def _name(key: Node) -> str:
    raw = (key.text or b"").decode(errors="replace")
    if key.type == "bare_key":
        return raw
    try:
        return next(iter(tomllib.loads(f"{raw} = 0")))
    except ValueError:
        return raw
