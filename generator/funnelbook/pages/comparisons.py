"""A month's figure against the month before and the same month a year ago, and whether the difference is noise.

Shares are compared by Newcombe's interval, counts of whole months by their rates per day, amounts and
durations by the natural limits of up to twelve whole months before (`model.differences`). A month that is not
over is never compared with whole ones in what adds up from day to day.
"""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from funnelbook.model.differences import Interval, Limits, Share, natural_limits, newcombe, same_rate
from funnelbook.model.results import Row
from funnelbook.pages.numbers import Numbers, later

#: How far back the usual range of an amount looks.
LIMITS_MONTHS = 12

Kind = Literal["count", "sum", "mean"]


class Past(Struct, frozen=True):
    """A month of the same pipeline some months back: 1 or 12."""

    back: int
    month: str
    row: Row


def past(numbers: Numbers, pipeline: str, month: str) -> tuple[Past, ...]:
    """The month before and the same month a year ago, where the data have them."""
    found = [(back, later(month, -back)) for back in (1, 12)]
    rows = [(back, name, numbers.month(pipeline, name)) for back, name in found]
    return tuple(Past(back, name, row) for back, name, row in rows if row is not None)


def win_rate(row: Row) -> Share | None:
    """The month's win rate with its interval; None when nothing was closed."""
    if row["win_rate"] is None:
        return None
    return Share(row["win_rate"], row["win_rate_low"], row["win_rate_high"])


def closed(row: Row) -> int:
    return int(row["won"] + row["lost"])


def win_rate_change(row: Row, before: Row, min_n: int) -> Interval | None:
    """Now − before; None when either month closed fewer than `min_n` deals."""
    now, then = win_rate(row), win_rate(before)
    if now is None or then is None or min(closed(row), closed(before)) < min_n:
        return None
    return newcombe(now, then)


def count_noise(numbers: Numbers, row: Row, before: Row, column: str) -> bool | None:
    """Whether two whole months' counts may come from one rate; None when a month is not over."""
    if not (numbers.complete(row["month"]) and numbers.complete(before["month"])):
        return None
    return same_rate(row[column], before[column], numbers.days(row["month"]), numbers.days(before["month"]))


def usual(numbers: Numbers, pipeline: str, month: str, column: str) -> Limits | None:
    """What the figure usually is, by the months before; months without the figure are left out."""
    rows = numbers.series(pipeline, later(month, -1), LIMITS_MONTHS)
    values = [float(row[column]) for row in rows if row[column] is not None and numbers.complete(row["month"])]
    return natural_limits(values)
