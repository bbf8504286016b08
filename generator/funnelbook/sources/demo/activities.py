"""Calls, messages, meetings, tasks and notes around a deal."""

from __future__ import annotations

import polars as pl

from funnelbook.sources.demo.company import NEW_CLIENTS, SOURCES, WON_CODE
from funnelbook.sources.demo.draws import Draws, label
from funnelbook.sources.demo.hours import DAY, NOW, at_work
from funnelbook.sources.demo.journeys import BY_OWNER

KINDS = ("call_in", "call_out", "email_in", "email_out", "message_in", "message_out", "meeting", "task", "note")
CALL_IN, CALL_OUT, _EMAIL_IN, EMAIL_OUT, MESSAGE_IN, MESSAGE_OUT, MEETING, TASK, NOTE = range(len(KINDS))
#: What is done when a stage is entered, by position, in either pipeline.
_NEW_CLIENTS_KINDS = (NOTE, CALL_OUT, MEETING, EMAIL_OUT, CALL_OUT, MEETING)
_REPEAT_KINDS = (NOTE, EMAIL_OUT, NOTE, NOTE, NOTE, NOTE)
_SOURCE_NAMES = tuple(source.name for source in SOURCES)


def activities(deals: pl.DataFrame, entries: pl.DataFrame, draws: Draws) -> pl.DataFrame:
    """deal, at (clock seconds), kind (index in `KINDS`), minutes (Float64 or null); by deal and time, up to as_of.

    The first outgoing one is the answer of `deals.responded`; a deal without it has none.
    """
    answered = deals.lazy().filter(pl.col("responded").is_not_null())
    rows = [
        _first_words(deals.lazy(), draws),
        _answers(answered, draws),
        _at_stages(deals, entries, draws),
        _after_offer(answered, draws),
    ]
    return pl.concat(rows).filter(pl.col("at") <= NOW).sort("deal", "at", "kind").collect()


def _rows(frame: pl.LazyFrame, at: pl.Expr, kind: pl.Expr | int, minutes: pl.Expr) -> pl.LazyFrame:
    kinds = pl.lit(kind) if isinstance(kind, int) else kind
    return frame.select("deal", at=at, kind=kinds.cast(pl.UInt8), minutes=minutes.cast(pl.Float64))


def _first_words(deals: pl.LazyFrame, draws: Draws) -> pl.LazyFrame:
    """The buyer's own call or message that made the lead."""
    called = pl.col("source") == _SOURCE_NAMES.index("Входящий звонок")
    wrote = pl.col("source") == _SOURCE_NAMES.index("Авито")
    kind = pl.when(called).then(CALL_IN).otherwise(MESSAGE_IN)
    minutes = pl.when(called).then(_minutes(draws, "call in", 3))
    return _rows(deals.filter(called | wrote), pl.col("created"), kind, minutes)


def _answers(deals: pl.LazyFrame, draws: Draws) -> pl.LazyFrame:
    kind = pl.when(draws.below("answer in writing", 0.25)).then(MESSAGE_OUT).otherwise(CALL_OUT)
    minutes = pl.when(kind == CALL_OUT).then(_minutes(draws, "answer", 4))
    return _rows(deals, pl.col("responded"), kind, minutes)


def _at_stages(deals: pl.DataFrame, entries: pl.DataFrame, draws: Draws) -> pl.LazyFrame:
    """What the seller did shortly before he moved the deal; most of it is never written down."""
    own = entries.filter((pl.col("by") == BY_OWNER) & (pl.col("code") < WON_CODE) & (pl.col("code") > 1))
    drawn = own.with_columns(
        n=deals["n"].gather(own["deal"]) * 8 + own["code"].cast(pl.UInt64),
        responded=deals["responded"].gather(own["deal"]),
    )
    first = pl.col("code") - 1
    kind = (
        pl.when(pl.col("way") == NEW_CLIENTS)
        .then(label(first, _NEW_CLIENTS_KINDS))
        .otherwise(label(first, _REPEAT_KINDS))
    )
    at = pl.col("at") - draws.whole("before stage", 20, 240)
    minutes = (
        pl.when(kind == MEETING)
        .then(_minutes(draws, "meeting", 55))
        .when(kind == CALL_OUT)
        .then(_minutes(draws, "call", 7))
    )
    written = drawn.lazy().filter(draws.below("written down", 0.3), at > pl.col("responded"))
    return _rows(written, at, kind, minutes)


def _after_offer(deals: pl.LazyFrame, draws: Draws) -> pl.LazyFrame:
    """A task to ask what the buyer thinks, two or three days after the offer."""
    asked = deals.filter(pl.col("offered").is_not_null(), draws.below("asked after", 0.2))
    due = asked.with_columns(due=pl.col("offered") + draws.whole("asked days", 2, 3) * DAY)
    due = due.with_columns(due=at_work("due"))
    before_end = due.filter(pl.col("closed").is_null() | (pl.col("due") < pl.col("closed")))
    return _rows(before_end, pl.col("due"), TASK, pl.lit(None))


def _minutes(draws: Draws, stream: str, median: int) -> pl.Expr:
    return (draws.lognormal(f"minutes of {stream}", 0.6) * median).floor() + 1
