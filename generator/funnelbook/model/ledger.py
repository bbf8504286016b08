"""The account of every physical row: accepted, rejected, a duplicate, or ignored (metrics.md, section 4)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

import polars as pl
from msgspec import Struct, field

from funnelbook.errors import ConservationError, Finding, Place
from funnelbook.model.notes import Note
from funnelbook.model.reading import REFUSED, Bucket, Reading, SourceFile

REMARKS = pl.Schema({"file": pl.UInt16(), "problem": pl.String(), "rows": pl.UInt32()})
#: A duplicate of a deal by its place, and the place of the row that counts instead.
REPLACED = pl.Schema({"file": pl.UInt16(), "row": pl.UInt32(), "by_file": pl.UInt16(), "by_row": pl.UInt32()})
#: A rule of a `Note`: rows that were derived from others and could not be used; params: problem, rows.
DERIVED_LEFT_OUT = "derived-rows-left-out"
QUALITY = {
    "file": pl.String(),
    "table": pl.String(),
    "problem": pl.String(),
    "rows": pl.UInt32(),
    "accepted": pl.UInt32(),
    "rejected": pl.UInt32(),
    "duplicates": pl.UInt32(),
    "ignored": pl.UInt32(),
}
_BUCKETS: Mapping[str, Bucket] = {"rejected": "rejected", "duplicates": "duplicate", "ignored": "ignored"}


_COUNTED = pl.Schema({"file": pl.UInt16(), "problem": pl.String(), **dict.fromkeys(_BUCKETS, pl.UInt32())})


class Ledger(Struct):
    """Fills up while a data set is assembled; `quality` closes it.

    A file's rows are accounted for by its `table`, or by one of `also`. Rows of other tables that were derived from
    it (a stage history told by a deals row) are only noted: their physical row is in its bucket already.
    """

    files: tuple[SourceFile, ...]
    _refused: list[pl.DataFrame]
    _remarks: list[pl.DataFrame] = field(default_factory=list)
    _counted: list[pl.DataFrame] = field(default_factory=list)
    _accepted: dict[str, dict[int, int]] = field(default_factory=dict)
    _replaced: list[pl.DataFrame] = field(default_factory=list)
    _derived: Counter[str] = field(default_factory=Counter)

    @classmethod
    def of(cls, reading: Reading) -> Ledger:
        return cls(reading.files, [reading.refused.select(*REFUSED).cast(pl.Schema(REFUSED))])

    def refuse(self, table: str, rows: pl.DataFrame, bucket: Bucket, problem: str, column: str = "") -> None:
        """`rows` (`file`, `row`) of `table` become no fact. A derived row that repeats another is not noted."""
        if rows.is_empty():
            return
        own = rows["file"].is_in(self._numbers(table))
        self._refused.append(
            rows.filter(own).select(
                "file",
                "row",
                pl.lit(bucket, REFUSED["bucket"]).alias("bucket"),
                pl.lit(problem).alias("problem"),
                pl.lit(column).alias("column"),
                pl.lit(value=True).alias("primary"),
            )
        )
        if bucket != "duplicate":
            self._derived[problem] += rows.height - int(own.sum())

    def replace(self, rows: pl.DataFrame) -> None:
        """For each of the refused `rows` another one counts (`REPLACED`)."""
        self._replaced.append(rows.select(*REPLACED).cast(REPLACED))

    def replaced(self) -> pl.DataFrame:
        return pl.concat([REPLACED.to_frame(), *self._replaced])

    def count(self, counts: pl.DataFrame, bucket: Bucket, problem: str) -> None:
        """`counts` (`file`, `rows`) become no fact, and are too many to be listed one by one."""
        of = {name: pl.when(pl.lit(each == bucket)).then("rows").otherwise(0) for name, each in _BUCKETS.items()}
        self._counted.append(counts.select("file", problem=pl.lit(problem), **of).cast(_COUNTED))

    def remark(self, rows: pl.DataFrame, problem: str) -> None:
        """Accepted `rows` (`file`) have a problem that a reader of the numbers should know of."""
        if rows.is_empty():
            return
        counted = rows.group_by("file").len("rows")
        self._remarks.append(counted.select("file", pl.lit(problem).alias("problem"), "rows").cast(REMARKS))

    def accept(self, table: str, file: pl.Series) -> None:
        """The numbers of the files that the accepted rows of `table` came from, one a row."""
        counts = file.value_counts(name="rows")
        self._accepted[table] = dict(zip(counts[file.name].to_list(), counts["rows"].to_list(), strict=True))

    def notes(self) -> tuple[Note, ...]:
        """What was left out of derived rows, and how many accepted rows have each problem (`deals`)."""
        left_out = sorted((problem, rows) for problem, rows in self._derived.items() if rows)
        remarks = (
            pl.concat([pl.DataFrame(schema=REMARKS), *self._remarks]).group_by("problem").agg(pl.col("rows").sum())
        )
        return (
            *(Note(DERIVED_LEFT_OUT, (("problem", problem), ("rows", rows))) for problem, rows in left_out),
            *(Note(problem, (("deals", rows),)) for problem, rows in remarks.sort("problem").iter_rows()),
        )

    def refused(self) -> pl.DataFrame:
        """Every line so far, by file and row; several problems of a row stay in the order they were found."""
        return pl.concat(self._refused).sort("file", "row", maintain_order=True)

    def quality(self) -> pl.DataFrame:
        """The table `quality` of metrics.md: by file in order, `all` first, then its problems by name.

        A problem's line counts the rows for which it is the first one, so that lines add up to `all`; a problem of
        accepted rows is counted in `accepted`.

        Raises ConservationError when a file's rows do not add up.
        """
        lines = self.refused().filter("primary")
        totals = self._tally(lines, "file")
        problems = self._tally(lines, "file", "problem")
        self._check(totals)
        remarks = pl.concat([pl.DataFrame(schema=REMARKS), *self._remarks]).group_by("file", "problem").sum()
        of_files = [row for file in self.files for row in _lines(file, totals, problems, remarks)]
        return pl.DataFrame(of_files, schema=QUALITY, orient="row")

    def _tally(self, lines: pl.DataFrame, *keys: str) -> pl.DataFrame:
        counts = {name: (pl.col("bucket") == bucket).sum() for name, bucket in _BUCKETS.items()}
        listed = lines.group_by("file", "problem").agg(**counts).cast(_COUNTED)
        return pl.concat([listed, *self._counted]).group_by(*keys).agg(pl.col(*_BUCKETS).sum())

    def _check(self, totals: pl.DataFrame) -> None:
        """Tables that became facts count their accepted rows themselves; a file of no table is not compared."""
        refused = {row[0]: sum(row[1:]) for row in totals.iter_rows()}
        findings = []
        for file in self.files:
            accepted = [
                self._accepted[name].get(file.number, 0) for name in _tables(file) if name in self._accepted
            ]
            found = sum(accepted) + refused.get(file.number, 0)
            if accepted and found != file.rows:
                message = f"{file.rows} rows were read, but {found} are accounted for"
                findings.append(Finding(Place(str(file.path)), "rows-do-not-add-up", message, "please report this"))
        if findings:
            raise ConservationError(findings)

    def _numbers(self, table: str) -> Sequence[int]:
        return [file.number for file in self.files if table in _tables(file)]


def _tables(file: SourceFile) -> tuple[str, ...]:
    return (file.table, *file.also)


def _lines(
    file: SourceFile, totals: pl.DataFrame, problems: pl.DataFrame, remarks: pl.DataFrame
) -> list[tuple[str | int, ...]]:
    """One file's lines of `quality`."""
    here = pl.col("file") == file.number
    buckets = next(totals.filter(here).select(*_BUCKETS).iter_rows(), (0, 0, 0))
    rows: dict[str, list[int]] = {}
    for problem, *counts in problems.filter(here).select("problem", *_BUCKETS).iter_rows():
        rows[problem] = [0, *counts]
    for problem, accepted in remarks.filter(here).select("problem", "rows").iter_rows():
        rows.setdefault(problem, [0, 0, 0, 0])[0] += accepted
    whole = (file.label, file.table, "all", file.rows, file.rows - sum(buckets), *buckets)
    return [whole, *((file.label, file.table, name, sum(rows[name]), *rows[name]) for name in sorted(rows))]
