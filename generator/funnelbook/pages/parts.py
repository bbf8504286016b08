"""A section of a page: figures, tables, and what must be known to read them."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from funnelbook.pages.edition import Figure
from funnelbook.pages.grid import Grid


@dataclass(frozen=True, slots=True)
class Part:
    """`ident` is the section's anchor; a section without figures and grids is not shown."""

    ident: str
    title: str
    figures: tuple[Figure | None, ...] = ()
    grids: tuple[Grid, ...] = ()
    notes: tuple[Markup | str, ...] = ()

    @property
    def filled(self) -> bool:
        return bool(any(self.figures) or self.grids)
