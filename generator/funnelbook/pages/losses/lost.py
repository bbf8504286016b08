"""A pipeline's losses of the last whole months and of those before: sums of rows of `losses`."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import cached_property

from msgspec import Struct

from funnelbook.model.pipeline import Pipeline
from funnelbook.model.results import Row
from funnelbook.pages.cost.window import months
from funnelbook.pages.numbers import Numbers, summed
from funnelbook.pages.portions import Of

#: The cause of a loss that nobody recorded.
UNTOLD = "none"
PRICE = "price_value"
#: Causes of buyers who did not decide.
UNDECIDED = ("fear", "timing")


class Losses(Struct, frozen=True, dict=True):
    """`rows` are the pipeline's in the last whole months, `before` in the `months_before` up to twelve before."""

    pipeline: Pipeline
    rows: tuple[Row, ...]
    before: tuple[Row, ...]
    months_before: int

    @cached_property
    def told(self) -> tuple[Row, ...]:
        """Those with a recorded reason."""
        return tuple(row for row in self.rows if row["cause"] != UNTOLD)

    @cached_property
    def told_before(self) -> tuple[Row, ...]:
        return tuple(row for row in self.before if row["cause"] != UNTOLD)

    @cached_property
    def causes(self) -> tuple[str, ...]:
        """The recorded causes, the most frequent first."""
        counts = summed(self.told, "cause")
        return tuple(sorted(counts, key=lambda cause: (-counts[cause], cause)))

    def of_cause(self, *causes: str) -> Of:
        """The losses of some causes, of those with a recorded reason."""
        return portion(self.told, lambda row: row["cause"] in causes)

    def of_cause_before(self, *causes: str) -> Of:
        return portion(self.told_before, lambda row: row["cause"] in causes)


def losses_of(numbers: Numbers, pipeline: Pipeline) -> Losses:
    rows = numbers.rows("losses", pipeline.name)
    now, then = set(months(numbers)), set(months(numbers, 12))
    return Losses(
        pipeline,
        tuple(row for row in rows if row["month"] in now),
        tuple(row for row in rows if row["month"] in then),
        len(then),
    )


def deals(rows: Sequence[Row]) -> int:
    return sum(int(row["deals"]) for row in rows)


def value(rows: Sequence[Row]) -> float | None:
    """The value of lost deals as far as they have one; None when none has."""
    known = [row["value"] for row in rows if row["value"] is not None]
    return math.fsum(known) if known else None


def portion(rows: Sequence[Row], wanted: Callable[[Row], bool]) -> Of:
    return Of(deals([row for row in rows if wanted(row)]), deals(rows))
