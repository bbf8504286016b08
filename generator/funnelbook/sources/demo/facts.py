"""The drawn numbers as tables of metrics.md, section 1: names for indices, instants for seconds."""

from __future__ import annotations

import polars as pl

from funnelbook.sources.demo.activities import CALL_IN, KINDS, MESSAGE_IN
from funnelbook.sources.demo.company import CURRENCY, HEAD, LOST, LOST_CODE, PEOPLE, SOURCES, WAYS, WON, WON_CODE
from funnelbook.sources.demo.draws import Draws, label
from funnelbook.sources.demo.hours import instant
from funnelbook.sources.demo.journeys import BY_HEAD, BY_ROBOT
from funnelbook.sources.demo.reasons import wording

FIRST_DEAL_ID = 31_400_001
FIRST_CONTACT_ID = 52_700_001
_CODES = LOST_CODE + 1
_NAMES = tuple(person.name for person in PEOPLE)
_PRODUCTS = (
    ("Остекление офиса", "Витражи", "Входная группа", "Окна в подъезды", "Перегородки"),
    ("Пластиковые окна", "Балкон под ключ", "Окно на кухню", "Лоджия", "Балконная дверь"),
)


def stage_names() -> list[str | None]:
    """Name of (way, code) at way · 10 + code."""
    names: list[str | None] = []
    for way in WAYS:
        steps = [step.name for step in way.steps]
        names += [None, *steps, *([None] * (WON_CODE - 1 - way.k)), WON, LOST]
    return names


def stage_number(way: pl.Expr, code: pl.Expr) -> pl.Expr:
    """The place of a stage in `stage_names`."""
    return way.cast(pl.UInt32) * _CODES + code


def deals(known: pl.DataFrame, draws: Draws) -> pl.DataFrame:
    """The table `deals`; `name` is what was asked for, never who asked."""
    business = pl.col("segment").fill_null(1).cast(pl.UInt32)
    product = business * len(_PRODUCTS[0]) + draws.whole("product", 0, len(_PRODUCTS[0]) - 1).cast(pl.UInt32)
    return known.select(
        deal_id=pl.col("deal").cast(pl.Int64) + FIRST_DEAL_ID,
        created_at=instant(pl.col("created")),
        pipeline=label(pl.col("way"), [way.name for way in WAYS]),
        stage=label(stage_number(pl.col("way"), pl.col("code")), stage_names()),
        status=label(pl.col("status"), ["open", "won", "lost"]),
        closed_at=instant(pl.col("closed")),
        value=pl.col("value").cast(pl.Int64),
        currency=pl.lit(CURRENCY),
        owner=label(pl.col("owner"), _NAMES),
        source=label(pl.col("source"), [source.name for source in SOURCES]),
        loss_reason=wording(pl.col("cause"), draws),
        contact_id=pl.col("contact").cast(pl.Int64) + FIRST_CONTACT_ID,
        segment=label(pl.col("segment"), ["b2b", "b2c"]),
        temperature=label(pl.col("temperature"), ["hot", "warm", "cold"]),
        list_price=pl.col("list_price").cast(pl.Int64),
        next_task_at=instant(pl.col("next_task")),
        name=label(product, [name for names in _PRODUCTS for name in names]),
    )


def stages(known: pl.DataFrame, entries: pl.DataFrame) -> pl.DataFrame:
    """The table `stages`; `by` is null for a robot."""
    owner = label(known["owner"].gather(entries["deal"]), _NAMES)
    by = pl.col("by")
    return entries.select(
        deal_id=pl.col("deal").cast(pl.Int64) + FIRST_DEAL_ID,
        stage=label(stage_number(pl.col("way"), pl.col("code")), stage_names()),
        entered_at=instant(pl.col("at")),
        pipeline=label(pl.col("way"), [way.name for way in WAYS]),
        by=pl.when(by == BY_HEAD).then(pl.lit(_NAMES[HEAD])).when(by != BY_ROBOT).then(owner),
    )


def activities(known: pl.DataFrame, done: pl.DataFrame) -> pl.DataFrame:
    """The table `activities`; `by` is null for what a buyer did."""
    owner = label(known["owner"].gather(done["deal"]), _NAMES)
    bought = pl.col("kind").is_in([CALL_IN, MESSAGE_IN])
    return done.select(
        deal_id=pl.col("deal").cast(pl.Int64) + FIRST_DEAL_ID,
        at=instant(pl.col("at")),
        kind=label(pl.col("kind"), KINDS),
        by=pl.when(~bought).then(owner),
        minutes=pl.col("minutes").cast(pl.Int64),
    )
