"""Time to an event when some have not been watched to the end: metrics.md, section 3, `eventual` and `comebacks`.

Whole days; at ties events come before censoring. E. L. Kaplan and P. Meier, Journal of the American Statistical
Association 53 (1958), 457-481; O. O. Aalen and S. Johansen, Scandinavian Journal of Statistics 5 (1978), 141-150.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import polars as pl

from funnelbook.metrics.shrinkage import wilson_of_share


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
    staying = 1 - pl.col("event") / pl.col("at_risk")
    return 1 - float(_life_table(durations, events, day).select(staying.product()).item())


def returned_interval(durations: pl.Series, events: pl.Series, day: int) -> tuple[float, float] | None:
    """The 95 % interval of `returned`: Wilson's, on the number of cases that would leave it as uncertain.

    That number is S (1 - S) / V, with V Greenwood's variance of S; without censoring it is the number of cases,
    and the interval Wilson's own. Where nobody or everybody returned, V tells nothing, and it is the number still
    watched at the last event, or at `day` when there was none. None when nobody was watched so long.
    K. J. Rothman, Estimation of confidence limits for the cumulative probability of survival in life table
    analysis, Journal of Chronic Diseases 31 (1978), 557-560.
    """
    rows = _life_table(durations, events, day).filter(pl.col("event") > 0)
    gone, at_risk = rows["event"].to_list(), rows["at_risk"].to_list()
    staying = math.prod(1 - d / n for d, n in zip(gone, at_risk, strict=True))
    if 0 < staying < 1:
        spread = math.fsum(d / (n * (n - d)) for d, n in zip(gone, at_risk, strict=True))
        cases = (1 - staying) / (staying * spread)
    else:
        cases = float(at_risk[-1] if at_risk else (durations >= day).sum())
    return wilson_of_share(1 - staying, cases) if cases else None


def _life_table(durations: pl.Series, events: pl.Series, day: int) -> pl.DataFrame:
    """Per day up to `day`: `event`, how many had it, and `at_risk`, how many were watched that long."""
    days = (
        pl.DataFrame({"day": durations, "event": events}).group_by("day").agg(pl.col("event").sum(), left=pl.len())
    )
    return (
        days.sort("day")
        .with_columns(pl.col("event").cast(pl.Int64), at_risk=pl.col("left").cast(pl.Int64).cum_sum(reverse=True))
        .filter(pl.col("day") <= day)
    )
