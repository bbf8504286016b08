"""The decided share of each stage in a month against the twelve months before it."""

from __future__ import annotations

from msgspec import Struct

from funnelbook.model.differences import Interval, newcombe, wilson
from funnelbook.model.results import Row
from funnelbook.pages.numbers import Numbers, later

#: The months before that a stage is compared with.
MONTHS = 12


class Decided(Struct, frozen=True):
    """`row` of `entries`; `on` of `cases` decided deals went on; `change` None when either side has too few."""

    row: Row
    on: int
    cases: int
    change: Interval | None


def decided(numbers: Numbers, pipeline: str, month: str, min_n: int) -> tuple[Decided, ...]:
    """A value for each stage, in the pipeline's order."""
    months = [later(month, -back) for back in range(1, MONTHS + 1)]
    year = [row for each in months for row in numbers.rows("entries", pipeline, month=each)]
    found = []
    for row in numbers.rows("entries", pipeline, month=month):
        on, cases = _sums([row])
        before = _sums([each for each in year if each["stage"] == row["stage"]])
        found.append(Decided(row, on, cases, _change((on, cases), before, min_n)))
    return tuple(found)


def _sums(rows: list[Row]) -> tuple[int, int]:
    on = sum(int(row["left_forward"]) for row in rows)
    return on, on + sum(int(row["left_lost"]) for row in rows)


def _change(now: tuple[int, int], before: tuple[int, int], min_n: int) -> Interval | None:
    share, then = wilson(*now), wilson(*before)
    if share is None or then is None or min(now[1], before[1]) < min_n:
        return None
    return newcombe(share, then)
