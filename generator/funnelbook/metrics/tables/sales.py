"""`sales`: how large the sales of each member are, and how long they took.

Rows: pipeline, dimension, member with a sale won in the twelve calendar months before the month of as_of (in that
month when it is the first one). Money is in the site's currency, days are of 24 hours.

- `won`; `valued` of them have a value: average_sale is their mean, median_sale their median.
- `timed` of them have a cycle, from creation to winning (not those closed before they were created).
- Both medians have a 95 % interval of order statistics: of n values in order, the r-th and the s-th with
  r = n/2 − z√n/2 and s = 1 + n/2 + z√n/2, rounded; null for fewer than six.
  Source: M. J. Campbell and M. J. Gardner, Calculating confidence intervals for some non-parametric analyses,
  BMJ 296 (1988).
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import polars as pl

from funnelbook.metrics.calendar import MICROSECONDS_A_DAY
from funnelbook.metrics.costs import amount
from funnelbook.metrics.intervals import Z95, share
from funnelbook.metrics.ways import Ways

NAME = "sales"
_MONTHS = 12
#: Fewer values than these have no order statistics that are 95 % sure.
_LEAST = 6
SCHEMA: Mapping[str, pl.DataType] = MappingProxyType(
    {
        **dict.fromkeys(("pipeline", "dimension", "member"), pl.String()),
        **dict.fromkeys(("won", "valued"), pl.Int64()),
        **dict.fromkeys(("average_sale", "median_sale", "median_sale_low", "median_sale_high"), pl.Float64()),
        "timed": pl.Int64(),
        **dict.fromkeys(("cycle_median_days", "cycle_median_low", "cycle_median_high"), pl.Float64()),
    }
)


def table(ways: Ways) -> pl.DataFrame:
    newest = len(ways.calendar) - 1
    first = max(0, newest - _MONTHS)
    won = ways.deals.filter(
        pl.col("status") == "won", pl.col("closing") >= first, pl.col("closing") < max(newest, 1)
    ).select("deal", "value", cycle=pl.col("cycle") / MICROSECONDS_A_DAY)
    aggregates = [
        pl.len().alias("won"),
        pl.col("value").count().alias("valued"),
        amount(pl.col("value")).sum().alias("revenue"),
        *_median("value", "median_sale", "median_sale"),
        pl.col("cycle").count().alias("timed"),
        *_median("cycle", "cycle_median_days", "cycle_median"),
    ]
    return (
        ways.slicer.cut(won, ("pipeline",), aggregates)
        .with_columns(average_sale=share(pl.col("revenue"), pl.col("valued")))
        .sort("dimension", "member")
        .pipe(ways.slicer.label)
        .sort("pipeline", maintain_order=True)
    )


def _median(column: str, name: str, prefix: str) -> list[pl.Expr]:
    """The median of a group's values, and the ends of its interval."""
    values = pl.col(column).drop_nulls().sort()
    n = pl.col(column).count().cast(pl.Float64)
    half = Z95 * n.sqrt() / 2
    ranks = {"low": (n / 2 - half).round(), "high": (1 + n / 2 + half).round()}
    return [
        values.median().alias(name),
        *(
            pl.when(n >= _LEAST)
            .then(values.get((rank - 1).cast(pl.Int64).clip(0, None), null_on_oob=True))
            .alias(f"{prefix}_{end}")
            for end, rank in ranks.items()
        ),
    ]
