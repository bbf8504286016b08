"""A lead's way through its pipeline: how far, how fast, over which detours, and how it ends.

Ways are drawn whole, without regard to the day of the export; what lies after it has simply not happened yet.
"""

from __future__ import annotations

import polars as pl
from msgspec import Struct

from funnelbook.sources.demo import company
from funnelbook.sources.demo.company import LOST_CODE, PEOPLE, SOURCES, WAYS, WON_CODE, Step, Way
from funnelbook.sources.demo.draws import Draws, label
from funnelbook.sources.demo.hours import DAY, HOUR, MINUTE, NOW, at_work, seconds
from funnelbook.sources.demo.leads import B2B, B2C, COLD, HOT

#: Who moved a deal: its owner, a robot, the head of sales.
BY_OWNER, BY_ROBOT, BY_HEAD = range(3)
_CLEANED_AFTER = 45 * DAY


class Journeys(Struct, frozen=True):
    """Ways as frames.

    leads: with `furthest` (position, k + 1 = won), `left` (when it left its furthest stage, null = it lies there),
        `offered` (when it reached the offer, null = never).
    entries: deal, at (clock seconds), code (position, `WON_CODE` or `LOST_CODE`), way (of the stage), by; sorted by
        deal and time, nothing later than as_of.
    """

    leads: pl.DataFrame
    entries: pl.DataFrame


def journeys(leads: pl.DataFrame, draws: Draws) -> Journeys:
    """Every lead's way."""
    travelled, rows = [], []
    for number, way in enumerate(WAYS):
        frame = _travel(leads.filter(way=number), way, draws)
        travelled.append(frame.select(*leads.columns, "odds", "furthest", "left", "offered"))
        rows += [_visits(frame, way, draws), _detours(frame, way, draws), _endings(frame, way, draws)]
        if number == company.NEW_CLIENTS:
            rows.append(_handed_over(frame))
    entries = pl.concat(rows).filter(pl.col("at") <= NOW).sort("deal", "at", "order").drop("order")
    return Journeys(pl.concat(travelled).sort("deal"), entries)


def _travel(leads: pl.DataFrame, way: Way, draws: Draws) -> pl.DataFrame:
    """Adds at_1 … at_k+1 (clock seconds, null = never reached), `furthest`, `left`, `offered`."""
    handed = draws.below("handed over", 0.008) & (pl.col("way") == company.NEW_CLIENTS)
    delay = pl.when(handed).then(2 * HOUR).otherwise(0)
    frame = leads.with_columns(odds=_odds(), handed=handed, at_1=pl.col("created") + delay)
    for position, step in enumerate(way.steps, 1):
        frame = _take(frame, position, step, way, draws)
    reached = [pl.col(f"at_{position}").is_not_null().cast(pl.UInt8) for position in range(1, way.k + 2)]
    frame = frame.with_columns(furthest=pl.sum_horizontal(reached), offered=pl.col(f"at_{way.offer}"))
    return _leave(frame, way, draws)


def _odds() -> pl.Expr:
    """What makes this lead likelier to go on, at any stage, than the average one."""
    odds = label(pl.col("source"), [source.odds for source in SOURCES])
    heat = pl.col("temperature")
    odds = odds * pl.when(heat == HOT).then(1.5).when(heat == COLD).then(0.7).otherwise(1.0)
    skill = pl.lit(1.0)
    for number, person in enumerate(PEOPLE):
        early = pl.col("created") < seconds(person.start) + company.RAMP_DAYS * DAY
        own = pl.when(early).then(person.odds * company.RAMP_ODDS).otherwise(person.odds)
        skill = pl.when(pl.col("owner") == number).then(own).otherwise(skill)
    return odds * pl.when(pl.col("owner").is_null()).then(0.5).otherwise(skill)


def _take(frame: pl.DataFrame, position: int, step: Step, way: Way, draws: Draws) -> pl.DataFrame:
    """Adds at_{position + 1} for those who go on. A robot moves some at the very second."""
    at = pl.col(f"at_{position}")
    odds = step.share / (1 - step.share) * pl.col("odds") * _pressure(position, at, way)
    goes = draws.uniform(f"{way.name} goes {position}") * (odds + 1.0) < odds
    slow = pl.when(pl.col("segment") == B2B).then(1.5).otherwise(1.0)
    spent = (draws.lognormal(f"{way.name} days {position}", 0.75) * slow * (step.days * DAY)).cast(pl.Int64)
    earliest = pl.max_horizontal(at + spent, pl.col("responded") + 5 * MINUTE) if position == 1 else at + spent
    robot = draws.below(f"{way.name} robot {position}", 0.012 if position == 1 else 0.003)
    following = pl.when("robot").then(at).otherwise(at_work("earliest"))
    return (
        frame.with_columns(goes=at.is_not_null() & goes, robot=robot, earliest=earliest)
        .with_columns(pl.when("goes").then(following).alias(f"at_{position + 1}"))
        .drop("goes", "robot", "earliest")
    )


def _pressure(position: int, at: pl.Expr, way: Way) -> pl.Expr:
    """A late answer costs the first stage; the new price list costs the offer, with private buyers most."""
    if position == way.offer:
        risen = at >= seconds(company.PRICE_RISE)
        private = pl.col("segment").fill_null(B2C) == B2C
        return pl.when(risen & private).then(0.20).when(risen).then(0.65).otherwise(1.0)
    if position > 1:
        return pl.lit(1.0)
    minutes = pl.col("response_minutes")
    late = pl.when(minutes.is_null()).then(0.05).when(minutes > 600).then(0.8).when(minutes > 60).then(0.95)
    return late.otherwise(1.25)


