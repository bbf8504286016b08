"""Shares and their uncertainty, as expressions over whole columns."""

from __future__ import annotations

import polars as pl

#: The two-sided 95 % quantile of the normal distribution (metrics.md, section 1).
Z95 = 1.959963984540054


def share(part: pl.Expr, whole: pl.Expr) -> pl.Expr:
    """part / whole as Float64; null when `whole` is 0 (metrics.md, section 1: never 0, never infinity)."""
    return pl.when(whole != 0).then(part.cast(pl.Float64) / whole.cast(pl.Float64))


def wilson(part: pl.Expr, whole: pl.Expr, z: float = Z95) -> tuple[pl.Expr, pl.Expr]:
    """Low and high end of Wilson's score interval for part / whole; null when `whole` is 0.

    Wilson, E. B. (1927), Journal of the American Statistical Association 22, 209-212. The low end of no
    successes is exactly 0 and the high end of nothing but successes exactly 1.
    """
    n = whole.cast(pl.Float64)
    p = share(part, whole)
    centre = (p + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * (p * (1 - p) / n + z * z / (4 * n * n)).sqrt()
    low = pl.when(part == 0).then(p).otherwise(centre - half)
    high = pl.when(part == whole).then(p).otherwise(centre + half)
    return low, high


def newcombe(now: tuple[pl.Expr, pl.Expr], before: tuple[pl.Expr, pl.Expr]) -> tuple[pl.Expr, pl.Expr, pl.Expr]:
    """Difference of two independent shares, each (part, whole), and its 95 % hybrid score interval.

    Null when either whole is 0. Source: see `funnelbook.model.differences.newcombe`.
    """
    (p, q), (low, high), (low_before, high_before) = (
        (share(*now), share(*before)),
        wilson(*now),
        wilson(*before),
    )
    below = ((p - low).pow(2) + (high_before - q).pow(2)).sqrt()
    above = ((high - p).pow(2) + (q - low_before).pow(2)).sqrt()
    return p - q, p - q - below, p - q + above


def bounds(
    here: pl.Expr, onward: pl.Expr, unknown: pl.Expr, *, last: pl.Expr, first: pl.Expr
) -> tuple[pl.Expr, pl.Expr]:
    """Least and greatest conversion of a stage whatever the `unknown` lost deals did (metrics.md, 2.8).

    here, onward: known deals that reached the stage and the next one. last, first: whether the stage is the last
    open one, and the first. An unknown lost deal was not won, so at the last stage it can only lower the share;
    when that stage is also the first one, every such deal stood there and the share is known.
    """
    low = share(onward, here + unknown)
    beyond = share(onward, here)
    within = share(onward + unknown, here + unknown)
    high = pl.when(last & first).then(low).when(last).then(beyond).otherwise(within)
    return low, high
