"""The last whole months of a pipeline, and what their deals cost: sums of rows of `monthly` and `cost`."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from funnelbook.model.differences import wilson
from funnelbook.model.pipeline import Pipeline
from funnelbook.model.results import Row
from funnelbook.pages.edition import Edition
from funnelbook.pages.numbers import Numbers, later

#: Months that costs are summed over.
MONTHS = 12


@dataclass(frozen=True, slots=True)
class Spending:
    """What the deals closed in some months cost together, in the site's currency."""

    cost: float
    won: int
    lost: int

    @property
    def closed(self) -> int:
        return self.won + self.lost

    @property
    def of_sale(self) -> float | None:
        """Sum of cost / won; None without a sale."""
        return self.cost / self.won if self.won else None

    @property
    def range(self) -> tuple[float, float | None] | None:
        """Cost of a sale at both ends of the win rate's 95 % interval, the cost of a closed deal taken as it is.

        The upper end is None without a sale; all is None when nothing was closed.
        """
        share = wilson(self.won, self.closed)
        if share is None:
            return None
        each = self.cost / self.closed
        return each / share.high, (each / share.low if self.won else None)


def months(numbers: Numbers, back: int = 0) -> tuple[str, ...]:
    """The last twelve whole months, oldest first, or the twelve before them with `back` 12.

    All there are when no month is whole.
    """
    last = numbers.last_complete
    if last is None:
        return () if back else numbers.months
    wanted = [later(last, -each) for each in range(back + MONTHS - 1, back - 1, -1)]
    return tuple(month for month in wanted if month in numbers.months)


def spending(rows: Sequence[Row]) -> Spending:
    """Rows of `monthly` together."""
    return Spending(
        math.fsum(row["cost"] or 0 for row in rows),
        sum(int(row["won"]) for row in rows),
        sum(int(row["lost"]) for row in rows),
    )


def of_pipeline(numbers: Numbers, pipeline: Pipeline, back: int = 0) -> Spending:
    wanted = set(months(numbers, back))
    return spending([row for row in numbers.series(pipeline.name) if row["month"] in wanted])


def priced(edition: Edition, pipeline: Pipeline) -> bool:
    """Whether any money is known of the pipeline: its costs are not 0 but unknown otherwise."""
    rate = edition.book.project.metrics.hour_rate is not None
    told = any(stage.cost is not None or (rate and stage.minutes is not None) for stage in pipeline.stages)
    return "cost" in edition.book.results and (
        told or any(row["cost"] for row in edition.numbers.series(pipeline.name))
    )
