"""A row of the table: what was measured, what it is held against, and whether that is met."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from timing import Took


@dataclass(frozen=True)
class Row:
    """`ours` and `theirs` are times or plain numbers; `limit` is the most that their ratio may be; without one
    it is told only.

    A limit is one of the wall clock. The ratio of CPU stands beside it: a machine with other work to do tells more
    of itself by the clock.
    """

    work: str
    ours: Took | float
    peer: str
    theirs: Took | float
    limit: float | None

    @property
    def ratio(self) -> float:
        return _size(self.ours) / _size(self.theirs)

    @property
    def ratio_of_cpu(self) -> float | None:
        if isinstance(self.ours, Took) and isinstance(self.theirs, Took):
            return self.ours.cpu / self.theirs.cpu
        return None

    @property
    def met(self) -> bool:
        return self.limit is None or self.ratio <= self.limit


def _size(value: Took | float) -> float:
    return value.wall if isinstance(value, Took) else value


def show(rows: Iterable[Row]) -> bool:
    """Prints every row as it comes; whether all limits are met."""
    heads = f"{'theirs':>8}{'ratio':>7}{'of CPU':>8}{'limit':>7}"
    print(f"{'work':<34}{'ours':>8}{'CPU':>7}  {'held against':<20}{heads}")
    met = True
    for row in rows:
        met = met and row.met
        cpu = f"{row.ours.cpu:.2f}" if isinstance(row.ours, Took) else ""
        numbers = f"{_size(row.theirs):>8.2f}{row.ratio:>7.2f}"
        of_cpu = "" if row.ratio_of_cpu is None else f"{row.ratio_of_cpu:.2f}"
        verdict = f"{'':>7}" if row.limit is None else f"{row.limit:>7.2f}  {'met' if row.met else 'NOT MET'}"
        ours = f"{row.work:<34}{_size(row.ours):>8.2f}{cpu:>7}  {row.peer:<20}"
        print(ours + numbers + f"{of_cpu:>8}" + verdict, flush=True)
    return met
