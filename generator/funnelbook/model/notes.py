"""What a build assumed, said in a few words that pages make sentences of."""

from __future__ import annotations

from msgspec import Struct


class Note(Struct, frozen=True):
    """Something the build assumed, said on the data page. `rule` is a slug, `params` fill its sentence."""

    rule: str
    params: tuple[tuple[str, str | int | float], ...] = ()
