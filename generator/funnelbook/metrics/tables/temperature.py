"""`temperature`: what became of hot, warm and cold leads, and which of them bought only later.

Rows: pipeline, temperature (`hot`, `warm`, `cold`, `—` = not recorded), in this order; only those that occur, over
all deals whenever created. `leads` = open + won + lost; `open_value`: the values of the open ones that have one, in
the site's currency. win_rate = won / (won + lost) with Wilson's interval. `won_later`: won more than the days of an
easy sale after creation (`easy_days`, the same in every row; `hard` of the table `leads`), null when no sale says
how many those are; `revenue` and `revenue_later` are the values of the won ones and of those won later.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import polars as pl

from funnelbook.metrics.absence import Absent
from funnelbook.metrics.costs import amount
from funnelbook.metrics.intervals import share, wilson
from funnelbook.metrics.slices import NOT_RECORDED
from funnelbook.metrics.tables.leads import easy_days, known_sum, wave_marks
from funnelbook.metrics.ways import Ways

NAME = "temperature"
TEMPERATURES = ("hot", "warm", "cold", NOT_RECORDED)
SCHEMA: Mapping[str, pl.DataType] = MappingProxyType(
    {
        **dict.fromkeys(("pipeline", "temperature"), pl.String()),
        **dict.fromkeys(("leads", "open", "won", "lost"), pl.Int64()),
        **dict.fromkeys(("win_rate", "win_rate_low", "win_rate_high"), pl.Float64()),
        "won_later": pl.Int64(),
        **dict.fromkeys(("revenue", "revenue_later", "open_value", "easy_days"), pl.Float64()),
    }
)


def table(ways: Ways) -> pl.DataFrame:
    """Raises Absent when no deal has a temperature."""
    told = ways.dataset.deals["temperature"].cast(pl.String)
    if told.null_count() == told.len():
        raise Absent("no-temperatures")
    marks = ways.deals.select(
        "pipeline", "status", "value", *wave_marks(ways), temperature=pl.lit(told.fill_null(NOT_RECORDED))
    )
    rows = marks.group_by("pipeline", "temperature").agg(_outcomes())
    low, high = wilson(pl.col("won"), pl.col("won") + pl.col("lost"))
    order = pl.col("temperature").replace_strict(TEMPERATURES, range(len(TEMPERATURES)))
    return rows.sort("pipeline", order).with_columns(
        win_rate=share(pl.col("won"), pl.col("won") + pl.col("lost")),
        win_rate_low=low,
        win_rate_high=high,
        easy_days=pl.lit(easy_days(ways), pl.Float64),
    )


def _outcomes() -> list[pl.Expr]:
    status = pl.col("status")
    later = known_sum("hard")
    return [
        pl.len().alias("leads"),
        *((status == name).sum().alias(name) for name in ("open", "won", "lost")),
        later.alias("won_later"),
        money(status == "won").alias("revenue"),
        pl.when(later.is_not_null()).then(money(pl.col("hard"))).alias("revenue_later"),
        money(status == "open").alias("open_value"),
    ]


def money(of: pl.Expr) -> pl.Expr:
    """The values of some deals together, those without a value left out."""
    return amount(pl.when(of).then("value")).sum()
