"""Names compared folded, shown as first spelled, and counted by number."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import polars as pl

from funnelbook.model.pipeline import fold


class Names:
    """Names that are equal when folded (metrics.md, section 1) share a number; numbers follow first appearance."""

    def __init__(self, names: Iterable[str] = ()) -> None:
        self._numbers: dict[str, int] = {}
        self._spelled: list[str] = []
        self._spellings: dict[str, set[str]] = {}
        for name in names:
            self.number(name)

    @property
    def spelled(self) -> Sequence[str]:
        """Every name as first spelled, by number."""
        return self._spelled

    @property
    def folded(self) -> Sequence[str]:
        return tuple(self._numbers)

    @property
    def joined(self) -> Sequence[int]:
        """How many spellings were taken for one name, of each name that has several."""
        return [len(each) for each in self._spellings.values() if len(each) > 1]

    def number(self, name: str) -> int:
        key = fold(name)
        if key not in self._numbers:
            self._numbers[key] = len(self._spelled)
            self._spelled.append(name.strip())
        self._spellings.setdefault(key, set()).add(name.strip())
        return self._numbers[key]

    def encode(self, column: pl.Series) -> pl.Series:
        """The numbers of a column of texts, UInt32; null stays null. Only distinct texts are folded."""
        if column.dtype == pl.Null:
            return column.cast(pl.UInt32)
        distinct = column.unique(maintain_order=True).drop_nulls()
        texts = distinct.cast(pl.String)
        numbers = pl.Series([self.number(text) for text in texts], dtype=pl.UInt32)
        if column.dtype == pl.String:
            return numbers.gather(column.cast(pl.Enum(texts)).to_physical().cast(pl.UInt32)).alias(column.name)
        codes, of_texts = column.to_physical(), distinct.to_physical().cast(pl.UInt32)
        table = pl.Series([None], dtype=pl.UInt32).new_from_index(0, max(of_texts.to_list(), default=0) + 1)
        return table.scatter(of_texts, numbers).gather(codes.cast(pl.UInt32)).alias(column.name)

    def spell(self, column: pl.Series) -> pl.Series:
        """The column as an Enum of the names known so far, in their first spelling."""
        numbers = self.encode(column)
        return numbers.cat.to(pl.Enum(self._spelled)).alias(column.name)


def categories(column: pl.Series) -> Sequence[str]:
    """The names an Enum column may hold."""
    assert isinstance(column.dtype, pl.Enum), f"{column.name} is no Enum"
    return column.dtype.categories.to_list()


def spelled(column: pl.Series) -> pl.Series:
    """`Names.spell` with the column's own names only."""
    return Names().spell(column)


def folded(names: pl.Series) -> pl.Series:
    """Every name as it is compared; only distinct ones are folded."""
    distinct = names.unique().drop_nulls()
    keys = pl.Series([fold(name) for name in distinct.to_list()], dtype=pl.String)
    return names.replace_strict(distinct, keys, default=None, return_dtype=pl.String)
