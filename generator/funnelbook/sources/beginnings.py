"""The stage a deal began in, which no log of changes has a row for: it is the one that the first change left.

The log knows the stage, and the deals, often in another file, know when they were created.
"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl
from msgspec.structs import replace

from funnelbook.model.tables import TABLES
from funnelbook.sources.reader import Part

#: What a log tells of beginnings: `stage` null = the deal never changed, so it began where it stands (`settled`
#: looks there); `until`, the first change, null = there was none. `pipeline` null = the deal's own.
BEGUN = pl.Schema(
    {
        "deal_id": pl.String(),
        "stage": pl.String(),
        "pipeline": pl.String(),
        "until": pl.Datetime("us", "UTC"),
    }
)
#: What makes two entries one.
_ENTRY = ["deal_id", "stage", "entered_at"]


def settled(parts: Sequence[Part]) -> list[Part]:
    """`parts` of one export, their beginnings without an open end: a deal that never changed began where it stands.

    That holds for the export the log came with; in a later one the deal may stand elsewhere. What the log tells of
    deals that the export does not have is dropped.
    """
    if not any(part.begun is not None and part.begun["stage"].null_count() for part in parts):
        return list(parts)
    now = _last_rows(parts).select("deal_id", now="stage")
    return [part if part.begun is None else replace(part, begun=_stood(part.begun, now)) for part in parts]


def _stood(begun: pl.DataFrame, now: pl.DataFrame) -> pl.DataFrame:
    known = begun.join(now, on="deal_id", how="left", maintain_order="left")
    return known.with_columns(stage=pl.coalesce("stage", "now")).drop_nulls("stage").select(BEGUN.names())


def with_beginnings(parts: Sequence[Part]) -> list[Part]:
    """`parts`, with an entry at `created_at` for each deal whose beginning some log tells.

    The entry is derived from the last row of the deal, in that row's file. None is made where the deal was created
    after its first change: one of the two is wrong; nor where a history tells the entry already.
    """
    told = [part.begun for part in parts if part.begun is not None]
    if not told:
        return list(parts)
    begun = pl.concat(told).sort("until", nulls_last=True, maintain_order=True)
    begun = begun.unique("deal_id", keep="first", maintain_order=True)
    entries = _entries(_last_rows(parts), begun)
    entries = entries.join(_told(parts, entries), on=_ENTRY, how="anti", maintain_order="left")
    return [_with(part, entries) for part in parts]


def _last_rows(parts: Sequence[Part]) -> pl.DataFrame:
    columns = ("file", "row", "deal_id", "created_at", "stage")
    none = TABLES["deals"].create_empty().select(columns)
    deals = [part.tables["deals"].select(columns).collect() for part in parts if "deals" in part.tables]
    return pl.concat([none, *deals]).sort("file", "row").unique("deal_id", keep="last", maintain_order=True)


def _entries(deals: pl.DataFrame, begun: pl.DataFrame) -> pl.DataFrame:
    found = deals.drop("stage").join(begun, on="deal_id", how="inner", maintain_order="left")
    early = (pl.col("created_at") <= pl.col("until")).fill_null(value=True)
    return found.filter(early, pl.col("stage").is_not_null()).rename({"created_at": "entered_at"})


def _told(parts: Sequence[Part], entries: pl.DataFrame) -> pl.DataFrame:
    """Which of the entries a history tells, as those that an earlier import derived."""
    wanted = entries.lazy().select(_ENTRY)
    none = TABLES["stages"].create_empty().select(_ENTRY)
    told = [part.tables["stages"].select(_ENTRY) for part in parts if "stages" in part.tables]
    return pl.concat([none, *(each.join(wanted, on=_ENTRY, how="semi").collect() for each in told)])


def _with(part: Part, entries: pl.DataFrame) -> Part:
    if "deals" not in part.tables:
        return part
    files = part.tables["deals"].select(pl.col("file").unique()).collect()["file"]
    own = entries.filter(pl.col("file").is_in(files.implode()))
    if own.is_empty():
        return part
    derived = own.lazy().select("file", "row", "deal_id", "stage", "entered_at", "pipeline")
    stages = [part.tables["stages"]] if "stages" in part.tables else []
    return replace(part, tables={**part.tables, "stages": pl.concat([*stages, derived])})
