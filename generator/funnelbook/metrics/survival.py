"""Time to an event when some have not been watched to the end: metrics.md, section 3, `eventual` and `comebacks`.

Whole days; at ties events come before censoring. E. L. Kaplan and P. Meier, Journal of the American Statistical
Association 53 (1958), 457-481; O. O. Aalen and S. Johansen, Scandinavian Journal of Statistics 5 (1978), 141-150.
"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl


def incidence(days: pl.DataFrame, by: Sequence[str]) -> pl.DataFrame:
    """Aalen-Johansen cumulative incidence of `won` with `lost` competing, a row per event day, in order.

    days: per `by` and `day` the numbers `won`, `lost`, and `left`, all whose time ended then, events or not. Adds
    `at_risk`, those whose time is at least `day`, and `incidence`.
    """
    rows = days.sort(*by, "day").with_columns(
        pl.col("won", "lost", "left").cast(pl.Int64),
    )
    rows = rows.with_columns(at_risk=pl.col("left").cum_sum(reverse=True).over(by))
    staying = 1 - (pl.col("won") + pl.col("lost")) / pl.col("at_risk")
    before = staying.cum_prod().shift(1, fill_value=1.0)
    rows = rows.with_columns(incidence=(before * pl.col("won") / pl.col("at_risk")).cum_sum().over(by))
    return rows.filter(pl.col("won") + pl.col("lost") > 0)


def returned(durations: pl.Series, events: pl.Series, day: int) -> float:
    """1 - the Kaplan-Meier estimate at the end of `day`; durations in whole days, events Boolean."""
    days = (
        pl.DataFrame({"day": durations, "event": events}).group_by("day").agg(pl.col("event").sum(), left=pl.len())
    )
    days = days.sort("day").with_columns(at_risk=pl.col("left").cum_sum(reverse=True))
    staying = 1 - pl.col("event") / pl.col("at_risk")
    return 1 - float(days.filter(pl.col("day") <= day).select(staying.product()).item())
