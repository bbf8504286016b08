"""A drawn chart, ready for a page."""

from __future__ import annotations

from msgspec import Struct

Cell = str | int | float | None


class Column(Struct, frozen=True):
    """A column of the table behind a chart. `kind` tells a page how to write its values.

    A cell of kind "month" is `YYYY-MM` or the word for all months together.
    """

    key: str
    label: str
    kind: str  # "text", "count", "number", "share", "points", "money", "days", "month", "minutes"


class Chart(Struct, frozen=True):
    """`id` is unique on a page; `alt` says in words what the picture shows; `columns` and `rows` are its data.

    `svg` is a complete SVG document; `vega` a compiled Vega specification (JSON text) for the AST interpreter;
    `width` and `height` are the SVG's, in CSS pixels. The `narrow` four are the same drawing for a phone.
    """

    id: str
    title: str
    alt: str
    svg: str
    vega: str
    width: int
    height: int
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    svg_narrow: str | None = None
    vega_narrow: str | None = None
    width_narrow: int = 0
    height_narrow: int = 0
