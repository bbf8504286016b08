"""`leads`: what is known of the deals created in a month, and when they bought (metrics.md, section 3).

Rows: dimension, member, month; only months in which deals were created. All pipelines together. `with_next_step`
counts open deals with a next task, overdue ones too. `returned`: won, and created after the contact had lost.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import polars as pl

from funnelbook.metrics.calendar import MICROSECONDS_A_DAY
from funnelbook.metrics.reference import in_reference
from funnelbook.metrics.slices import NOT_RECORDED
from funnelbook.metrics.ways import Ways

NAME = "leads"
_TEMPERATURES = ("hot", "warm", "cold", "no_temperature")
#: How a lead came to buy; `returned` overlaps with the other two.
WAVES = ("easy", "hard", "returned")
_COUNTS = (
    "leads", "with_source", "with_contact", "with_owner", "open", "with_next_step", "complete", *_TEMPERATURES,
    *WAVES,
)  # fmt: skip
SCHEMA: Mapping[str, pl.DataType] = MappingProxyType(
    {
        **dict.fromkeys(("month", "dimension", "member"), pl.String()),
        **dict.fromkeys(_COUNTS, pl.Int64()),
    }
)


def table(ways: Ways) -> pl.DataFrame:
    marks = ways.deals.select("deal", *_completeness(ways), *_temperatures(ways), *wave_marks(ways))
    sums = [pl.len().alias("leads"), *(known_sum(name) for name in _COUNTS[1:])]
    return (
        ways.slicer.cut(marks, ("cohort",), sums)
        .rename({"cohort": "month"})
        .sort("dimension", "member", "month")
        .pipe(ways.slicer.label)
        .with_columns(ways.calendar.label("month"))
    )


def known_sum(name: str) -> pl.Expr:
    """How many are true; null when nothing is known of any deal."""
    return pl.when(pl.col(name).count() > 0).then(pl.col(name).sum()).alias(name)


def _completeness(ways: Ways) -> list[pl.Expr]:
    def recorded(dimension: str) -> pl.Expr:
        return pl.col(dimension) != ways.members[dimension].index(NOT_RECORDED)

    still_open = pl.col("status") == "open"
    contact = pl.lit(ways.dataset.deals["contact"].is_not_null())
    step = pl.lit(ways.dataset.deals["next_task_at"].is_not_null())
    complete = recorded("source") & contact & recorded("owner") & (~still_open | step)
    return [
        recorded("source").alias("with_source"),
        contact.alias("with_contact"),
        recorded("owner").alias("with_owner"),
        still_open.alias("open"),
        (still_open & step).alias("with_next_step"),
        complete.alias("complete"),
    ]


def _temperatures(ways: Ways) -> list[pl.Expr]:
    temperature = ways.dataset.deals["temperature"].cast(pl.String).fill_null("no_temperature")
    return [pl.lit(temperature == name).alias(name) for name in _TEMPERATURES]


def wave_marks(ways: Ways) -> list[pl.Expr]:
    """Whether a row of `ways.deals` was sold in each wave, by its name.

    Null `easy` and `hard` when no cycle of the reference says how long an easy sale takes.
    """
    won, age = pl.col("status") == "won", pl.col("closed") - pl.col("created")
    limit = easy_limit(ways)
    after_loss = pl.lit(ways.dataset.deals["contact"]).is_not_null() & (pl.col("created") > pl.lit(_lost(ways)))
    return [
        pl.when(limit is not None).then(won & (age <= (limit or 0))).alias("easy"),
        pl.when(limit is not None).then(won & (age > (limit or 0))).alias("hard"),
        (won & after_loss.fill_null(value=False)).alias("returned"),
    ]


def easy_limit(ways: Ways) -> float | None:
    """Microseconds from creation to winning of an easy sale: `easy_days`, else the reference's median cycle."""
    days = ways.project.metrics.easy_days
    if days is not None:
        return days * MICROSECONDS_A_DAY
    median = ways.deals.filter(in_reference(ways))["cycle"].median()
    return median if isinstance(median, float) else None


def easy_days(ways: Ways) -> float | None:
    """The same in days."""
    limit = easy_limit(ways)
    return None if limit is None else limit / MICROSECONDS_A_DAY


def _lost(ways: Ways) -> pl.Series:
    """Per deal, when its contact lost for the first time; null = never, or no contact."""
    deals = ways.deals.select("status", "closed", contact=ways.dataset.deals["contact"])
    lost = deals.filter(pl.col("status") == "lost", pl.col("contact").is_not_null())
    first = lost.group_by("contact").agg(pl.col("closed").min())
    return deals.select("contact").join(first, on="contact", how="left", maintain_order="left")["closed"]
