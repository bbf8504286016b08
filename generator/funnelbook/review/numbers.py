"""Numbers that a change moves: how many rows of each table, and the figures that managers read first.

Both states are counted by this one program, so that only exports, config and playbooks can move a number. When
exports and config both changed, the numbers of the old exports under the new config tell which of them did it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Literal

from msgspec import Struct

from funnelbook.model.results import Results, Row, Table
from funnelbook.pages.numbers import ALL, Numbers, total
from funnelbook.project import Project
from funnelbook.review.config import Rename

Cause = Literal["config", "exports", "both", "playbooks"]
Unit = Literal["count", "money", "share"]


class Moved(Struct, frozen=True):
    """A table: rows that are only in the newer state, only in the older one, in both with other values."""

    table: str
    added: int
    removed: int
    changed: int
    rows: int
    cause: Cause


class Figure(Struct, frozen=True):
    """A headline figure of a pipeline's month. `between` is its value under the new config with the old exports,
    when both changed. None: there is no such number.
    """

    pipeline: str
    month: str
    name: str
    unit: Unit
    before: float | None
    after: float | None
    cause: Cause | None
    between: float | None = None


class Counted(Struct, frozen=True):
    """A state's numbers, and the time zone of its months."""

    results: Results
    project: Project

    @property
    def numbers(self) -> Numbers:
        return Numbers(self.results, self.project.site.timezone)


class Comparison(Struct, frozen=True):
    """`between` is None unless config and exports both changed; `cause` then is what alone changed, or None."""

    before: Counted
    after: Counted
    between: Counted | None
    cause: Cause
    renames: tuple[Rename, ...]


def moved(comparison: Comparison) -> tuple[Moved, ...]:
    """The tables that differ, by name."""
    found = []
    old, new = comparison.before.results.tables, comparison.after.results.tables
    names = _Names(comparison.renames)
    for name in sorted({*old, *new}):
        if name in old and name in new and old[name].same_as(new[name]):
            continue
        counts = _compared(_rows(old.get(name), names), _rows(new.get(name), _Names(())))
        if any(counts):
            cause = _table_cause(comparison, name, names)
            found.append(Moved(name, *counts, rows=len(new[name].rows) if name in new else 0, cause=cause))
    return tuple(found)


def _table_cause(comparison: Comparison, name: str, names: _Names) -> Cause:
    if comparison.between is None:
        return comparison.cause
    between = _rows(comparison.between.results.tables.get(name), _Names(()))
    by_config = between != _rows(comparison.before.results.tables.get(name), names)
    by_exports = between != _rows(comparison.after.results.tables.get(name), _Names(()))
    return "both" if by_config and by_exports else "config" if by_config else "exports"


class _Names:
    """Old names of stages and pipelines -> their new ones."""

    def __init__(self, renames: Iterable[Rename]) -> None:
        self._pipelines = {each.before: each.after for each in renames if not each.pipeline}
        self._stages = {(each.pipeline, each.before): each.after for each in renames if each.pipeline}

    def today(self, row: Row) -> Row:
        if not self._pipelines and not self._stages:
            return row
        written = str(row.get("pipeline", ""))
        pipeline = self._pipelines.get(written, written)
        named = {"pipeline": pipeline} if "pipeline" in row else {}
        cut = "member" if row.get("dimension") == "stage" else "stage"
        stages = {
            key: self._stages.get((pipeline, value), value)
            for key, value in row.items()
            if key.startswith(("stage", cut)) and isinstance(value, str)
        }
        return {**row, **named, **stages}

    def pipeline(self, name: str) -> str:
        return next((old for old, new in self._pipelines.items() if new == name), name)


_Cells = tuple[object, ...]


def _rows(table: Table | None, names: _Names) -> list[tuple[_Cells, _Cells]]:
    """Each row as its texts, which tell it apart, and its numbers."""
    return [_parted(names.today(row)) for row in table.rows] if table else []


def _parted(row: Row) -> tuple[_Cells, _Cells]:
    texts = tuple((key, value) for key, value in row.items() if isinstance(value, str))
    return texts, tuple((key, repr(value)) for key, value in row.items() if not isinstance(value, str))


def _compared(old: Sequence[tuple[_Cells, _Cells]], new: Sequence[tuple[_Cells, _Cells]]) -> tuple[int, int, int]:
    """Rows added, removed, changed: of the rows that differ, those of the same texts are the same row changed."""
    gone, came = Counter(old), Counter(new)
    gone, came = gone - came, came - gone
    left = Counter(texts for texts, _ in gone.elements())
    fresh = Counter(texts for texts, _ in came.elements())
    changed = (left & fresh).total()
    return fresh.total() - changed, left.total() - changed, changed


def figures(comparison: Comparison) -> tuple[Figure, ...]:
    """The headline figures of the last whole month of both states, pipeline by pipeline; the newer month first."""
    before, after = comparison.before.numbers, comparison.after.numbers
    between = comparison.between.numbers if comparison.between else None
    names = _Names(comparison.renames)
    months = {month for month in (before.last_complete, after.last_complete) if month}
    pipelines = [each.name for each in after.pipelines]
    pipelines += [each.name for each in before.pipelines if _newer(each.name, names, pipelines) is None]
    return tuple(
        _figure(comparison, (pipeline, month), name, (old[name], mid.get(name), new[name]))
        for month in sorted(months, reverse=True)
        for pipeline in pipelines
        for old, mid, new in [
            (
                _headline(before, names.pipeline(pipeline), month),
                _headline(between, pipeline, month) if between else {},
                _headline(after, pipeline, month),
            )
        ]
        for name in UNITS
        if old[name] is not None or new[name] is not None
    )


def _newer(name: str, names: _Names, pipelines: Iterable[str]) -> str | None:
    return next((each for each in pipelines if names.pipeline(each) == name), None)


#: The headline figures in their order, with their units.
UNITS: Mapping[str, Unit] = {
    "won": "count",
    "lost": "count",
    "revenue": "money",
    "win_rate": "share",
    "cost_of_sale": "money",
    "plan_sales": "count",
    "plan_revenue": "money",
    "leaks": "money",
}


def _headline(numbers: Numbers, pipeline: str, month: str) -> dict[str, float | None]:
    row = numbers.month(pipeline, month) or {}
    plan = next((each for each in numbers.rows("plan", pipeline, month=month, owner=ALL)), {})
    leaks = numbers.rows("leaks", pipeline, month=month)
    told = numbers.money_told()
    return {
        "won": row.get("won"),
        "lost": row.get("lost"),
        "revenue": row.get("revenue") if told else None,
        "win_rate": row.get("win_rate"),
        "cost_of_sale": row.get("cost_of_sale"),
        "plan_sales": plan.get("plan_sales"),
        "plan_revenue": plan.get("plan_revenue"),
        "leaks": total(leaks, "money") if any(each["money"] is not None for each in leaks) else None,
    }


def _figure(
    comparison: Comparison,
    where: tuple[str, str],
    name: str,
    values: tuple[float | None, float | None, float | None],
) -> Figure:
    old, mid, new = values
    cause: Cause | None = None if old == new else comparison.cause
    if comparison.between is not None:
        moves = {"config": old != mid, "exports": mid != new}
        by = [each for each, moved in moves.items() if moved]
        cause = None if not by else "both" if len(by) == 2 else "config" if by == ["config"] else "exports"
    return Figure(*where, name, UNITS[name], old, new, cause, mid if cause == "both" else None)


def differing(figures: Iterable[Figure]) -> Iterator[Figure]:
    """Those that changed."""
    return (each for each in figures if each.before != each.after)
