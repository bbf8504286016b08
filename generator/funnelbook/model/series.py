"""A series of exports read one after the other: what stands at its end, and what changed on the way.

An export is held only while the next one is compared with it. Kept are the last row of every deal ever seen, a few
numbers about each, and the moves from one stage to another.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

import polars as pl
from msgspec import Struct

from funnelbook.memory import Memory
from funnelbook.model.checkpoints import Checkpoint, Checkpoints
from funnelbook.model.frames import renumbered
from funnelbook.model.identities import whole_numbers
from funnelbook.model.meanings import Meanings
from funnelbook.model.names import Names
from funnelbook.model.pipelines import Directory
from funnelbook.model.reading import Export
from funnelbook.model.sightings import MOVES, NOTHING_SEEN, compared, moves, remembered, seen
from funnelbook.model.taken import taken_at

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
_MOMENTS = pl.Schema({"at": pl.Datetime("us", "UTC")})
_SUPERSEDED = pl.Schema({"file": pl.UInt16(), "rows": pl.UInt32()})


class Account(Struct, frozen=True):
    """superseded: `file` and the `rows` of it that a later export supersedes. newest: moments of what has happened,
    export by export. exports: as `EXPORTS`, oldest first. files: each `file` of deals, when its export was `taken`.
    """

    superseded: pl.DataFrame
    newest: pl.Series
    exports: pl.DataFrame
    files: pl.DataFrame


class Series(Struct, frozen=True):
    """rows: deals without the rows that a later export supersedes.

    moves: `deal_id`, `pipeline`, `stage` (Enum), `entered_at`, `earliest`, `file`, `row`: see `sightings.moves`.
    """

    rows: pl.DataFrame
    moves: pl.DataFrame
    account: Account


def standing(export: Export, zone: ZoneInfo) -> Series:
    """Deals of no series: they stay as they are, and nothing is told of their ways."""
    path = _Path(Meanings(Directory((), "", zone)))
    path.keep(path.read(export))
    return path.walked()


def follow(
    exports: Sequence[Export],
    meanings: Meanings,
    late: Callable[[pl.DataFrame], pl.Series],
    checkpoints: Checkpoints | None = None,
) -> Series:
    """The deals of successive exports, oldest first; those of no series stand first and stay as they are.

    Rows that are `late` tell nothing: they stay among the rows, and supersede none. Exports that a checkpoint tells
    of are not read.
    """
    path, checkpoints = _Path(meanings), checkpoints or Checkpoints(Memory(None))
    dated = [each for each in exports if each.day is not None]
    for each in exports[: len(exports) - len(dated)]:
        path.follow(path.read(each), late)
    done, checkpoint = checkpoints.newest(dated)
    if checkpoint:
        path.resume(checkpoint, dated[0].first)
    for count, each in enumerate(dated[done:], done + 1):
        path.follow(path.read(each), late)
        if checkpoints.wanted(dated, count):
            checkpoints.keep(dated, count, path.checkpoint(dated[0].first))
    return path.walked()


class _Path:
    """What stands so far. `_state` has what is known of each deal, `_newest` the rows of the newest export."""

    def __init__(self, meanings: Meanings) -> None:
        self._meanings = meanings
        self._apart: list[pl.DataFrame] = []
        self._kept: list[pl.DataFrame] = []
        self._gone: list[pl.DataFrame] = []
        self._newest: pl.DataFrame | None = None
        self._state = NOTHING_SEEN
        self._moves: list[pl.DataFrame] = []
        self._superseded: list[pl.DataFrame] = []
        self._files: list[pl.DataFrame] = []
        self._moments: list[pl.DataFrame] = []
        self._told: list[pl.DataFrame] = []
        self._taken: datetime | None = None

    def read(self, export: Export) -> pl.DataFrame:
        """The rows of the next export, with the moment when it was taken."""
        rows = export.deals.collect(engine="streaming")
        if export.day is None:
            return rows
        self._taken = taken_at(rows, export.day, self._meanings.timezone, self._taken)
        return rows.with_columns(snapshot=pl.lit(self._taken, rows.schema["snapshot"]))

    def keep(self, rows: pl.DataFrame) -> None:
        """Rows that are no part of the series."""
        self._apart.append(rows)

    def follow(self, rows: pl.DataFrame, late: Callable[[pl.DataFrame], pl.Series]) -> None:
        """One more export, or rows of none."""
        if rows["snapshot"].null_count() == rows.height:
            self.keep(rows)
            return
        self._files.append(rows.select("file", taken="snapshot").unique("file", maintain_order=True))
        too_late = late(rows)
        if too_late.any():
            self._kept.append(rows.filter(too_late))
            rows = rows.filter(~too_late)
        if not rows.is_empty():
            self._go_on(rows)

    def _go_on(self, rows: pl.DataFrame) -> None:
        """One more export, which has rows."""
        last = rows["deal_id"].is_last_distinct()
        if not last.all():
            self._kept.append(rows.filter(~last))
            rows = rows.filter(last)
        here = seen(rows, self._numbered(rows["deal_id"]), self._meanings)
        before = self._state.with_row_index("place")
        both = here.join(before, on="deal", how="left", suffix="_before", maintain_order="left")
        self._moves.append(moves(both))
        counts = compared(both)
        vanished = self._vanished(rows)
        merged = vanished["contact_id"].is_in(rows["contact_id"].drop_nulls().implode()).sum()
        told = (rows["snapshot"][0], rows.height, *counts, vanished.height, int(merged or 0))
        self._told.append(pl.DataFrame([told], schema=EXPORTS, orient="row"))
        self._superseded.append(both.drop_nulls("place").group_by(file="file_before").len("rows").cast(_SUPERSEDED))
        closed = rows["closed_at"].filter(rows["status"].cast(pl.String).is_in(["won", "lost"]))
        self._moments.append(pl.DataFrame({"at": [rows["created_at"].max(), closed.max()]}, schema=_MOMENTS))
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

    def checkpoint(self, first: int) -> Checkpoint:
        """Where the series stands; `first` is the number of its first file."""
        assert self._taken is not None, "exports of dated folders are dated as they are read"
        frames = {
            "kept": self._kept,
            "gone": self._gone,
            "newest": [] if self._newest is None else [self._newest],
            "state": [self._state],
            "moves": [self._all_moves()],
            "superseded": [self._counts()],
            "files": self._files,
            "moments": self._moments,
            "told": self._told,
        }
        whole = {name: renumbered(pl.concat(each), -first) for name, each in frames.items() if each}
        return Checkpoint(whole, self._meanings.met, self._taken)

    def resume(self, checkpoint: Checkpoint, first: int) -> None:
        """Goes on from there."""
        whole = {name: [renumbered(frame, first)] for name, frame in checkpoint.frames.items()}
        self._kept, self._gone = whole.get("kept", []), whole.get("gone", [])
        self._newest = next(iter(whole.get("newest", [])), None)
        (self._state,), self._moves = whole["state"], whole["moves"]
        self._superseded, self._files = whole["superseded"], whole["files"]
        self._moments, self._told = whole.get("moments", []), whole.get("told", [])
        self._meanings.meet(checkpoint.met)
        self._taken = checkpoint.taken

    def walked(self) -> Series:
        """What stands at the end."""
        last = [*self._gone, *([] if self._newest is None else [self._newest])]
        rows = pl.concat(last) if last else None
        own = [] if rows is None else [rows.filter(rows["deal_id"].is_last_distinct())]
        return Series(pl.concat([*self._apart, *self._kept, *own]), self._whole_moves(), self._account())

    def _all_moves(self) -> pl.DataFrame:
        kind = self._state["deal"].dtype
        each = [chunk.with_columns(pl.col("deal").cast(kind)) for chunk in self._moves]
        return pl.concat([MOVES.to_frame().with_columns(pl.col("deal").cast(kind)), *each], rechunk=False)

    def _whole_moves(self) -> pl.DataFrame:
        """The moves of deals that stood in at least two exports, and in one of them in an open stage."""
        followed = self._state.filter(pl.col("again") & pl.col("seen_open")).select("deal")
        found, self._moves = self._all_moves(), []
        found = found.join(followed, on="deal", how="semi", maintain_order="left").rename({"deal": "deal_id"})
        return found.with_columns(
            _named(found["pipeline"], self._meanings.pipelines), _named(found["stage"], self._meanings.stages)
        )

    def _counts(self) -> pl.DataFrame:
        counts = pl.concat([_SUPERSEDED.to_frame(), *self._superseded])
        return counts.group_by("file").agg(pl.col("rows").sum()).sort("file")

    def _account(self) -> Account:
        return Account(
            superseded=self._counts(),
            newest=pl.concat([_MOMENTS.to_frame(), *self._moments])["at"],
            exports=pl.concat([EXPORTS.to_frame(), *self._told]),
            files=pl.concat([_FILES.to_frame(), *self._files]),
        )


def _named(numbers: pl.Series, names: Names) -> pl.Series:
    return numbers.cat.to(pl.Enum(names.spelled))
