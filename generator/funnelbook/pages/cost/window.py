"""The last whole months of a pipeline, and what their deals cost: sums of rows of `monthly` and `cost`."""

from __future__ import annotations

import math
from collections.abc import Sequence

from markupsafe import Markup
from msgspec import Struct

from funnelbook.language import Words
from funnelbook.model.differences import Interval, log_ratio, wilson
from funnelbook.model.pipeline import Pipeline
from funnelbook.model.results import Row
from funnelbook.pages.edition import Edition
from funnelbook.pages.labels import ABSENCES, label
from funnelbook.pages.numbers import Numbers, later

#: Months that costs are summed over.
MONTHS = 12


class Spending(Struct, frozen=True):
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


def rows_of(numbers: Numbers, pipeline: Pipeline, back: int = 0) -> tuple[Row, ...]:
    """The pipeline's rows of `monthly` in those months."""
    wanted = set(months(numbers, back))
    return tuple(row for row in numbers.series(pipeline.name) if row["month"] in wanted)


def of_pipeline(numbers: Numbers, pipeline: Pipeline, back: int = 0) -> Spending:
    return spending(rows_of(numbers, pipeline, back))


def change(now: Spending, before: Spending) -> Interval | None:
    """The logarithm of now's cost of a sale over before's; None when it or a cost is not known.

    What a closed deal cost is taken as it is: chance decides which deals are won.
    """
    rate = log_ratio((now.won, now.closed), (before.won, before.closed))
    if rate is None or not (now.cost > 0 and before.cost > 0):
        return None
    deal = math.log(now.cost / now.closed) - math.log(before.cost / before.closed)
    return Interval(deal - rate.value, deal - rate.high, deal - rate.low)


def by_position(numbers: Numbers, pipeline: Pipeline, wanted: Sequence[str]) -> list[Row]:
    """Rows of `cost` summed over months: position (0 for acquisition, which comes first), stage, the three sums."""
    sums = {position: [0.0, 0.0] for position in range(pipeline.k + 1)}
    for month in wanted:
        # a month's rows stand in the order of the stages, acquisition last
        for place, row in enumerate(numbers.rows("cost", pipeline.name, month=month), 1):
            both = sums[place % (pipeline.k + 1)]
            both[0] += row["spent_on_won"]
            both[1] += row["spent_on_lost"]
    return [
        {
            "position": position,
            "stage": pipeline.stages[position - 1].name if position else None,
            "spent": won + lost,
            "spent_on_won": won,
            "spent_on_lost": lost,
        }
        for position, (won, lost) in sums.items()
    ]


def lacking(edition: Edition, pipeline: Pipeline) -> Markup | str:
    """Why nothing can be said of the pipeline's costs, and what to do about it; "" when something can."""
    words, rows = edition.words, edition.numbers.series(pipeline.name)
    if any(row["cost"] for row in rows):
        return ""
    if not priced(edition, pipeline):
        return label(words, ABSENCES, "no-costs")
    if not any(row["won"] + row["lost"] for row in rows):
        return words("No deal has been closed yet, so nothing can be said of what a sale cost.")
    return words(
        "The stages are declared to cost nothing and no spending is known: give stages their `cost` or `minutes` "
        "in funnelbook.toml, and what was spent on sources in content/exports/spend.csv."
    )


def lacking_too(edition: Edition, pipeline: Pipeline) -> str:
    """The same in short, for the sections below the one that says it in full."""
    return edition.words("Not known until something is known of the costs.") if lacking(edition, pipeline) else ""


def nothing_closed(words: Words) -> str:
    return words("Nothing was spent on deals that were closed in the last whole months.")


def priced(edition: Edition, pipeline: Pipeline) -> bool:
    """Whether a stage tells what it costs."""
    return any(row["cost"] is not None for row in stages(edition.numbers, pipeline))


def stages(numbers: Numbers, pipeline: Pipeline) -> tuple[Row, ...]:
    """Rows of `chances` with the declared `cost` of `work`, in the order of the stages."""
    costs = {row["position"]: row["cost"] for row in numbers.rows("work", pipeline.name)}
    return tuple({**row, "cost": costs[row["position"]]} for row in numbers.rows("chances", pipeline.name))
