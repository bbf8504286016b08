"""Sections that stand by themselves, as pieces of their page: drafted, and then written."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Concatenate, ParamSpec

from markupsafe import Markup
from msgspec import Struct

from funnelbook.charts import Chart
from funnelbook.pages.edition import Draft, Edition
from funnelbook.pages.parts import Part
from funnelbook.pages.same import Same
from funnelbook.pages.text import rendered

_P = ParamSpec("_P")


class _Drafted(Struct, frozen=True):
    """A section, and what its page gets with it, as `Draft` has it."""

    part: Part
    files: tuple[tuple[str, bytes], ...]
    charts: tuple[Chart, ...]
    what_ifs: Mapping[str, object]
    optional: frozenset[str]


def drafted(
    draft: Draft, make: Callable[Concatenate[Draft, _P], Part], *about: _P.args, **named: _P.kwargs
) -> Part:
    """The section `make(draft, *about, **named)`, and into the draft what belongs to it."""
    made = draft.edition.piece(_drafted, draft.address, make, *about, **named)
    draft.files += made.files
    draft.charts += made.charts
    draft.what_ifs.update(made.what_ifs)
    draft.optional.update(made.optional)
    return made.part


def _drafted(
    edition: Edition,
    address: str,
    make: Callable[Concatenate[Draft, _P], Part],
    /,
    *about: _P.args,
    **named: _P.kwargs,
) -> _Drafted:
    own = edition.draft(address)
    part = make(own, *about, **named)
    return _Drafted(part, tuple(own.files), tuple(own.charts), own.what_ifs, frozenset(own.optional))


def written(draft: Draft, part: Part, specs: str) -> Markup:
    """The section as HTML, alone with what all pages are given and its page's script of charts."""
    return draft.edition.piece(_written, draft.address, Same(part), specs)


def _written(edition: Edition, address: str, part: Same[Part], specs: str) -> Markup:
    given: dict[str, object] = {**edition.draft(address).surroundings, "part": part.thing, "specs": specs}
    return rendered(edition.theme.render("partials/section.html", given))
