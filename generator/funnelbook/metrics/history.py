"""A deal's entries in order, and what they say of its way: metrics.md, section 2.

All rows of all deals are put in order by one sort of a 128-bit key, deal | entry? | time | row of the file | code,
each deal led by a header that carries its creation. After it a visit ends where the next row begins, and a running
maximum over deal | position is the furthest position so far, as keys of later deals are greater. Times are whole
microseconds: nothing is rounded, ties stay as in the file.
"""

from __future__ import annotations

import polars as pl
from msgspec import Struct

from funnelbook.model.pipeline import WON_CODE

#: Codes from here on are closings, not positions.
FIRST_CLOSING = WON_CODE
_HEADER = 0
_DEAL, _ENTRY, _TIME, _ROW = 1 << 96, 1 << 95, 1 << 40, 1 << 8


class History(Struct, frozen=True):
    """What the rows say, before outcomes are looked at.

    rows: `deal` UInt32, `at` Int64 microseconds, `code` UInt8 by deal and time, the added entries among them;
        `until` the time of the deal's next row (null for its last); `above` the greatest position before the
        row, `from` the last one (0 = none); `reopens`, an entry right after a closing.
    ends: one row a deal, in the order of `deals`: `recorded` (the history has rows of it), `last_code`,
        `highest` and `stood`, the greatest and the last position of its rows.
    """

    rows: pl.DataFrame
    ends: pl.DataFrame


def history_of(deals: pl.DataFrame, entries: pl.DataFrame) -> History:
    """deals: `deal` 0..n-1 and `created` (Int64 microseconds); entries: `deal`, `at`, `code` in file order."""
    ordered = _in_order(deals, entries)
    recorded = ordered.select("code", recorded=_same_deal(-1)).filter(pl.col("code") == _HEADER)["recorded"]
    rows = _neighbours(_with_added(ordered))
    last = rows.filter(pl.col("until").is_null())
    ends = last.select(
        recorded=recorded,
        last_code="code",
        highest=pl.max_horizontal("above", _position()),
        stood=pl.when(_is_closing()).then("from").otherwise("code"),
    )
    return History(rows, ends)


def _is_closing() -> pl.Expr:
    return pl.col("code") >= FIRST_CLOSING


def _position() -> pl.Expr:
    return pl.when(_is_closing()).then(pl.lit(0, pl.UInt8)).otherwise("code")


def _same_deal(step: int) -> pl.Expr:
    """Whether the row `step` rows before (negative: after) belongs to the same deal."""
    return (pl.col("deal") == pl.col("deal").shift(step)).fill_null(value=False)


def _in_order(deals: pl.DataFrame, entries: pl.DataFrame) -> pl.DataFrame:
    """Headers (code 0, at = creation) and entries: `deal`, `at`, `code` by deal, header first, time, row."""
    base = min(deals["created"].min() or 0, entries["at"].min() or 0)

    def key(at: str, *, entry: bool, row: pl.Expr, code: pl.Expr) -> pl.Expr:
        fields = (
            (pl.col("deal"), _DEAL),
            (pl.lit(int(entry)), _ENTRY),
            (pl.col(at) - base, _TIME),
            (row, _ROW),
            (code, 1),
        )
        whole = pl.lit(0, pl.UInt128)
        for field, unit in fields:
            whole = whole + field.cast(pl.UInt128) * pl.lit(unit, pl.UInt128)
        return whole.alias("key")

    headers = deals.select(key("created", entry=False, row=pl.lit(0), code=pl.lit(_HEADER)))
    rows = entries.with_row_index("row").select(key("at", entry=True, row=pl.col("row"), code=pl.col("code")))
    keys = pl.concat([headers, rows])["key"].sort().to_frame()
    return keys.select(
        deal=(pl.col("key") // _DEAL).cast(pl.UInt32),
        at=(pl.col("key") % _ENTRY // _TIME).cast(pl.Int64) + base,
        code=(pl.col("key") % _ROW).cast(pl.UInt8),
    )


def _with_added(ordered: pl.DataFrame) -> pl.DataFrame:
    """Headers become the entry at position 1 where section 2.1 adds one, and leave elsewhere.

    Added when the earliest row, an entry or a closing, is later than the creation and not at position 1. Also
    when there is no entry at all: no row of the deal, or closings only.
    """
    header = pl.col("code") == _HEADER
    late = (pl.col("at").shift(-1) > pl.col("at")) & (pl.col("code").shift(-1) != 1)
    added = header & (late | ~_same_deal(-1))
    rows = ordered.with_columns(added=added)
    closed_first = rows.filter(header & ~pl.col("added") & (pl.col("code").shift(-1) >= FIRST_CLOSING))["deal"]
    if len(closed_first):
        entered = rows.filter(pl.col("deal").is_in(closed_first.implode()) & ~header & ~_is_closing())["deal"]
        never = closed_first.filter(~closed_first.is_in(entered.implode()))
        rows = rows.with_columns(added=pl.col("added") | (header & pl.col("deal").is_in(never.implode())))
    kept = rows.filter(pl.col("added") | ~header)
    return kept.select("deal", "at", code=pl.when("added").then(pl.lit(1, pl.UInt8)).otherwise("code"))


def _neighbours(rows: pl.DataFrame) -> pl.DataFrame:
    """Adds to each row what stands before and after it in its deal."""
    place = pl.col("deal").cast(pl.UInt64) * 256 + _position()
    standing = pl.when(~_is_closing()).then(place).forward_fill()

    def before(running: pl.Expr) -> pl.Expr:
        of_this_deal = running.shift(1) // 256 == pl.col("deal")
        return pl.when(of_this_deal).then((running.shift(1) % 256).cast(pl.UInt8)).otherwise(pl.lit(0, pl.UInt8))

    return rows.with_columns(
        before(place.cum_max()).alias("above"),
        before(standing).alias("from"),
        until=pl.when(_same_deal(-1)).then(pl.col("at").shift(-1)),
        reopens=_same_deal(1) & (pl.col("code").shift(1) >= FIRST_CLOSING) & ~_is_closing(),
    )
