"""What a report writes below its rows, or between them: totals, a copyright, who made it."""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl
from msgspec.structs import replace

from funnelbook.model.reading import REFUSED
from funnelbook.sources.cells.words import folded
from funnelbook.sources.reader import RawFile
from funnelbook.sources.salesforce.headers import FOOTERS


def without_footers(raw: RawFile, needed: Iterable[int]) -> RawFile:
    """`raw` less the rows that hold nothing in any of the `needed` columns and are no facts; they are ignored.

    Such a row is a footer when its first text begins like one. Behind the last row of facts, where one line does,
    all are: the report's name and the company stand there too. Anything else stays, to be rejected.
    """
    bare = _bare(raw, tuple(needed))
    last = (
        raw.frame.filter(~pl.col("row").is_in(bare["row"].implode())).select(pl.col("row").max()).collect().item()
    )
    begins = folded(pl.col("text")).str.contains(FOOTERS).fill_null(value=False)
    behind = pl.col("row") > (last or 0)
    marked = bare.with_columns(begins=begins, behind=behind)
    tail = bool(marked.select((pl.col("begins") & pl.col("behind")).any()).item())
    rows = marked.filter(pl.col("begins") | (pl.col("behind") & pl.lit(tail)))["row"]
    if rows.is_empty():
        return raw
    told = pl.col("row").is_in(rows.implode()) & (pl.col("problem") == "ragged-row")
    ragged = raw.refused.with_columns(
        bucket=pl.when(told).then(pl.lit("ignored", REFUSED["bucket"])).otherwise("bucket"),
        problem=pl.when(told).then(pl.lit("footer")).otherwise("problem"),
    )
    whole = rows.filter(~rows.is_in(raw.refused["row"].implode()))
    lines = whole.alias("row").to_frame().with_columns(
        file=pl.lit(raw.number), bucket=pl.lit("ignored"), problem=pl.lit("footer"), column=pl.lit(""),
        primary=pl.lit(value=True),
    )  # fmt: skip
    added = lines.select(pl.col(name).cast(kind) for name, kind in REFUSED.items())
    frame = raw.frame.filter(~pl.col("row").is_in(whole.implode()))
    return replace(raw, frame=frame, refused=pl.concat([ragged, added]))


def _bare(raw: RawFile, needed: tuple[int, ...]) -> pl.DataFrame:
    """`row` and its first `text`: rows without anything in the needed columns, and those of one cell."""
    cells = {
        name: pl.col(name).cast(pl.String).str.strip_chars().replace("", None)
        for name in raw.frame.collect_schema().names()
        if name != "row"
    }
    empty = pl.all_horizontal(cells[f"c{index}"].is_null() for index in needed)
    whole = raw.frame.filter(empty).select("row", text=pl.coalesce(cells.values())).collect()
    ragged = raw.refused.filter(pl.col("problem") == "ragged-row")["row"].to_list()
    lone = [(row, raw.lone[row]) for row in ragged if row in raw.lone]
    return pl.concat([whole, pl.DataFrame(lone, schema=whole.schema, orient="row")])