def _leave(frame: pl.DataFrame, way: Way, draws: Draws) -> pl.DataFrame:
    """Adds `left`: who goes no further is closed after a while; what just lies waits for the next clean-up."""
    last = pl.coalesce(pl.col(f"at_{position}") for position in range(way.k + 1, 0, -1))
    median = label(pl.col("furthest"), [1.0, *(step.days * 1.5 + 1.2 for step in way.steps), 0.0])
    spent = (draws.lognormal(f"{way.name} until lost", 0.85) * median * DAY).cast(pl.Int64) + HOUR
    lying = pl.lit(None, dtype=pl.Int64)
    for moment in reversed([seconds(each) for each in company.CLEAN_UPS]):
        cleaned = moment + (pl.col("deal") % MINUTE).cast(pl.Int64)
        lying = pl.when(pl.col("last") + _CLEANED_AFTER < moment).then(cleaned).otherwise(lying)
    won = pl.when(pl.col("furthest") == way.k + 1).then("last")
    drifting = won.when(draws.below(f"{way.name} drifts", 0.10)).then(lying)
    return (
        frame.with_columns(last=last)
        .with_columns(end=pl.col("last") + spent)
        .with_columns(left=drifting.otherwise(at_work("end")))
        .drop("last", "end")
    )


def _rows(
    frame: pl.LazyFrame, at: pl.Expr, code: pl.Expr | int, order: int, by: pl.Expr | int = BY_OWNER
) -> pl.LazyFrame:
    """`order` tells which of two entries of the same second comes first."""
    rows = frame.select("deal", "way", at=at, code=_number(code), by=_number(by), order=_number(order))
    return rows.filter(pl.col("at").is_not_null())


def _number(value: pl.Expr | int) -> pl.Expr:
    return (pl.lit(value) if isinstance(value, int) else value).cast(pl.UInt8)


def _visits(frame: pl.DataFrame, way: Way, draws: Draws) -> pl.DataFrame:
    """The stages in their order; some are passed over by those who go on."""
    rows = []
    for position, step in enumerate(way.steps, 1):
        at, following = pl.col(f"at_{position}"), pl.col(f"at_{position + 1}")
        seen = frame.lazy()
        if step.skipped:
            seen = seen.filter(following.is_null() | ~draws.below(f"{way.name} skips {position}", step.skipped))
        by = pl.lit(BY_OWNER)
        if position > 1:
            by = pl.when(at == pl.col(f"at_{position - 1}")).then(BY_ROBOT).otherwise(BY_OWNER)
        rows.append(_rows(seen, at, position, 2 * position, by))
    return pl.concat(rows).collect()


def _detours(frame: pl.DataFrame, way: Way, draws: Draws) -> pl.DataFrame:
    """Moves back by a stage while the deal stands there; most return before they go on."""
    rows = []
    for position in range(2, way.k + 1):
        at = pl.col(f"at_{position}")
        turned = frame.lazy().filter(at.is_not_null(), draws.below(f"{way.name} back {position}", 0.085))
        until = pl.coalesce(f"at_{position + 1}", "left").fill_null(at + 30 * DAY)
        turned = turned.with_columns(until=until).with_columns(
            back=at + (pl.col("until") - at) // 3, again=at + (pl.col("until") - at) * 2 // 3
        )
        rows.append(_rows(turned, pl.min_horizontal(at_work("back"), "until"), position - 1, 2 * position + 1))
        returned = turned.filter(draws.below(f"{way.name} returns {position}", 0.75))
        rows.append(_rows(returned, pl.min_horizontal(at_work("again"), "until"), position, 2 * position + 1))
    return pl.concat(rows).collect()


def _endings(frame: pl.DataFrame, way: Way, draws: Draws) -> pl.DataFrame:
    """Closings; some deals are opened again and close once more, now and then the other way."""
    won = pl.col("furthest") == way.k + 1
    closing = pl.when(won).then(WON_CODE).otherwise(LOST_CODE)
    swept = pl.any_horizontal(
        pl.col("left").is_between(seconds(moment), seconds(moment) + MINUTE - 1) for moment in company.CLEAN_UPS
    )
    by = pl.when(swept & ~won).then(BY_HEAD).otherwise(BY_OWNER)
    reopened = frame.lazy().filter(draws.below(f"{way.name} reopened", pl.when(won).then(0.012).otherwise(0.03)))
    reopened = _after(reopened, "left", "again", draws.lognormal(f"{way.name} again", 0.7) * 16)
    reopened = _after(reopened, "again", "twice", draws.lognormal(f"{way.name} twice", 0.7) * 8)
    second = pl.when(draws.below(f"{way.name} won at last", 0.4)).then(WON_CODE).otherwise(LOST_CODE)
    stage = pl.min_horizontal("furthest", pl.lit(way.k))
    rows = [
        _rows(frame.lazy(), pl.col("left"), closing, 20, by),
        _rows(reopened, pl.col("again"), stage, 21),
        _rows(reopened, pl.col("twice"), second, 22),
    ]
    return pl.concat(rows).collect()


def _after(frame: pl.LazyFrame, moment: str, name: str, days: pl.Expr) -> pl.LazyFrame:
    """Adds the time at work that many days after a moment."""
    later = pl.col(moment) + (days * DAY).cast(pl.Int64)
    return frame.with_columns(later.alias(name)).with_columns(at_work(name).alias(name))


def _handed_over(frame: pl.DataFrame) -> pl.DataFrame:
    """New clients whose deal was first put among the repeat sales, and moved on there."""
    elsewhere = frame.lazy().filter("handed").with_columns(way=_number(company.REPEAT))
    created = pl.col("created")
    return pl.concat([_rows(elsewhere, created, 1, 0), _rows(elsewhere, created + HOUR, 2, 0)]).collect()
