"""What a `{metric}` role can show."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from msgspec import Struct, field

#: share: cases of cases, with an interval; portion: any other share; hundred: a number from 0 to 1 told from 0 to
#: 100; name: a name of the CRM; signal: as the page of the eight mistakes writes it.
Unit = Literal["count", "share", "portion", "money", "days", "minutes", "hours", "hundred", "name", "signal"]

#: month: the last whole month; plan: the month of as_of; year: the table's own twelve months, nothing to choose;
#: cohort: all deals, or those created in a month; quarter: three months before as_of.
Period = Literal["month", "plan", "year", "cohort", "quarter"]

#: Arguments that name a member of a slice, in tables with `dimension` and `member`.
SLICES = ("source", "segment", "role")


class Metric(Struct, frozen=True):
    """Σ `part` over rows of `table`, divided by Σ of the `whole` columns where there are any.

    `term` is its glossary entry. `takes` are the arguments that narrow the rows, `needs` those that
    it cannot do without; `of` is one that narrows the part alone. `fixed` columns have one value.
    """

    table: str
    part: str
    unit: Unit
    term: str
    whole: tuple[str, ...] = ()
    period: Period = "month"
    takes: tuple[str, ...] = ("pipeline",)
    needs: tuple[str, ...] = ()
    of: str = ""
    fixed: Mapping[str, str | int] = field(default_factory=dict)

    @property
    def sums(self) -> bool:
        """Whether months can be added up."""
        return self.period == "month" and (bool(self.whole) or self.unit in {"count", "money"})

    @property
    def options(self) -> tuple[str, ...]:
        """Every argument it knows."""
        months = {"month": ("month", "period") if self.sums else ("month",), "plan": ("month",)}
        months["cohort"] = ("month",)
        return tuple(dict.fromkeys((*self.takes, *self.needs, *months.get(self.period, ()), "with")))
