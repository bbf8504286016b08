"""Several small columns as one 64-bit key: grouping by one integer costs a third of grouping by several."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

import polars as pl
from msgspec import Struct

#: Bits that hold any value of a column of the metrics.
BITS: Mapping[str, int] = MappingProxyType(
    {
        "member": 32,
        "pipeline": 8,
        "month": 16,
        "cohort": 16,
        "closing": 16,
        "position": 8,
        "from": 8,
        "above": 8,
        "to": 8,
    }
)
_TYPES: Mapping[int, pl.DataType] = MappingProxyType({8: pl.UInt8(), 16: pl.UInt16(), 32: pl.UInt32()})


class Key(Struct, frozen=True):
    """The columns of a key, the most significant first: keys sort as their columns do."""

    columns: tuple[str, ...]

    @classmethod
    def of(cls, columns: Sequence[str]) -> Key:
        assert sum(BITS[name] for name in columns) <= 64, f"a key of {columns} needs more than 64 bits"
        return cls(tuple(columns))

    def pack(self, **sources: pl.Expr) -> pl.Expr:
        """UInt64 `key`. `sources` says where a column's values come from when not from the column itself."""
        packed = pl.lit(0, pl.UInt64)
        for name in self.columns:
            packed = packed * (1 << BITS[name]) + sources.get(name, pl.col(name)).cast(pl.UInt64)
        return packed.alias("key")

    @staticmethod
    def extend(columns: Sequence[str]) -> pl.Expr:
        """`key` with further, less significant columns."""
        packed = pl.col("key")
        for name in columns:
            packed = packed * (1 << BITS[name]) + pl.col(name).cast(pl.UInt64)
        return packed.alias("key")

    def unpack(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Replaces `key` by its columns."""
        below, columns = 0, []
        for name in reversed(self.columns):
            value = pl.col("key") // (1 << below) % (1 << BITS[name])
            columns.append(value.cast(_TYPES[BITS[name]]).alias(name))
            below += BITS[name]
        return frame.select(*reversed(columns), pl.exclude("key"))
