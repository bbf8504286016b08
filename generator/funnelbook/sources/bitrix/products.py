"""Rows of products: the export of a deal has one row for each, and repeats the deal in it."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl
from msgspec.structs import replace

from funnelbook.model.reading import REFUSED
from funnelbook.sources.aliases import Found
from funnelbook.sources.cells.numbers import numbers
from funnelbook.sources.reader import RawFile

PRODUCT = ("product", "price", "quantity")


def without_products(raw: RawFile, found: Mapping[str, Found]) -> RawFile:
    """`raw` with one row a deal: of rows with a product that say the same of one deal, the last stays.

    The others are duplicates of the kind `product-row`. Rows that say something else of the deal stay; that the
    last of them wins is decided later, as for any deal that stands in a file twice. What the products are worth is
    noted beside the deals' own sums, and never added to them.
    """
    if "product" not in found:
        return raw
    names = {field: pl.col(f"c{each.index}").cast(pl.String).str.strip_chars() for field, each in found.items()}
    cells = raw.frame.select("row", **names).collect()
    told = cells.filter(pl.col("product").fill_null("") != "", pl.col("deal_id").fill_null("") != "")
    own = [field for field in found if field not in PRODUCT]
    again = told.filter(~pl.struct(own).is_last_distinct())
    lines = again.select(
        file=pl.lit(raw.number), row="row", bucket=pl.lit("duplicate"), problem=pl.lit("product-row"),
        column=pl.lit(""), primary=pl.lit(value=True),
    ).select(pl.col(name).cast(kind) for name, kind in REFUSED.items())  # fmt: skip
    return replace(
        raw,
        frame=raw.frame.filter(~pl.col("row").is_in(again["row"].implode())),
        refused=pl.concat([raw.refused, lines]),
        notes=(*raw.notes, *_notes(told, again.height, own)),
    )


def _notes(told: pl.DataFrame, again: int, own: list[str]) -> list[str]:
    if told.is_empty():
        return []
    notes = [f"rows of products: {told.height}, of {told['deal_id'].n_unique()} deals, {again} of them repeats"]
    differing = told.unique(own).group_by("deal_id").len().filter(pl.col("len") > 1).height
    if differing:
        notes.append(f"deals whose rows of products say different things of them: {differing}")
    if "price" in told.columns:
        notes += _sums(told)
    return notes


def _sums(told: pl.DataFrame) -> list[str]:
    count = (
        numbers(told["quantity"]) if "quantity" in told.columns else pl.Series([1.0]).new_from_index(0, told.height)
    )
    worth = told.with_columns(worth=numbers(told["price"]) * count)
    notes = [f"worth of the products: {worth['worth'].sum():.2f}"]
    if "value" in told.columns:
        sums = (
            worth.with_columns(own=numbers(told["value"]))
            .group_by("deal_id")
            .agg(pl.col("worth").sum(), pl.col("own").last())
        )
        apart = sums.filter((pl.col("worth") - pl.col("own")).abs() > 0.005).height
        notes.append(f"deals whose sum is not that of their products: {apart}")
    return notes
