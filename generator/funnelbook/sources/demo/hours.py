"""The company's clock: whole seconds of local time since the first day, and when people are at work."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import polars as pl

from funnelbook.sources.demo.company import AS_OF, FIRST_DAY, HOLIDAYS, UTC_OFFSET_HOURS

DAY = 86_400
HOUR = 3_600
MINUTE = 60
_OPENS = 9 * HOUR
_CLOSES = 19 * HOUR
_DUTY_OPENS = 8 * HOUR
_DUTY_CLOSES = 22 * HOUR
#: What waited for the opening is done within the first hours.
_MORNING = 3 * HOUR
#: Beyond as_of nothing is kept, so the calendar may end soon after it.
_CALENDAR_DAYS = (AS_OF.date() - FIRST_DAY).days + 60


def seconds(moment: date | datetime) -> int:
    """A local moment (a date is its midnight) on the company's clock."""
    if not isinstance(moment, datetime):
        return (moment - FIRST_DAY).days * DAY
    midnight = datetime.combine(FIRST_DAY, datetime.min.time())
    return round((moment - midnight).total_seconds())


NOW = seconds(AS_OF)


def instant(clock: pl.Expr) -> pl.Expr:
    """Seconds of the clock as Datetime(us, UTC)."""
    return ((clock + _EPOCH) * 1_000_000).cast(pl.Datetime("us")).dt.replace_time_zone("UTC")


def epoch(clock: pl.Expr) -> pl.Expr:
    """Seconds of the clock as Unix time."""
    return clock + _EPOCH


def local(clock: pl.Expr) -> pl.Expr:
    """Seconds of the clock as a local Datetime(us) without a zone."""
    return ((clock + _EPOCH + UTC_OFFSET_HOURS * HOUR) * 1_000_000).cast(pl.Datetime("us"))


_EPOCH = (FIRST_DAY - date(1970, 1, 1)).days * DAY - UTC_OFFSET_HOURS * HOUR


def month_of(day: date) -> str:
    return f"{day.year}-{day.month:02d}"


def days() -> list[date]:
    """Every day from the first to that of as_of."""
    return [FIRST_DAY + timedelta(n) for n in range((AS_OF.date() - FIRST_DAY).days + 1)]


def months() -> list[str]:
    """Every month from the first to that of as_of."""
    return sorted({month_of(day) for day in days()})


def _works(number: int) -> bool:
    day = FIRST_DAY + timedelta(number)
    return day.weekday() < 5 and day not in HOLIDAYS


def _openings() -> list[int]:
    """For each day of the calendar the first working day from it on."""
    found, following = [], _CALENDAR_DAYS
    for number in reversed(range(_CALENDAR_DAYS)):
        following = number if _works(number) else following
        found.append(following)
    return found[::-1]


_NEXT_WORKING = pl.Series(_openings(), dtype=pl.Int64)


def at_work(moment: str) -> pl.Expr:
    """A column's moment itself if somebody is at work then, else a time in the first hours of the next working day.

    It takes a column, not an expression: it reads it many times over.
    """
    clock = pl.col(moment)
    day = pl.min_horizontal(clock // DAY, pl.lit(_CALENDAR_DAYS - 2))
    second = clock % DAY
    today, next_day = pl.lit(_NEXT_WORKING).gather(day), pl.lit(_NEXT_WORKING).gather(day + 1)
    opening = _OPENS + second * 7919 % _MORNING
    return (
        pl.when(clock // DAY > _CALENDAR_DAYS - 2)
        .then(clock)
        .when((today == day) & second.is_between(_OPENS, _CLOSES))
        .then(clock)
        .when((today == day) & (second > _CLOSES))
        .then(next_day * DAY + opening)
        .otherwise(today * DAY + opening)
    )


def answered_from(moment: str, duty: pl.Expr) -> pl.Expr:
    """When somebody first sees a lead: the duty rota sits every day from 8 to 22, the others as `at_work`."""
    clock = pl.col(moment)
    day, second = clock // DAY, clock % DAY
    on_duty = (
        pl.when(second < _DUTY_OPENS)
        .then(day * DAY + _DUTY_OPENS)
        .when(second >= _DUTY_CLOSES)
        .then((day + 1) * DAY + _DUTY_OPENS)
        .otherwise(clock)
    )
    return pl.when(duty).then(on_duty).otherwise(at_work(moment))
