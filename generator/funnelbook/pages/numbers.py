"""The results' tables, looked up once and found by pipeline and month."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

from msgspec import Struct

from funnelbook.model.notes import Note
from funnelbook.model.pipeline import Pipeline
from funnelbook.model.results import Results, Row

ALL = "all"

#: Months on a picture: the month, and the same month a year ago with all between.
MONTHS = 13

#: Columns whose value tells a slice's rows from the rows over everything.
_SLICED = "dimension"


class Numbers(Struct, frozen=True, dict=True):
    """What pages ask of the tables. Rows are those over all members (`dimension` all) unless said."""

    results: Results
    timezone: ZoneInfo

    @cached_property
    def months(self) -> tuple[str, ...]:
        """Every month of the data, oldest first."""
        return tuple(sorted({month for _, month in self._monthly}))

    @cached_property
    def pipelines(self) -> tuple[Pipeline, ...]:
        """The pipelines that have deals, the one with most sales (then most deals) first: the main one."""
        present = [each for each in self.results.pipelines if self.series(each.name)]
        return tuple(sorted(present, key=lambda each: (-self._total(each, "won"), -self._total(each, "created"))))

    @property
    def seal(self) -> str:
        """The digest of what all of it was computed from; "" when nobody knows."""
        return self.results.seal

    @property
    def known(self) -> tuple[Pipeline, ...]:
        """Every pipeline, those without deals among them."""
        return self.results.pipelines

    def ordinal(self, pipeline: str) -> int:
        """The number in paths of the pipeline of that name, from 1; names of a CRM never stand in a path."""
        return [each.name for each in self.results.pipelines].index(pipeline) + 1

    @property
    def latest(self) -> str:
        """The newest month of the data; "" without any."""
        return self.months[-1] if self.months else ""

    @property
    def as_of(self) -> datetime:
        return self.results.as_of

    @property
    def names(self) -> tuple[str, ...]:
        """The tables that could be made, sorted."""
        return tuple(sorted(self.results.tables))

    def has(self, table: str) -> bool:
        """Whether the table could be made."""
        return table in self.results

    @property
    def absent(self) -> Mapping[str, str]:
        """Why each of the other tables could not be made."""
        return self.results.absent

    @property
    def notes(self) -> tuple[Note, ...]:
        """What was assumed."""
        return self.results.notes

    @property
    def gap(self) -> tuple[int, int] | None:
        """To within how many days half of the moves between two exports are known, and all of them."""
        told = next((dict(each.params) for each in self.notes if each.rule == "entries-between-exports"), None)
        return (int(told["days"]), int(told["most"])) if told else None

    def columns(self, table: str) -> tuple[str, ...]:
        return self.results[table].columns

    def count(self, table: str) -> int:
        """How many rows the table has."""
        return len(self.results[table].rows)

    def month(self, pipeline: str, month: str) -> Row | None:
        """The row of `monthly`."""
        return self._monthly.get((pipeline, month))

    def series(self, pipeline: str, until: str = "9999-12", count: int | None = None) -> tuple[Row, ...]:
        """The last `count` rows of `monthly` up to a month, oldest first."""
        rows = [row for row in self._series.get(pipeline, ()) if row["month"] <= until]
        return tuple(rows[-count:] if count else rows)

    def rows(self, table: str, pipeline: str, **equal: str) -> tuple[Row, ...]:
        """Rows of a table of one pipeline over all members; nothing when the table could not be made."""
        return self._narrowed((table, pipeline), self._by_pipeline(table).get(pipeline, ()), equal)

    def table(self, name: str, **equal: str) -> tuple[Row, ...]:
        """Rows of a whole table, slices and all pipelines; nothing when the table could not be made."""
        return self._narrowed((name,), self.results[name].rows if name in self.results else (), equal)

    def money_told(self) -> bool:
        """Whether any sale of any month had a price; without one, revenue is unknown and not zero."""
        return any(row["revenue"] for row in self._monthly.values())

    def open_at_end(self, pipeline: str, month: str | None) -> int:
        """Open deals at the end of a month (at as_of in the last one); 0 before the first month."""
        return sum(int(row["at_end"]) for row in self.rows("entries", pipeline, month=month)) if month else 0

    def complete(self, month: str) -> bool:
        """Whether the data reach the month's end."""
        return self._start(later(month, 1)) <= self._as_of

    def days(self, month: str) -> float:
        """Days of the month that the data cover; whole days for a complete month."""
        if self.complete(month):
            return self.all_days(month)
        return max(0.0, (self._as_of - self._start(month)) / timedelta(days=1))

    @staticmethod
    def all_days(month: str) -> int:
        return monthrange(*map(int, month.split("-")))[1]

    @property
    def last_complete(self) -> str | None:
        return next((month for month in reversed(self.months) if self.complete(month)), None)

    @cached_property
    def _as_of(self) -> datetime:
        return self.results.as_of.astimezone(self.timezone).replace(tzinfo=None)

    @staticmethod
    def _start(month: str) -> datetime:
        year, number = map(int, month.split("-"))
        return datetime(year, number, 1)  # noqa: DTZ001 - local time, compared with local time only

    @cached_property
    def _monthly(self) -> dict[tuple[str, str], Row]:
        rows = self.results["monthly"].rows if "monthly" in self.results else ()
        return {(row["pipeline"], row["month"]): row for row in rows if row[_SLICED] == ALL}

    @cached_property
    def _series(self) -> dict[str, list[Row]]:
        """The months of each pipeline, oldest first."""
        found: dict[str, list[Row]] = {}
        for (pipeline, _), row in sorted(self._monthly.items()):
            found.setdefault(pipeline, []).append(row)
        return found

    @cached_property
    def _groups(self) -> dict[tuple[str, ...], dict[object, tuple[Row, ...]]]:
        return {}

    def _narrowed(self, whose: tuple[str, ...], rows: tuple[Row, ...], equal: Mapping[str, str]) -> tuple[Row, ...]:
        """The rows that hold these values; looked up by the first of them. `whose` names the rows."""
        if not equal:
            return rows
        (column, wanted), *others = equal.items()
        key = (*whose, column)
        if key not in self._groups:
            groups: dict[object, list[Row]] = {}
            for row in rows:
                groups.setdefault(row[column], []).append(row)
            self._groups[key] = {value: tuple(each) for value, each in groups.items()}
        found = self._groups[key].get(wanted, ())
        return tuple(row for row in found if all(row[name] == value for name, value in others)) if others else found

    @cached_property
    def _indexes(self) -> dict[str, dict[str, tuple[Row, ...]]]:
        return {}

    def _by_pipeline(self, table: str) -> dict[str, tuple[Row, ...]]:
        if table not in self._indexes:
            found: dict[str, list[Row]] = {}
            for row in self.results[table].rows if table in self.results else ():
                if row.get(_SLICED, ALL) == ALL:
                    found.setdefault(str(row["pipeline"]), []).append(row)
            self._indexes[table] = {name: tuple(rows) for name, rows in found.items()}
        return self._indexes[table]

    def _total(self, pipeline: Pipeline, column: str) -> int:
        return sum(int(row[column]) for row in self.series(pipeline.name))


def later(month: str, months: int) -> str:
    """`2026-10` and 3 -> `2027-01`; negative for earlier."""
    year, number = map(int, month.split("-"))
    year, zero_based = divmod(year * 12 + number - 1 + months, 12)
    return f"{year:04d}-{zero_based + 1:02d}"


def total(rows: Sequence[Row], column: str) -> float:
    """The sum of a column, nulls left out; exact for counts."""
    found: float = sum(row[column] for row in rows if row[column] is not None)
    return found


def summed(rows: Sequence[Row], column: str) -> dict[str, int]:
    """Lost deals by a column of `losses`; nothing recorded is `—`."""
    found: dict[str, int] = {}
    for row in rows:
        name = "—" if row[column] is None else str(row[column])
        found[name] = found.get(name, 0) + int(row["deals"])
    return found
