"""Quantiles: linear interpolation between order statistics (Hyndman and Fan's type 7; metrics.md, section 1)."""

from __future__ import annotations

import polars as pl


def quantile(column: str, share: float, unit: float) -> pl.Expr:
    """The `share` quantile of a group's microseconds, in `unit` microseconds; nulls are left out."""
    return pl.col(column).quantile(share, "linear") / unit
