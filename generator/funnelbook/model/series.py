"""A series of exports read one after the other: what stands at its end, and what changed on the way.

Each export is held only while it is compared with what stood before; kept are the last row of every deal ever seen,
and the changes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import polars as pl

from funnelbook.model.names import folded

_WAY = ("pipeline", "stage", "status")
_PRICE = ("value", "list_price", "currency")
_NAMES = ("pipeline", "stage", "owner")
#: What entries are made of: the columns of deals that `entries_from_sightings` reads.
_SIGHTED = (
    "deal_id", "created_at", "pipeline", "stage", "status", "closed_at", "snapshot", "file", "row",
)  # fmt: skip
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


@dataclass(frozen=True, slots=True)
class Series:
    """rows: deals without the rows that a later export supersedes, whose `superseded` counts are by `file`.

    sightings: the rows of deals in which something of their way changed, each with the one before it.
    newest: moments of rows that are superseded. exports: as `EXPORTS`, oldest first.
    """

    rows: pl.DataFrame
    sightings: pl.DataFrame
    superseded: pl.DataFrame
    newest: pl.Series
    exports: pl.DataFrame


def follow(exports: Sequence[pl.LazyFrame], late: Callable[[pl.DataFrame], pl.Series]) -> Series:
    """The deals of successive exports, oldest first; those of no series stand first and stay as they are.

    Rows that are `late` tell nothing: they stay among the rows, and supersede none.
    """
    path = _Path()
    for each in exports:
        rows = each.collect(engine="streaming")
        if rows.is_empty() or rows["snapshot"].null_count() == rows.height:
            path.kept.append(rows)
            continue
        too_late = late(rows)
        path.kept.append(rows.filter(too_late))
        path.go_on(rows.filter(~too_late))
    return path.walked()


class _Path:
    """What stands so far: the last row of each deal, and how often it was sighted."""

    def __init__(self) -> None:
        self.kept: list[pl.DataFrame] = []
        self._state: pl.DataFrame | None = None
        self._sightings: list[pl.DataFrame] = []
        self._superseded: list[pl.DataFrame] = []
        self._newest: list[object] = []
        self._told: list[tuple[object, ...]] = []

    def go_on(self, rows: pl.DataFrame) -> None:
        """One more export."""
        last = rows["deal_id"].is_last_distinct()
        self.kept.append(rows.filter(~last))
        now = rows.filter(last).with_columns(*_keys(rows.filter(last)), times=pl.lit(1, pl.UInt32))
        before = self._state
        if before is None or now.is_empty():
            if not now.is_empty():
                self._state = now
                self._sightings.append(now.select(_SIGHTED))
                self._told.append((now["snapshot"][0], now.height, now.height, 0, 0, 0, 0, 0))
            return
        both = now.join(before, on="deal_id", how="left", suffix="_before", maintain_order="left")
        known = both["times_before"].is_not_null()
        moved, repriced, reassigned = (known & _differ(both, names) for names in (_WAY, _PRICE, ("owner",)))
        gone = before.join(now.select("deal_id"), on="deal_id", how="anti", maintain_order="left")
        vanished = gone.filter(pl.col("snapshot") == before["snapshot"].max())
        merged = vanished["contact_id"].is_in(now["contact_id"].drop_nulls().implode()).sum()
        counts = (int(each.sum()) for each in (~known, moved, repriced, reassigned))
        self._told.append((now["snapshot"][0], now.height, *counts, vanished.height, int(merged or 0)))
        telling = ~known | moved | (both["times_before"] == 1).fill_null(value=False)
        self._sightings.append(now.filter(telling).select(_SIGHTED))
        left = both.filter(moved).select("deal_id")
        self._sightings.append(before.join(left, on="deal_id", how="semi").select(_SIGHTED))
        passed = before.join(now.select("deal_id"), on="deal_id", how="semi")
        self._superseded.append(passed.group_by("file").len("rows"))
        closed = passed.filter(pl.col("status").is_in(["won", "lost"]).fill_null(value=False))
        self._newest += [passed["created_at"].max(), closed["closed_at"].max()]
        now = now.with_columns(times=pl.lit(both["times_before"].fill_null(0) + 1))
        self._state = pl.concat([gone, now.select(gone.columns)])

    def walked(self) -> Series:
        state = [] if self._state is None else [self._state.select(self.kept[0].columns)]
        return Series(
            rows=pl.concat([*self.kept, *state]),
            sightings=pl.concat(self._sightings, rechunk=False) if self._sightings else pl.DataFrame(),
            superseded=pl.concat(
                [pl.DataFrame(schema={"file": pl.UInt16, "rows": pl.UInt32}), *self._superseded],
                how="vertical_relaxed",
            )
            .group_by("file")
            .sum()
            .sort("file"),
            newest=pl.Series(self._newest, dtype=pl.Datetime("us", "UTC")),
            exports=pl.DataFrame(self._told, schema=EXPORTS, orient="row"),
        )


def _keys(rows: pl.DataFrame) -> list[pl.Series]:
    """Names as they are compared, beside those that are shown."""
    return [folded(rows[name]).alias(f"{name}_key") for name in _NAMES]


def _differ(both: pl.DataFrame, names: Sequence[str]) -> pl.Series:
    compared = (f"{name}_key" if name in _NAMES else name for name in names)
    return both.select(
        pl.any_horizontal(pl.col(name).ne_missing(pl.col(f"{name}_before")) for name in compared)
    ).to_series()
