"""Columns that hold when a deal entered a stage, one column a stage: they become rows of the stage history.

Such a column has room for one visit. Where a deal came back to a stage, one of its visits is lost.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

import polars as pl
from msgspec import Struct
from msgspec.structs import replace

from funnelbook.sources import rules
from funnelbook.sources.cells.texts import moment
from funnelbook.sources.conform import Binding, column, conform
from funnelbook.sources.ignored import refusals
from funnelbook.sources.reader import NO_REFUSED, Context, Part, RawFile, Taken

_BOUND = ("deal_id", "stage", "pipeline", "entered_at")
_NONE = pl.DataFrame(schema={"row": pl.UInt32, **dict.fromkeys((*_BOUND, "left"), pl.String), "order": pl.Int32})


class StageDate(Struct, frozen=True):
    """Raw column `index` holds when a deal entered `stage`; None = the stage where the deal stands now.

    pipeline: None = the deal's own. left: the column of the leaving, which tells the order of entries at one time.
    shape: the pattern that the header fits.
    """

    index: int
    stage: str | None
    pipeline: str | None
    shape: str
    left: int | None = None


class Dates(Struct, frozen=True):
    """The stage dates of a file. nothing: what a cell without a date says, folded; day_first: as in `Binding`."""

    columns: tuple[StageDate, ...]
    nothing: Collection[str] = ()
    day_first: bool | None = None

    def add(self, raw: RawFile, part: Part, known: pl.DataFrame, context: Context) -> Part:
        """`part` with the stage history of its rows.

        known: `row`, `deal_id`, and `stage` where the deal stands now. Of several columns of one stage the first
        that is filled counts. A row with a date that cannot be read is rejected. Entries stand by row, then by
        time, then by when the stage was left, then as the columns stand.
        """
        if not self.columns:
            return part
        long = self._long(raw, known)
        told = conform(_as_raw(raw, long), "stages", self._bindings(), context)
        wrong = long["row"].gather(told.refused["row"]).unique().sort()
        frame = told.tables["stages"].collect()
        at = frame["row"]
        entries = frame.with_columns(long["row"].gather(at), *(long[name].gather(at) for name in ("left", "order")))
        entries = entries.filter(~pl.col("row").is_in(wrong.implode()))
        entries = entries.sort("row", "entered_at", "left", "order", nulls_last=True).drop("left", "order")
        tables = {name: rows.filter(~pl.col("row").is_in(wrong.implode())) for name, rows in part.tables.items()}
        written = next(each.written for each in told.taken if each.target == "stages.entered_at")
        read = {raw.header[index] for index in self._indices}
        return replace(
            part,
            tables={**tables, "stages": entries.lazy()},
            refused=pl.concat([part.refused, refusals(raw.number, wrong, "rejected", ("bad-date", "entered_at"))]),
            taken=(*part.taken, *(taken for each in self.columns for taken in _taken(each, written))),
            unknown=tuple(name for name in part.unknown if name not in read),
            remarks={**part.remarks, "single-visits": known.height - wrong.len()},
        )

    @property
    def _indices(self) -> tuple[int, ...]:
        found = (index for each in self.columns for index in (each.index, each.left) if index is not None)
        return tuple(dict.fromkeys(found))

    def _long(self, raw: RawFile, known: pl.DataFrame) -> pl.DataFrame:
        """One row a filled date: `row`, `_BOUND` (the date as text), `left` as text, `order`."""
        schema = raw.frame.collect_schema()

        def text(index: int) -> pl.Expr:
            return moment(pl.col(f"c{index}"), schema[f"c{index}"], self.nothing)

        cells = raw.frame.select("row", *(text(index).alias(f"c{index}") for index in self._indices)).collect()
        standing = pl.col("stage") if "stage" in known.columns else pl.lit(None, pl.String)
        rows = known.select("row", "deal_id", standing.alias("now")).join(cells, on="row", how="inner")
        told = [
            self._entries(rows, each, order) for order, each in enumerate(self.columns) if each.stage is not None
        ]
        kept = pl.concat(told or [_NONE]).unique(["row", "stage", "pipeline"], keep="first", maintain_order=True)
        for order, each in enumerate(self.columns):
            if each.stage is None:
                entries = self._entries(rows, each, order)
                kept = pl.concat([kept, entries.join(kept, on=["row", "stage"], how="anti")])
        return kept.sort("row", "order", maintain_order=True)

    def _entries(self, rows: pl.DataFrame, each: StageDate, order: int) -> pl.DataFrame:
        left = pl.col(f"c{each.left}") if each.left is not None else pl.lit(None, pl.String)
        stage = pl.col("now") if each.stage is None else pl.lit(each.stage)
        return rows.select(
            "row", "deal_id", stage.alias("stage"), pl.lit(each.pipeline, pl.String).alias("pipeline"),
            pl.col(f"c{each.index}").alias("entered_at"), left.alias("left"), pl.lit(order).alias("order"),
        ).drop_nulls(["stage", "entered_at"])  # fmt: skip

    def _bindings(self) -> dict[str, Binding]:
        bindings = {name: column(index) for index, name in enumerate(_BOUND)}
        return bindings | {"entered_at": replace(bindings["entered_at"], day_first=self.day_first)}


def day_first_of(part: Part) -> bool | None:
    """Whether the day comes first in the dates of a file, as its own columns tell."""
    signs = {each.written[:2] for each in part.taken} & {"DD", "MM"}
    return signs == {"DD"} if len(signs) == 1 else None


def _taken(each: StageDate, written: str) -> Iterator[Taken]:
    yield Taken("stages.entered_at", (each.index,), rules.pattern(each.shape), written)
    if each.left is not None:
        yield Taken("stages.entered_at", (each.left,), rules.LEFT, follows=True)


def _as_raw(raw: RawFile, long: pl.DataFrame) -> RawFile:
    """The rows of `long` as a table of its own, numbered from 0."""
    named = [pl.col(name).alias(f"c{index}") for index, name in enumerate(_BOUND)]
    frame = long.with_row_index("place").select(pl.col("place").alias("row"), *named).lazy()
    return replace(raw, header=_BOUND, frame=frame, rows=long.height, refused=NO_REFUSED, faults={}, notes=())
