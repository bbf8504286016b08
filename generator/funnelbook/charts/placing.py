"""Where names go beside their points, so that none covers another: the first free place of each, in turn."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

#: Half the size of a point, the gap to its name and the height of a line, in pixels.
_POINT, _GAP, _LINE = 6.0, 9.0, 15.0

Spot = tuple[float, float]


class Box(Struct, frozen=True):
    """A rectangle in pixels, from the top left."""

    left: float
    top: float
    right: float
    bottom: float

    def within(self, other: Box) -> bool:
        return (
            other.left <= self.left
            and self.right <= other.right
            and other.top <= self.top
            and self.bottom <= other.bottom
        )

    def meets(self, other: Box) -> bool:
        return (
            self.left < other.right
            and other.left < self.right
            and self.top < other.bottom
            and other.top < self.bottom
        )


def place(named: Sequence[tuple[Spot, float]], plane: Box) -> list[Box | None]:
    """For each point with the width of its name, the name's box within the plane: right of the point, left, above
    or below; None where each of them would cover a point or a name before it.
    """
    taken = [Box(x - _POINT, y - _POINT, x + _POINT, y + _POINT) for (x, y), _ in named]
    found: list[Box | None] = []
    for spot, width in named:
        box = next(
            (box for box in _places(spot, width) if box.within(plane) and not any(map(box.meets, taken))), None
        )
        found.append(box)
        taken += [] if box is None else [box]
    return found


def _places(spot: Spot, width: float) -> list[Box]:
    x, y = spot
    half, beside = _LINE / 2, _GAP + width
    return [
        Box(x + _GAP, y - half, x + beside, y + half),
        Box(x - beside, y - half, x - _GAP, y + half),
        Box(x - width / 2, y - _GAP - _LINE, x + width / 2, y - _GAP),
        Box(x - width / 2, y + _GAP, x + width / 2, y + _GAP + _LINE),
    ]
