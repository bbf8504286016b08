"""The sellers of a pipeline as `sellers` has them, and what lies beyond chance."""

from __future__ import annotations

from msgspec import Struct

from funnelbook.model.differences import Interval
from funnelbook.model.pipeline import Pipeline
from funnelbook.model.results import Row
from funnelbook.pages.edition import Edition
from funnelbook.pages.numbers import ALL, later
from funnelbook.pages.portions import Of

#: Whole months without a new deal after which somebody is said to have none any more.
SILENT = 2


class Team(Struct, frozen=True):
    """Rows of `sellers` of one pipeline. `sale` is the mean value of a sale of the reference, None when unknown."""

    rows: tuple[Row, ...]
    sale: float | None

    @property
    def count(self) -> Of:
        """Won and closed of all together."""
        return Of(sum(row["won"] for row in self.rows), sum(row["closed"] for row in self.rows))

    @property
    def mean(self) -> float:
        return self.count.n / self.count.whole

    @property
    def comparable(self) -> bool:
        """Whether there is anything to compare: several people, and not all of their deals with one outcome."""
        return len(self.rows) > 1 and 0 < self.mean < 1

    @property
    def below(self) -> tuple[Row, ...]:
        return tuple(row for row in self.rows if row["verdict"] == "below")

    @property
    def above(self) -> tuple[Row, ...]:
        return tuple(row for row in self.rows if row["verdict"] == "above")

    @property
    def doubtful(self) -> tuple[Row, ...]:
        """Outside the 95 % limits and inside those of 99.8 %."""
        return tuple(row for row in self.rows if row["verdict"] == "within" and not _inside(row))

    def beyond(self, row: Row) -> Interval:
        """By how many sales a year a person's closed deals brought more, or less, than at the mean of all.

        closed × |shrunk − mean|, and the same of both ends of the interval of `shrunk`, not below 0.
        """
        side = 1 if row["shrunk"] >= self.mean else -1
        value, *ends = (
            float(row["closed"] * side * (row[name] - self.mean))
            for name in ("shrunk", "shrunk_low", "shrunk_high")
        )
        return Interval(value, max(0.0, min(ends)), max(0.0, *ends))


def _inside(row: Row) -> bool:
    return bool(row["limit95_low"] <= row["win_rate"] <= row["limit95_high"])


def counted(row: Row) -> Of:
    return Of(row["won"], row["closed"])


def team_of(edition: Edition, pipeline: Pipeline) -> Team:
    numbers = edition.numbers
    whole = numbers.rows("roles", pipeline.name, role=ALL)
    return Team(numbers.rows("sellers", pipeline.name), whole[0]["average_sale"] if whole else None)


def newest(edition: Edition) -> dict[str, str]:
    """Per owner the last month in which a deal of theirs was created, in any pipeline."""
    found: dict[str, str] = {}
    for row in edition.numbers.table("monthly", dimension="owner"):
        if row["created"]:
            found[row["member"]] = max(row["month"], found.get(row["member"], ""))
    return found


def is_silent(edition: Edition, owner: str, last: dict[str, str]) -> bool:
    """Whether somebody has had no new deal for so long that they seem to have left."""
    months = edition.numbers.months
    return bool(months) and last.get(owner, "") < later(months[-1], -SILENT)
