"""Pictures: a chart drawn in one size, remembered, and ordered where others are to draw it.

Who draws imports this alone, and neither Altair nor what a chart is made of.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from msgspec import Struct

from funnelbook.charts.compiling import compiled, dimensions
from funnelbook.memory import Memory
from funnelbook.packing import packed, unpacked


class Picture(Struct, frozen=True):
    """A drawing in one size, as `Chart` has it."""

    svg: str
    vega: str
    width: int
    height: int


#: Stands for a picture that is ordered.
_ORDERED = Picture("", "", 0, 0)


class Orders(Memory):
    """The memory `kept`; a picture that is not in it is ordered: `take` gets its key and its packed specification.

    What is made meanwhile shows nothing, and is to be made again.
    """

    def __init__(self, kept: Memory, take: Callable[[str, bytes], None]) -> None:
        super().__init__(None)
        self._kept, self._take = kept, take
        self._ordered: set[str] = set()

    @property
    def folder(self) -> Path | None:
        return self._kept.folder

    def key(self, *parts: str | bytes) -> str:
        return self._kept.key(*parts)

    def get(self, key: str) -> bytes | None:
        return self._kept.get(key)

    def put(self, key: str, value: bytes) -> None:
        self._kept.put(key, value)

    def order(self, key: str, spec: dict[str, Any]) -> Picture:
        """Each picture once, however many pages show it."""
        if key not in self._ordered:
            self._ordered.add(key)
            self._take(key, packed(spec))
        return _ORDERED


def remembered(memory: Memory, key: str) -> Picture | None:
    return unpacked(memory.get(key), Picture)


def drawn(memory: Memory, key: str, spec: dict[str, Any]) -> Picture:
    """The picture of a Vega-Lite specification, which is remembered then."""
    vega, svg = compiled(spec)
    made = Picture(svg, vega, *dimensions(svg))
    memory.put(key, packed(made))
    return made
