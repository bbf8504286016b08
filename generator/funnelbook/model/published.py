"""What releases published about months that were over: the figures that must not change unseen."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from msgspec import Struct

#: The columns of `monthly` that are compared, in the order of telling.
FIGURES = ("created", "won", "lost", "revenue", "win_rate", "cost_of_sale")
#: Money and shares that differ by less are written alike; programs add floating numbers up in different orders.
_ALIKE = 1e-9


class Publication(Struct, frozen=True):
    """One release: (month, pipeline) -> a value of each of FIGURES, for months that were over at its as_of."""

    version: str
    title: str
    figures: Mapping[tuple[str, str], Mapping[str, float | None]]


class First(Struct, frozen=True):
    """What was published first about a pipeline's month, and by which release."""

    version: str
    title: str
    figures: Mapping[str, float | None]


#: (month, pipeline) -> what was published first.
Firsts = Mapping[tuple[str, str], First]


def first_of(publications: Iterable[Publication]) -> dict[tuple[str, str], First]:
    """What each pipeline's month was published with first; `publications` from the oldest."""
    found: dict[tuple[str, str], First] = {}
    for each in publications:
        for key, figures in each.figures.items():
            found.setdefault(key, First(each.version, each.title, figures))
    return found


def differ(published: float | None, now: float | None) -> bool:
    """Whether a figure came out otherwise; nothing and something differ."""
    if published is None or now is None:
        return published is not now
    return abs(published - now) > _ALIKE * max(1.0, abs(published), abs(now))
