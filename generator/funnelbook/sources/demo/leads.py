"""Who comes, when, from where, to whom, and how soon somebody answers."""

from __future__ import annotations

from itertools import accumulate

import polars as pl

from funnelbook.sources.demo import company
from funnelbook.sources.demo.company import PEOPLE, SOURCES
from funnelbook.sources.demo.draws import Draws, label
from funnelbook.sources.demo.hours import DAY, HOUR, MINUTE, NOW, answered_from, days, seconds

HOT, WARM, COLD = range(3)
B2B, B2C = range(2)
#: An index beyond the labels: not recorded.
NOBODY = len(PEOPLE)


def leads(count: int, draws: Draws) -> pl.DataFrame:
    """One row a lead, in order of coming: `deal` 0.., its draw number `n`, and what is known from the start.

    Columns: created (clock seconds), way, segment, source, owner, temperature (indices; null = not recorded),
    responded (clock seconds, null = nobody ever answered), response_minutes from creation.
    """
    numbered = pl.LazyFrame({"n": pl.int_range(count, dtype=pl.UInt64, eager=True)})
    return (
        numbered.with_columns(day=_day(draws))
        .with_columns(source=_source(draws))
        .with_columns(created=_moment(draws))
        .sort("created", "n")
        .with_columns(pl.int_range(pl.len(), dtype=pl.UInt32).alias("deal"), day=pl.col("created") // DAY)
        .with_columns(way=_way(draws), segment=_segment(draws), owner=_owner(draws))
        .with_columns(temperature=_temperature(draws), responded=_responded(draws))
        .with_columns(response_minutes=(pl.col("responded") - pl.col("created")) / MINUTE)
        .drop("day")
        .collect()
    )


def day_weights() -> list[float]:
    """How many leads a day of the calendar brings against an average one."""
    return [
        company.SEASON[day.month - 1]
        * company.WEEK[day.weekday()]
        * (1 + company.GROWTH_A_YEAR * number / 365)
        * (0.3 if day in company.HOLIDAYS else 1.0)
        for number, day in enumerate(days())
    ]


def _day(draws: Draws) -> pl.Expr:
    heights = list(accumulate(day_weights()))
    return pl.lit(pl.Series(heights)).search_sorted(draws.uniform("day") * heights[-1], side="right").cast(pl.Int64)


def _source(draws: Draws) -> pl.Expr:
    fair = label(pl.col("day"), [day.month in company.FAIR_MONTHS for day in days()])
    weights: list[pl.Expr | float] = [source.weight for source in SOURCES]
    usual = SOURCES[company.EXHIBITION].weight
    weights[company.EXHIBITION] = pl.when(fair).then(usual * company.FAIR_FACTOR).otherwise(usual)
    return draws.pick("source", weights)


def _moment(draws: Draws) -> pl.Expr:
    """A lead drawn for the last afternoon, after the export, came a day earlier."""
    web = label(pl.col("source"), [source.web for source in SOURCES])
    at_night_too = pl.when(web).then(draws.pick("web hour", company.WEB_HOURS))
    hour = at_night_too.otherwise(draws.pick("call hour", company.CALL_HOURS)).cast(pl.Int64)
    moment = pl.col("day") * DAY + hour * HOUR + draws.whole("second", 0, HOUR - 1)
    return pl.when(moment > NOW - HOUR).then(moment - DAY).otherwise(moment)


def _way(draws: Draws) -> pl.Expr:
    """Repeat sales grow with the number of customers."""
    share = pl.col("day") * (0.10 / len(days())) + 0.06
    return pl.when(draws.below("way", share)).then(company.REPEAT).otherwise(company.NEW_CLIENTS).cast(pl.UInt8)


def _segment(draws: Draws) -> pl.Expr:
    business = draws.below("segment", pl.when(pl.col("source") == company.EXHIBITION).then(0.45).otherwise(0.20))
    known = ~draws.below("segment unknown", 0.04)
    return pl.when(known).then(pl.when(business).then(B2B).otherwise(B2C).cast(pl.UInt8))


def _temperature(draws: Draws) -> pl.Expr:
    heat = label(pl.col("source"), [0.18, 0.16, 0.10, 0.40, 0.42, 0.12, 0.15])
    hot, cold = draws.below("hot", heat), draws.below("cold", 0.34)
    known = ~draws.below("temperature unknown", 0.10)
    return pl.when(known).then(pl.when(hot).then(HOT).when(cold).then(COLD).otherwise(WARM).cast(pl.UInt8))


def _owner(draws: Draws) -> pl.Expr:
    """The owner of the company gives away his deals little by little; a newcomer begins with half of the leads."""
    created = pl.col("created")
    weights: list[pl.Expr | float] = []
    for number, person in enumerate(PEOPLE):
        weight = pl.lit(person.weight)
        if number == company.OWNER:
            weight = weight * (2.2 - created / (NOW / 1.6))
        start = seconds(person.start)
        weight = (
            pl.when(created < start + company.RAMP_DAYS * DAY).then(weight * company.RAMP_WEIGHT).otherwise(weight)
        )
        here = created >= start
        if person.end:
            here &= created < seconds(person.end) + DAY
        weights.append(pl.when(here).then(weight).otherwise(0.0))
    return pl.when(~draws.below("no owner", 0.012)).then(draws.pick("owner", weights))


def _responded(draws: Draws) -> pl.Expr:
    """The duty rota of the summer halved the silence and made the answer many times quicker."""
    duty = pl.col("created") >= seconds(company.DUTY_ROTA)
    seen = answered_from("created", duty)
    called = pl.col("source") == [source.name for source in SOURCES].index("Входящий звонок")
    minutes = pl.when(duty).then(9.0).otherwise(38.0) * pl.when(called).then(0.6).otherwise(1.0)
    delay = (minutes * MINUTE * draws.lognormal("response", 1.1)).cast(pl.Int64) + 20
    silent = draws.below("silent", pl.when(duty).then(0.03).otherwise(0.085))
    unowned = pl.col("owner").is_null() & draws.below("silent unowned", 0.6)
    return pl.when(~silent & ~unowned).then(seen + delay)
