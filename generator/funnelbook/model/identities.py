"""Identifiers as small numbers: whole numbers, as CRMs give them, are looked up by place instead of joined."""

from __future__ import annotations

import polars as pl
from msgspec import Struct

KEY = pl.UInt32
#: A table by place is worth its memory up to this many places an id, and some.
_PLACES_AN_ID = 16
_PLACES_ANYHOW = 1_000_000
_MOST_NUMBERS = 2**32


class Identities(Struct, frozen=True):
    """Every deal_id of the deals' rows: `deal_id` (Int64 when all are whole numbers, else as text) and its `key`.

    Keys are 0..size-1 by first appearance. `places` has the key of each number from `lowest` on, null = none; it is
    None for texts and for numbers far apart.
    """

    frame: pl.DataFrame
    lowest: int = 0
    places: pl.Series | None = None

    @property
    def size(self) -> int:
        return self.frame.height

    def keyed(self, rows: pl.LazyFrame) -> pl.DataFrame:
        """`rows` with `key` instead of `deal_id`; null = no deal has this id."""
        kind = self.frame["deal_id"].dtype
        alike = rows.with_columns(deal_id=_as_kind(pl.col("deal_id"), rows.collect_schema()["deal_id"], kind))
        if self.places is None:
            joined = alike.join(self.frame.lazy(), on="deal_id", how="left", maintain_order="left")
            return joined.drop("deal_id").collect(engine="streaming")
        numbers = alike.collect(engine="streaming")
        place = pl.col("deal_id") - self.lowest
        inside = pl.when(place.is_between(0, self.places.len() - 1)).then(place).cast(KEY)
        return numbers.with_columns(key=self.places.gather(numbers.select(inside).to_series())).drop("deal_id")


def identify(deals: pl.DataFrame) -> tuple[pl.DataFrame, Identities]:
    """`deals` with `key`, and what the keys stand for."""
    ids = whole_numbers(deals["deal_id"])
    grows = (ids > ids.shift(1)).fill_null(value=True).all()
    found = (ids.to_frame() if grows else ids.to_frame().unique(maintain_order=True)).with_row_index("key")
    if found.height == deals.height:
        return deals.with_columns(found["key"]), _identities(found)
    keys = ids.to_frame().join(found, on="deal_id", how="left", maintain_order="left")["key"]
    return deals.with_columns(keys), _identities(found)


def contacts(contact_id: pl.Series) -> pl.Series:
    """`contact`: UInt32, equal for equal ids; null stays null."""
    ids = whole_numbers(contact_id)
    if ids.dtype == pl.Int64 and 0 <= _span(ids) <= _MOST_NUMBERS:
        return (ids - ids.min()).cast(pl.UInt32).alias("contact")
    each = ids.drop_nulls().to_frame("id").unique(maintain_order=True).with_row_index("contact")
    return ids.to_frame("id").join(each, on="id", how="left", maintain_order="left")["contact"]


def _identities(found: pl.DataFrame) -> Identities:
    ids = found["deal_id"]
    if ids.is_empty() or ids.dtype != pl.Int64 or _span(ids) > _PLACES_AN_ID * ids.len() + _PLACES_ANYHOW:
        return Identities(found)
    lowest = ids.min()
    assert isinstance(lowest, int)
    places = pl.Series([None], dtype=KEY).new_from_index(0, _span(ids)).scatter(ids - lowest, found["key"])
    return Identities(found, lowest, places)


def _span(numbers: pl.Series) -> int:
    lowest, highest = numbers.min(), numbers.max()
    return highest - lowest + 1 if isinstance(lowest, int) and isinstance(highest, int) else 0


def whole_numbers(ids: pl.Series) -> pl.Series:
    """As Int64 when every id is a whole number, else as it is."""
    if ids.dtype != pl.String:
        return ids.cast(pl.Int64) if ids.dtype.is_integer() else ids.cast(pl.String)
    numbers = ids.to_frame().select(_number(pl.col(ids.name))).to_series()
    return numbers if numbers.null_count() == ids.null_count() else ids


def _as_kind(ids: pl.Expr, given: pl.DataType, wanted: pl.DataType) -> pl.Expr:
    if wanted == pl.Int64 and given == pl.String:
        return _number(ids)
    return ids.cast(wanted)


def _number(text: pl.Expr) -> pl.Expr:
    """The number that a text spells in the only way: `007` and `+7`, which sort before "1", are not 7."""
    return pl.when(text >= "1").then(text.cast(pl.Int64, strict=False))
