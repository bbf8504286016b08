"""What the numbers know of the handbook: its playbooks' reviews and aims, and what its releases published."""

from __future__ import annotations

from msgspec import Struct

from funnelbook.model.aims import Aim
from funnelbook.model.published import Firsts
from funnelbook.model.reviews import Reviews


class HandbookFacts(Struct, frozen=True):
    """`reviews`: what is known of the playbooks' reviews, None = nothing. `aims`: what playbooks are to change, and
    since when. `published`: what releases said of months that were over, None without a release.
    """

    reviews: Reviews | None = None
    aims: tuple[Aim, ...] = ()
    published: Firsts | None = None
