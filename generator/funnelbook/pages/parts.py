"""A section of a page: figures, tables, and what must be known to read them."""

from __future__ import annotations

from markupsafe import Markup
from msgspec import Struct

from funnelbook.pages.edition import Figure
from funnelbook.pages.grid import Grid


class Part(Struct, frozen=True):
    """`ident` is the section's anchor; a section without figures, grids, `said` and `reason` is not shown.

    `tables` are the tables that its numbers stand in, offered for download. `said` says that all is well and there
    is nothing to show; `reason` why there is nothing to show, and what to do about it. `what_if` names the data
    (`Draft.what_ifs`) with which a script makes the grid one to change.
    """

    ident: str
    title: str
    figures: tuple[Figure | None, ...] = ()
    grids: tuple[Grid, ...] = ()
    notes: tuple[Markup | str, ...] = ()
    tables: tuple[str, ...] = ()
    reason: Markup | str = ""
    said: Markup | str = ""
    what_if: str = ""

    @property
    def filled(self) -> bool:
        return bool(any(self.figures) or self.grids or self.said or self.reason)
