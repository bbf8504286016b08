"""What the leads of each source or segment came to over the last whole months: sums of rows of published tables."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from msgspec import Struct

from funnelbook.model.differences import Interval, Share, newcombe, wilson
from funnelbook.model.pipeline import Pipeline
from funnelbook.model.results import Row
from funnelbook.pages.cost.window import months, priced
from funnelbook.pages.edition import Edition
from funnelbook.pages.text import UNNAMED


class Member(Struct, frozen=True):
    """`leads` were created in the months, `qualified` of them (None without a qualifying stage); the rest is about
    deals closed in the months. `valued` of the won have a value; `margin` is the pipeline's share of revenue.
    """

    name: str
    leads: int
    qualified: int | None
    won: int
    lost: int
    valued: int
    revenue: float
    cost: float
    margin: float

    @property
    def closed(self) -> int:
        return self.won + self.lost

    @property
    def win_rate(self) -> Share | None:
        return wilson(self.won, self.closed)

    @property
    def earned(self) -> float:
        return self.revenue * self.margin

    @property
    def left(self) -> float:
        """What is left of the revenue after goods and the cost of the deals closed, lost ones too."""
        return self.earned - self.cost

    @property
    def average_sale(self) -> float | None:
        return self.revenue / self.valued if self.valued else None

    @property
    def cost_of_sale(self) -> float | None:
        return self.cost / self.won if self.won else None


class Side(Struct, frozen=True):
    """The members of a dimension in a pipeline, and what of their money is known."""

    members: tuple[Member, ...]
    whole: Member
    money: bool
    priced: bool

    @property
    def named(self) -> tuple[Member, ...]:
        return tuple(each for each in self.members if each.name != UNNAMED)

    def left_range(self, member: Member) -> tuple[float, float] | None:
        """What would be left at both ends of the member's win rate, its sales and costs being as they are.

        One without a sale takes the sale of all together; None when nothing was closed or sold.
        """
        share, sold = member.win_rate, member if member.won else self.whole
        if share is None or not sold.won:
            return None
        each = member.closed * sold.revenue / sold.won * member.margin
        return each * share.low - member.cost, each * share.high - member.cost

    def against_others(self, member: Member, min_n: int) -> Interval | None:
        """The member's win rate less that of all the others together; None when either side has too few."""
        others = (self.whole.won - member.won, self.whole.closed - member.closed)
        return difference((member.won, member.closed), others, min_n)


def difference(one: tuple[int, int], other: tuple[int, int], min_n: int) -> Interval | None:
    """Of the shares won, each (won, closed); None when either side has fewer than `min_n` closed deals."""
    first, second = wilson(*one), wilson(*other)
    if first is None or second is None or min(one[1], other[1]) < max(min_n, 1):
        return None
    return newcombe(first, second)


def side(edition: Edition, pipeline: Pipeline, dimension: str) -> Side:
    """Members in the order of what they bring: what is left after costs, else revenue, else sales; `—` last."""
    numbers = edition.numbers
    wanted = set(months(numbers))
    rows = [
        row
        for row in numbers.table("monthly", pipeline=pipeline.name, dimension=dimension)
        if row["month"] in wanted
    ]
    came = [
        row
        for row in numbers.table("qualification", pipeline=pipeline.name, dimension=dimension)
        if row["cohort"] in wanted
    ]
    names = list(dict.fromkeys(str(row["member"]) for row in rows))
    money, costly = numbers.money_told(), priced(edition, pipeline)
    members = [_member(pipeline, name, _of(rows, name), _of(came, name)) for name in names]
    qualifies = pipeline.qualifying_position is not None

    def brings(member: Member) -> tuple[bool, float, int, str]:
        value = member.left if money and costly else member.revenue
        return member.name == UNNAMED, -value, -member.won, member.name

    whole = _member(pipeline, "all", rows, came if qualifies else [])
    return Side(tuple(sorted(members, key=brings)), whole, money, costly)


def _of(rows: Iterable[Row], member: str) -> list[Row]:
    return [row for row in rows if row["member"] == member]


def _member(pipeline: Pipeline, name: str, rows: Sequence[Row], came: Sequence[Row]) -> Member:
    return Member(
        name,
        leads=sum(int(row["created"]) for row in rows),
        qualified=sum(int(row["qualified"]) for row in came) if pipeline.qualifying_position is not None else None,
        won=sum(int(row["won"]) for row in rows),
        lost=sum(int(row["lost"]) for row in rows),
        valued=sum(round(row["revenue"] / row["average_sale"]) for row in rows if row["average_sale"]),
        revenue=math.fsum(row["revenue"] or 0.0 for row in rows),
        cost=math.fsum(row["cost"] or 0.0 for row in rows),
        margin=pipeline.margin,
    )
