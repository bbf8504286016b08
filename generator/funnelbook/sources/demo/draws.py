"""Random numbers that depend on nothing but (seed, stream, lead): the same on every machine and thread count.

A counter-based generator (splitmix64: G. Steele, D. Lea and C. Flood, Fast splittable pseudorandom number
generators, OOPSLA 2014) on wrapping UInt64 arithmetic. What is made of its bits uses + − × ÷ alone, which IEEE 754
rounds alike everywhere; logarithms and exponentials of a system's library may differ in the last bit.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import polars as pl
from msgspec import Struct

_GOLDEN = 0x9E3779B97F4A7C15
_MIX = ((1 << 30, 0xBF58476D1CE4E5B9), (1 << 27, 0x94D049BB133111EB))
_LAST_SHIFT = 1 << 31
_WORD = 1 << 16
#: Standard deviation of a sum of four uniform 16-bit numbers, and its mean.
_SUM_DEVIATION = _WORD / 3**0.5
_SUM_MEAN = 4 * (_WORD - 1) / 2
_SQUARINGS = 10


class Draws(Struct, frozen=True):
    """Independent streams of numbers, each by its name; `index` is the column that counts the leads."""

    seed: int
    index: str = "n"

    def bits(self, stream: str) -> pl.Expr:
        """64 random bits a row."""
        key = int.from_bytes(hashlib.sha256(f"{self.seed}/{stream}".encode()).digest()[:8], "little")
        state: pl.Expr = pl.col(self.index) * _word(_GOLDEN) + _word(key)
        for shift, factor in _MIX:
            state = (state ^ (state // _word(shift))) * _word(factor)
        return state ^ (state // _word(_LAST_SHIFT))

    def uniform(self, stream: str) -> pl.Expr:
        """In [0, 1), a multiple of 2⁻⁵³."""
        return (self.bits(stream) // _word(1 << 11)).cast(pl.Float64) * 2.0**-53

    def below(self, stream: str, share: pl.Expr | float) -> pl.Expr:
        """True for that share of the rows."""
        return self.uniform(stream) < share

    def whole(self, stream: str, low: int, high: int) -> pl.Expr:
        """Int64 from low to high, both included."""
        return (self.uniform(stream) * (high - low + 1)).floor().cast(pl.Int64) + low

    def normal(self, stream: str) -> pl.Expr:
        """Mean 0, deviation 1: the sum of the four 16-bit words of one number, so never beyond ±3.47."""
        bits = self.bits(stream)
        words = [bits // _word(_WORD**i) % _word(_WORD) for i in range(4)]
        total = words[0] + words[1] + words[2] + words[3]
        return (total.cast(pl.Float64) - _SUM_MEAN) / _SUM_DEVIATION

    def lognormal(self, stream: str, sigma: float) -> pl.Expr:
        """Median 1; exp(x) is taken as (1 + x/1024)^1024, ten squarings."""
        power: pl.Expr = self.normal(stream) * (sigma / 2**_SQUARINGS) + 1.0
        for _ in range(_SQUARINGS):
            power = power.pow(2)
        return power

    def pick(self, stream: str, weights: Sequence[pl.Expr | float]) -> pl.Expr:
        """UInt8 index into the weights, each chosen with its share of their sum."""
        heights: list[pl.Expr] = []
        total = pl.lit(0.0)
        for weight in weights:
            total = total + weight
            heights.append(total)
        height = self.uniform(stream) * total
        return pl.sum_horizontal([(height >= each).cast(pl.UInt8) for each in heights[:-1]] or [pl.lit(0)]).cast(
            pl.UInt8
        )


def label(index: pl.Expr | pl.Series, labels: Sequence[object], dtype: pl.DataType | None = None) -> pl.Expr:
    """The label that a number of each row stands for."""
    return pl.lit(pl.Series(list(labels), dtype=dtype)).gather(index)


def _word(value: int) -> pl.Expr:
    return pl.lit(value, dtype=pl.UInt64)
