"""Slices: a table cut by each dimension in turn (metrics.md, section 3)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl
from msgspec import Struct

from funnelbook.metrics.keys import BITS, Key

#: The dimensions besides `all`, in the order of a table's rows.
DIMENSIONS = ("source", "owner", "role", "segment")
ALL = "all"
#: Stands for a member that was not recorded.
NOT_RECORDED = "—"


class Members(Struct, frozen=True):
    """A dimension's members: `codes` UInt32 per deal, an index in `labels`."""

    codes: pl.Series
    labels: tuple[str, ...]


def member_codes(values: pl.Series) -> Members:
    """Members of an Enum column, by code point, `—` last; null, and a member of that very name, are `—`."""
    present = values.drop_nulls().unique().cast(pl.String).to_list()
    labels = (*sorted(set(present) - {NOT_RECORDED}), NOT_RECORDED)
    rank = {label: code for code, label in enumerate(labels)}
    absent = rank[NOT_RECORDED]
    categories = values.dtype.categories.to_list() if isinstance(values.dtype, pl.Enum) else []
    ranks = pl.Series([rank.get(label, absent) for label in (*categories, NOT_RECORDED)], dtype=pl.UInt32)
    return Members(ranks.gather(values.to_physical().cast(pl.UInt32).fill_null(len(categories))), labels)


class Slicer(Struct, frozen=True):
    """Cuts facts of deals by every dimension. `deals` has the columns of DIMENSIONS as UInt32 members."""

    deals: pl.DataFrame
    labels: Mapping[str, tuple[str, ...]]

    def cut(self, facts: pl.DataFrame, by: Sequence[str], aggregates: Sequence[pl.Expr]) -> pl.DataFrame:
        """Aggregates of `facts` per dimension, member and `by`; only groups that occur.

        facts: `deal`, and those columns of `by` that are not the deal's own. The result has `dimension` UInt8
        (0 = all, then in the order of DIMENSIONS), `member` UInt32 (0 for all), `by`, and the aggregates.
        """
        own = [name for name in by if name not in facts.columns]
        rest = [name for name in by if name in facts.columns]
        of_deal, whole = Key.of(["member", *own]), Key.of(["member", *own, *rest])
        cuts = []
        for dimension in (ALL, *DIMENSIONS):
            member = pl.lit(0) if dimension == ALL else pl.col(dimension)
            key = self.deals.select(of_deal.pack(member=member)).to_series().gather(facts["deal"])
            keyed = facts.lazy().with_columns(key).select(Key.extend(rest), pl.exclude("key"))
            cuts.append(keyed.group_by("key").agg(*aggregates))
        parts = [
            whole.unpack(part).with_columns(dimension=pl.lit(number, pl.UInt8))
            for number, part in enumerate(pl.collect_all(cuts))
        ]
        return pl.concat(parts)

    def cut_sorted(
        self, facts: pl.DataFrame, by: Sequence[str], value: str, aggregates: Sequence[pl.Expr]
    ) -> tuple[pl.DataFrame, pl.DataFrame]:
        """As `cut`, without the last column of `by` and with it; `aggregates` are of `value` alone.

        For exact quantiles of many rows: one sort of the 128-bit key group | value per dimension serves both
        groupings, whose groups then lie together and need no hashing. `value` is an Int64, not negative.
        """
        *_, innermost = by
        own = [name for name in by if name not in facts.columns]
        whole = Key.of(["member", *own, *(name for name in by if name in facts.columns)])
        outer = Key.of(whole.columns[:-1])
        assert whole.columns[-1] == innermost, "the innermost column must be one of the facts"
        without: list[pl.DataFrame] = []
        within: list[pl.DataFrame] = []
        for number, dimension in enumerate((ALL, *DIMENSIONS)):
            member = pl.lit(0) if dimension == ALL else pl.col(dimension)
            key = self.deals.select(Key.of(["member", *own]).pack(member=member)).to_series().gather(facts["deal"])
            rows = _grouped_rows(facts.with_columns(key), whole.columns[1 + len(own) :], value)
            coarse = rows.with_columns((pl.col("key") // (1 << BITS[innermost])).set_sorted())
            for parts, form, frame in ((without, outer, coarse), (within, whole, rows)):
                counted = form.unpack(frame.group_by("key").agg(*aggregates))
                parts.append(counted.with_columns(dimension=pl.lit(number, pl.UInt8)))
        return pl.concat(without), pl.concat(within)

    def label(self, frame: pl.DataFrame) -> pl.DataFrame:
        """`dimension` and `member` as their names."""
        names = (ALL, *DIMENSIONS)
        parts = [
            frame.filter(pl.col("dimension") == number).with_columns(
                dimension=pl.lit(name),
                member=pl.lit(pl.Series([ALL] if name == ALL else self.labels[name], dtype=pl.String)).gather(
                    "member"
                ),
            )
            for number, name in enumerate(names)
        ]
        return pl.concat(parts)


def _grouped_rows(keyed: pl.DataFrame, rest: Sequence[str], value: str) -> pl.DataFrame:
    """`key`, extended by the columns `rest`, and `value`, sorted by both."""
    low = 1 << 64
    both = (Key.extend(rest).cast(pl.UInt128) * low + pl.col(value).cast(pl.UInt128)).alias("both")
    ordered = keyed.select(both)["both"].sort().to_frame()
    return ordered.select(
        key=(pl.col("both") // low).cast(pl.UInt64).set_sorted(), **{value: (pl.col("both") % low).cast(pl.Int64)}
    )
