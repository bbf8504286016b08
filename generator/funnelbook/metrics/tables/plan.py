"""`plan`: what was to be sold, what was, and what the month will come to (metrics.md, section 3).

Rows: pipeline (`all` first), owner (`all` first), month: `all` owners in every month from the first creation to
as_of; an owner in months with a plan or a sale, and in the month of as_of with open deals. Months of the plan after
as_of have no fact. The forecast stands in the month of as_of: fact + what open deals are expected to add, with a
95 % interval; null when nothing tells the chance of one of them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import product
from types import MappingProxyType
from typing import Any

import polars as pl

from funnelbook.metrics.costs import MONEY, amount
from funnelbook.metrics.forecast import open_deals
from funnelbook.metrics.intervals import Z95
from funnelbook.metrics.slices import ALL
from funnelbook.metrics.targets import MEASURES, Targets, targets_of
from funnelbook.metrics.ways import Ways

NAME = "plan"
_FORECAST = (
    "forecast_sales",
    "forecast_sales_low",
    "forecast_sales_high",
    "forecast",
    "forecast_low",
    "forecast_high",
)
SCHEMA: Mapping[str, pl.DataType] = MappingProxyType(
    {
        **dict.fromkeys(("month", "pipeline", "owner"), pl.String()),
        "plan_sales": pl.Float64(),
        "plan_revenue": pl.Float64(),
        "sales": pl.Int64(),
        "revenue": pl.Float64(),
        **dict.fromkeys(_FORECAST, pl.Float64()),
    }
)
_WHOSE = ("pipeline", "owner")
_ROW = ("month", *_WHOSE)


def table(ways: Ways) -> pl.DataFrame:
    """Raises Absent when there is no plan."""
    planned = _planned(ways, targets_of(ways))
    facts, expected = _facts(ways), _expected(ways)
    today = pl.lit(ways.calendar.labels[-1]).alias("month")
    keys = pl.concat([_every_month(ways), *(part.select(_ROW) for part in (planned, facts, expected))]).unique()
    past = pl.col("month") <= today
    added = ("more_sales", "sales_variance", "more_revenue", "revenue_variance")
    rows = (
        keys.join(planned, on=_ROW, how="left")
        .join(facts, on=_ROW, how="left")
        .join(expected, on=_ROW, how="left")
        .with_columns(
            sales=pl.when(past).then(pl.col("sales").fill_null(0)),
            revenue=pl.when(past).then(pl.col("revenue").fill_null(0.0)),
            **{
                name: pl.when(pl.col("month") == today).then(
                    pl.when(pl.col("open").is_null()).then(0.0).otherwise(name)
                )
                for name in added
            },
        )
    )
    return rows.with_columns(*_forecast("forecast_sales", "sales"), *_forecast("forecast", "revenue")).sort(
        *(pl.col(name) != ALL for name in _WHOSE), *_WHOSE, "month"
    )


def _forecast(name: str, fact: str) -> list[pl.Expr]:
    middle = pl.col(fact) + pl.col(f"more_{fact}")
    half = Z95 * pl.col(f"{fact}_variance").sqrt()
    low = pl.when(middle.is_not_null()).then(pl.max_horizontal(middle - half, fact))
    return [middle.alias(name), low.alias(f"{name}_low"), (middle + half).alias(f"{name}_high")]


def _every_month(ways: Ways) -> pl.DataFrame:
    months = _named(ways, ways.months()).select("month", "pipeline")
    both = pl.concat([months, months.with_columns(pipeline=pl.lit(ALL))]).unique()
    return both.with_columns(owner=pl.lit(ALL))


def _planned(ways: Ways, targets: Targets) -> pl.DataFrame:
    pipelines = sorted({*(each.name for each in ways.pipelines), *targets.pipelines})
    rows: list[dict[str, Any]] = []
    for month, pipeline, owner in product(targets.months, [None, *pipelines], [None, *targets.owners]):
        told = [targets.target(measure, month, pipeline, owner) for measure in MEASURES]
        if any(each is not None for each in told):
            key = {"month": month, "pipeline": pipeline or ALL, "owner": owner or ALL}
            rows.append(key | {"plan_sales": told[0], "plan_revenue": told[1]})
    return pl.DataFrame(rows, schema={name: SCHEMA[name] for name in (*_ROW, "plan_sales", "plan_revenue")})


def _facts(ways: Ways) -> pl.DataFrame:
    won = ways.deals.filter(pl.col("status") == "won").select("pipeline", "owner", "value", month="closing")
    counts = [pl.len().cast(pl.Int64).alias("sales"), amount(pl.col("value")).sum().alias("revenue")]
    return _for_all(_named(ways, won), _ROW, counts).with_columns(pl.col("revenue").cast(pl.Float64))


def _expected(ways: Ways) -> pl.DataFrame:
    """What the open deals may add until the month ends, and its variance; null when a chance is not known."""
    p, value = pl.col("chance"), pl.col("value")
    valued = p.filter(value.is_not_null())

    def known(terms: pl.Expr, chances: pl.Expr) -> pl.Expr:
        return pl.when(chances.null_count() == 0).then(terms.cast(MONEY).sum()).cast(pl.Float64)

    sums = {
        "open": pl.len(),
        "more_sales": known(p, p),
        "sales_variance": known(p * (1 - p), p),
        "more_revenue": known(p * value, valued),
        "revenue_variance": known(p * (1 - p) * value * value, valued),
    }
    month = pl.lit(len(ways.calendar) - 1, pl.UInt16).alias("month")
    named = _named(ways, open_deals(ways).with_columns(month))
    return _for_all(named, _ROW, [measure.alias(name) for name, measure in sums.items()])


def _named(ways: Ways, frame: pl.DataFrame) -> pl.DataFrame:
    """`month`, `pipeline` and, where it is there, `owner` by name."""
    labels = {"month": ways.calendar.labels, "pipeline": [each.name for each in ways.pipelines]}
    labels["owner"] = ways.members["owner"]
    return frame.with_columns(
        pl.lit(pl.Series(names, dtype=pl.String)).gather(pl.col(column)).alias(column)
        for column, names in labels.items()
        if column in frame.columns
    )


def _for_all(named: pl.DataFrame, by: Sequence[str], aggregates: Sequence[pl.Expr]) -> pl.DataFrame:
    """Groups of every pipeline and owner, and of `all` in place of either."""
    variants = [
        named.with_columns(pl.lit(ALL).alias(column) for column in left_out)
        for left_out in ((), ("pipeline",), ("owner",), _WHOSE)
    ]
    return pl.concat([variant.group_by(by).agg(*aggregates) for variant in variants])
