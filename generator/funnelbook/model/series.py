"""A series of exports read one after the other: what stands at its end, and what changed on the way.

An export is held only while the next one is compared with it. Kept are the last row of every deal ever seen, a few
numbers about each, and the moves from one stage to another.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import polars as pl

from funnelbook.model.identities import whole_numbers
from funnelbook.model.meanings import Meanings
from funnelbook.model.names import Names
from funnelbook.model.pipelines import Directory
from funnelbook.model.sightings import MOVES, NOTHING_SEEN, compared, moves, remembered, seen

#: What each export of a series brought, compared with what stood before. vanished: deals of the export before
#: that it has no more; merged: those of them whose person has another deal in it.
EXPORTS = pl.Schema(
    {
        "taken": pl.Datetime("us", "UTC"),
        "deals": pl.Int64(),
        "new": pl.Int64(),
        "moved": pl.Int64(),
        "repriced": pl.Int64(),
        "reassigned": pl.Int64(),
        "vanished": pl.Int64(),
        "merged": pl.Int64(),
    }
)
_FILES = pl.Schema({"file": pl.UInt16(), "taken": pl.Datetime("us", "UTC")})
_SUPERSEDED = pl.Schema({"file": pl.UInt16(), "rows": pl.UInt32()})


@dataclass(frozen=True, slots=True)
class Account:
    """superseded: `file` and the `rows` of it that a later export supersedes. newest: moments of what has happened,
    export by export. exports: as `EXPORTS`, oldest first. files: each `file` of deals, when its export was `taken`.
    """

    superseded: pl.DataFrame
    newest: pl.Series
    exports: pl.DataFrame
    files: pl.DataFrame


@dataclass(frozen=True, slots=True)
class Series:
    """rows: deals without the rows that a later export supersedes.

    moves: `deal_id`, `pipeline`, `stage` (Enum), `entered_at`, `earliest`, `file`, `row`: see `sightings.moves`.
    """

    rows: pl.DataFrame
    moves: pl.DataFrame
    account: Account


def standing(rows: pl.DataFrame) -> Series:
    """Deals of no series: they stay as they are, and nothing is told of their ways."""
    path = _Path(Meanings(Directory((), "")))
    path.keep(rows)
    return path.walked()


def follow(
    exports: Sequence[pl.LazyFrame], meanings: Meanings, late: Callable[[pl.DataFrame], pl.Series]
) -> Series:
    """The deals of successive exports, oldest first; those of no series stand first and stay as they are.

    Rows that are `late` tell nothing: they stay among the rows, and supersede none.
    """
    path = _Path(meanings)
    for each in exports:
        rows = each.collect(engine="streaming")
        if rows["snapshot"].null_count() == rows.height:
            path.keep(rows)
            continue
        path.came_from(rows)
        too_late = late(rows)
        if too_late.any():
            path.keep(rows.filter(too_late))
            rows = rows.filter(~too_late)
        if not rows.is_empty():
            path.go_on(rows)
    return path.walked()


class _Path:
    """What stands so far. `_state` has what is known of each deal, `_newest` the rows of the newest export."""

    def __init__(self, meanings: Meanings) -> None:
        self._meanings = meanings
        self._kept: list[pl.DataFrame] = []
        self._gone: list[pl.DataFrame] = []
        self._newest: pl.DataFrame | None = None
        self._state = NOTHING_SEEN
        self._moves: list[pl.DataFrame] = []
        self._superseded: list[pl.DataFrame] = []
        self._files: list[pl.DataFrame] = []
        self._moments: list[object] = []
        self._told: list[tuple[object, ...]] = []

    def keep(self, rows: pl.DataFrame) -> None:
        """Rows that are no part of the series."""
        self._kept.append(rows)

    def came_from(self, rows: pl.DataFrame) -> None:
        """Which files an export is of."""
        self._files.append(rows.select("file", taken="snapshot").unique("file", maintain_order=True))

    def go_on(self, rows: pl.DataFrame) -> None:
        """One more export, which has rows."""
        last = rows["deal_id"].is_last_distinct()
        if not last.all():
            self.keep(rows.filter(~last))
            rows = rows.filter(last)
        here = seen(rows, self._numbered(rows["deal_id"]), self._meanings)
        before = self._state.with_row_index("place")
        both = here.join(before, on="deal", how="left", suffix="_before", maintain_order="left")
        self._moves.append(moves(both))
        counts = compared(both)
        vanished = self._vanished(rows)
        merged = vanished["contact_id"].is_in(rows["contact_id"].drop_nulls().implode()).sum()
        self._told.append((rows["snapshot"][0], rows.height, *counts, vanished.height, int(merged or 0)))
        self._superseded.append(both.drop_nulls("place").group_by(file="file_before").len("rows").cast(_SUPERSEDED))
        closed = rows["closed_at"].filter(rows["status"].cast(pl.String).is_in(["won", "lost"]))
        self._moments += [rows["created_at"].max(), closed.max()]
        self._gone.append(vanished)
        self._newest = rows
        self._state = self._with(both)

    def _numbered(self, ids: pl.Series) -> pl.Series:
        """Ids as whole numbers while all of the series are, from then on as they are."""
        if self._state["deal"].dtype == pl.Int64:
            ids = whole_numbers(ids)
            if ids.dtype != pl.Int64:
                self._state = self._state.with_columns(pl.col("deal").cast(pl.String))
            return ids
        return ids.cast(pl.String)

    def _vanished(self, rows: pl.DataFrame) -> pl.DataFrame:
        """What the export before had and this one has no more."""
        if self._newest is None:
            return rows.clear()
        return self._newest.join(rows.select("deal_id"), on="deal_id", how="anti", maintain_order="left")

    def _with(self, both: pl.DataFrame) -> pl.DataFrame:
        """The state after an export: of its deals what it tells, of the others what was known."""
        others = pl.repeat(value=True, n=self._state.height, eager=True)
        others = others.scatter(both["place"].drop_nulls(), values=False)
        return pl.concat([self._state.filter(others), remembered(both)], rechunk=True)

    def walked(self) -> Series:
        """What stands at the end."""
        last = [*self._gone, *([] if self._newest is None else [self._newest])]
        rows = pl.concat(last) if last else None
        own = [] if rows is None else [rows.filter(rows["deal_id"].is_last_distinct())]
        return Series(pl.concat([*self._kept, *own]), self._whole_moves(), self._account())

    def _whole_moves(self) -> pl.DataFrame:
        """The moves of deals that stood in at least two exports, and in one of them in an open stage."""
        kind = self._state["deal"].dtype
        followed = self._state.filter(pl.col("again") & pl.col("seen_open")).select("deal")
        each = [chunk.with_columns(pl.col("deal").cast(kind)) for chunk in self._moves]
        self._moves = []
        found = pl.concat([MOVES.to_frame().with_columns(pl.col("deal").cast(kind)), *each], rechunk=False)
        found = found.join(followed, on="deal", how="semi", maintain_order="left").rename({"deal": "deal_id"})
        return found.with_columns(
            _named(found["pipeline"], self._meanings.pipelines), _named(found["stage"], self._meanings.stages)
        )

    def _account(self) -> Account:
        counts = pl.concat([_SUPERSEDED.to_frame(), *self._superseded])
        return Account(
            superseded=counts.group_by("file").agg(pl.col("rows").sum()).sort("file"),
            newest=pl.Series(self._moments, dtype=pl.Datetime("us", "UTC")),
            exports=pl.DataFrame(self._told, schema=EXPORTS, orient="row"),
            files=pl.concat([_FILES.to_frame(), *self._files]),
        )


def _named(numbers: pl.Series, names: Names) -> pl.Series:
    return numbers.cat.to(pl.Enum(names.spelled))
