"""The cheapest order of a pipeline's movable stages: metrics.md, section 3, `order`.

A stage costs c for every deal that passed all stages before it, so a lead costs the sum of c times the product
of the passes before. What is still to come costs the same whatever the order of the stages already placed: the best
rest of each subset of movable stages is found once (Held and Karp's dynamic programme, 2^m subsets of m stages).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from msgspec import Struct

#: More movable stages than these make more subsets than can be looked at.
MOST_MOVABLE = 16
#: Costs that differ by less, relatively, are equal: sums of floats in another order.
_TIE = 1e-12


class Line(Struct, frozen=True):
    """Stages 0..k-1 in today's order. passes are above 0; `after[i]` holds the stages that must come before i."""

    costs: tuple[float, ...]
    passes: tuple[float, ...]
    movable: tuple[bool, ...]
    after: Mapping[int, frozenset[int]]

    def cost(self, order: Sequence[int]) -> float:
        """Of a lead, in the given order."""
        reach, total = 1.0, 0.0
        for stage in order:
            total += reach * self.costs[stage]
            reach *= self.passes[stage]
        return total


def best_order(line: Line) -> tuple[int, ...] | None:
    """Today's positions (from 0) in the cheapest order; of equal ones the lexicographically first.

    Stages that are not movable keep their slots; at most MOST_MOVABLE are movable. None: no order meets `after`.
    """
    movable = [stage for stage, free in enumerate(line.movable) if free]
    assert len(movable) <= MOST_MOVABLE, "the subsets of so many stages cannot be looked at"
    rests = [math.inf] * (1 << len(movable))
    slots = _Slots(line, movable)
    for placed in range(len(rests) - 1, -1, -1):
        rests[placed] = min(slots.rests(placed, rests), default=math.inf)
        if placed == len(rests) - 1:
            rests[placed] = 0.0
    if math.isinf(slots.start(rests[0])):
        return None
    return slots.walk(rests)


class _Slots:
    """The slots of the movable stages, and the fixed stages that follow each."""

    def __init__(self, line: Line, movable: Sequence[int]) -> None:
        self.line, self.movable = line, movable
        number = {stage: bit for bit, stage in enumerate(movable)}
        ends = [*movable[1:], len(line.costs)][: len(movable)]
        self.head = range(movable[0] if movable else len(line.costs))
        self.fixed = [range(slot + 1, end) for slot, end in zip(movable, ends, strict=True)]
        self.needs = [
            sum(1 << number[other] for other in line.after.get(stage, ()) if other in number)
            for stage in range(len(line.costs))
        ]
        self.fixed_needs = [
            frozenset(other for other in line.after.get(stage, ()) if other not in number)
            for stage in range(len(line.costs))
        ]

    def rests(self, placed: int, rests: Sequence[float]) -> list[float]:
        """Per movable stage, in today's order: cost of the rest for a deal that comes to the next slot."""
        return [self.rest(placed, bit, rests) for bit in range(len(self.movable))]

    def rest(self, placed: int, bit: int, rests: Sequence[float]) -> float:
        if placed >> bit & 1:
            return math.inf
        stage, slot, now = self.movable[bit], placed.bit_count(), placed | 1 << bit
        if not self.allowed(stage, placed, self.movable[slot]):
            return math.inf
        return self.line.costs[stage] + self.line.passes[stage] * self.through(self.fixed[slot], now, rests[now])

    def through(self, fixed: range, placed: int, rest: float) -> float:
        """Cost from the first of the fixed stages on, with `rest` after them."""
        for stage in reversed(fixed):
            if not self.allowed(stage, placed, stage):
                return math.inf
            rest = self.line.costs[stage] + self.line.passes[stage] * rest
        return rest

    def allowed(self, stage: int, placed: int, slot: int) -> bool:
        """Whether all that must come before it does, when it stands at `slot` after the movable ones `placed`."""
        return self.needs[stage] & ~placed == 0 and all(other < slot for other in self.fixed_needs[stage])

    def start(self, rest: float) -> float:
        return self.through(self.head, 0, rest)

    def walk(self, rests: Sequence[float]) -> tuple[int, ...]:
        """The first of the best orders, slot by slot."""
        placed, order = 0, list(self.head)
        for fixed in self.fixed:
            best = rests[placed] + _TIE * abs(rests[placed])
            bit = next(bit for bit, rest in enumerate(self.rests(placed, rests)) if rest <= best)
            order += [self.movable[bit], *fixed]
            placed |= 1 << bit
        return tuple(order)
