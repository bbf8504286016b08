"""What a deal costs: metrics.md, section 3, `cost`."""

from __future__ import annotations

import polars as pl
from msgspec import Struct

from funnelbook.metrics.calendar import Calendar
from funnelbook.metrics.slices import Members
from funnelbook.model.pipeline import Pipeline, fold
from funnelbook.project import Project, StageConfig

#: Money is summed as decimals: the same sum whatever the order, and a share of spend keeps twelve places.
MONEY = pl.Decimal(38, 12)
#: Places that an amount may be written with. A double times 10^12 would keep its binary noise: 0.1 would be more.
_WRITTEN = pl.Decimal(38, 4)


class Costs(Struct, frozen=True):
    """Money in the site's currency.

    of_stages: per pipeline, the cost of each open stage, position 1 first.
    acquisition: per deal, its source's spend in its month of creation / leads of that source and month, MONEY.
    of_deals: per deal, acquisition + the stages it stood at, once each, MONEY.
    unallocated: `month`, `source`, `amount` of spend that met no lead.
    """

    of_stages: tuple[tuple[float, ...], ...]
    acquisition: pl.Series
    of_deals: pl.Series
    unallocated: pl.DataFrame


def amount(value: pl.Expr) -> pl.Expr:
    """Amounts of money as they are written, MONEY: sums of them are exact to the last digit, and parts add up."""
    return value.cast(_WRITTEN).cast(MONEY)


def stage_cost(stage: StageConfig, hour_rate: float | None) -> float:
    """`cost`, else minutes / 60 x hour_rate. A stage that declares neither costs nothing."""
    if stage.cost is not None:
        return stage.cost
    return (stage.minutes or 0.0) / 60 * (hour_rate or 0.0)


def is_priced(pipeline: Pipeline, project: Project) -> bool:
    """Whether any stage tells what it costs: without, its costs are not 0 but unknown."""
    rate = project.metrics.hour_rate is not None
    return any(stage.cost is not None or (rate and stage.minutes is not None) for stage in pipeline.stages)


def stage_costs(pipeline: Pipeline, project: Project) -> tuple[float, ...]:
    return tuple(stage_cost(stage, project.metrics.hour_rate) for stage in pipeline.stages)


def worked(of_stages: tuple[tuple[float, ...], ...], deals: pl.DataFrame, skips: pl.DataFrame) -> pl.Series:
    """Per deal, the cost of positions 1..min(furthest, k) less the skipped ones; an unknown way stood at 1 only.

    deals: `pipeline`, `k`, `furthest`; skips: `deal`, `position` (see `Ways`).
    """
    width = max(map(len, of_stages), default=0) + 1
    padded = [(0.0, *costs, *[0.0] * (width - 1 - len(costs))) for costs in of_stages]
    single = pl.Series([cost for row in padded for cost in row], dtype=pl.Float64).cast(MONEY)
    up_to = pl.Series([sum(row[: i + 1]) for row in padded for i in range(width)], dtype=pl.Float64).cast(MONEY)

    def place(position: pl.Expr) -> pl.Expr:
        return pl.col("pipeline").cast(pl.UInt32) * width + position

    stood = pl.min_horizontal(pl.col("furthest").fill_null(1), "k")
    whole = up_to.gather(deals.select(place(stood)).to_series())
    missed = skips.select("deal", "position", pipeline=deals["pipeline"].gather(skips["deal"]))
    cost = single.gather(missed.select(place(pl.col("position"))).to_series())
    spared = missed.select("deal", cost=cost).group_by("deal").agg(pl.col("cost").sum())
    saved = pl.select(pl.repeat(0, deals.height).cast(MONEY)).to_series()
    return whole - saved.scatter(spared["deal"], spared["cost"])


def acquisition(
    spend: pl.DataFrame, calendar: Calendar, cohort: pl.Series, source: Members
) -> tuple[pl.Series, pl.DataFrame]:
    """Per deal its share of its source's spend, MONEY; and `Costs.unallocated`. Leads are of all pipelines."""
    amounts = (
        spend.select(
            "month", source=pl.Series([fold(name) for name in spend["source"]], dtype=pl.String), amount="amount"
        )
        .group_by("month", "source")
        .agg(amount(pl.col("amount")).sum())
        .sort("month", "source")
    )
    names = [fold(label) for label in source.labels[:-1]]
    leads = pl.DataFrame({"month": cohort, "source": source.codes}).filter(pl.col("source") < len(names))
    leads = leads.group_by("month", "source").agg(leads=pl.len())
    named = leads.select(
        "leads",
        place=_place(pl.col("month"), pl.col("source"), len(source.labels)),
        month=calendar.label("month"),
        source=pl.lit(pl.Series(names, dtype=pl.String)).gather(pl.col("source")),
    )
    per_name = named.group_by("month", "source").agg(pl.col("leads").sum())
    shares = amounts.join(per_name, on=["month", "source"]).select(
        "month", "source", share=(pl.col("amount").cast(pl.Float64) / pl.col("leads")).cast(MONEY)
    )
    placed = named.join(shares, on=["month", "source"])
    table = pl.select(pl.repeat(0, len(calendar) * len(source.labels)).cast(MONEY)).to_series()
    table = table.scatter(placed["place"], placed["share"])
    own = pl.DataFrame({"month": cohort, "source": source.codes})
    places = own.select(_place(pl.col("month"), pl.col("source"), len(source.labels))).to_series()
    unallocated = amounts.join(per_name, on=["month", "source"], how="anti", maintain_order="left")
    return table.gather(places), unallocated.with_columns(pl.col("amount").cast(pl.Float64))


def _place(month: pl.Expr, source: pl.Expr, sources: int) -> pl.Expr:
    return (month.cast(pl.UInt32) * sources + source).alias("place")
