"""What playbooks aim at, deal by deal: when a case came, and whether it ended well (metrics.md, `effects`).

Every case is followed for `FOLLOW_UP_DAYS`, whether it came long ago or lately, so that two times can be compared.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

import polars as pl

from funnelbook.metrics.calendar import MICROSECONDS_A_DAY, MICROSECONDS_A_MINUTE
from funnelbook.metrics.reference import microseconds
from funnelbook.metrics.returns import watched
from funnelbook.metrics.ways import Ways

FOLLOW_UP_DAYS = 90
_FOLLOW_UP = FOLLOW_UP_DAYS * MICROSECONDS_A_DAY
#: pipeline; position (null where the aim has no stage); at, in microseconds; good, null = no outcome within the
#: follow-up; pending, no outcome yet, and the follow-up is not over.
COLUMNS = ("pipeline", "position", "at", "good", "pending")


def _decided(ways: Ways) -> pl.DataFrame:
    """Deals first entering a stage: good when they went on, bad when lost there. Only deals whose way is known."""
    deals = ways.deals.filter(pl.col("basis") != "current")
    deals = deals.select("deal", "pipeline", "k", "furthest", "status", "closed")
    raises = ways.moves.filter(pl.col("to") > pl.col("above"), pl.col("at").is_not_null())
    firsts = raises.select(
        "deal", "at", position=pl.int_ranges(pl.col("above") + 1, pl.col("to").cast(pl.Int64) + 1)
    )
    firsts = firsts.explode("position").join(deals, on="deal")
    won = pl.when(pl.col("status") == "won").then("closed")
    firsts = firsts.with_columns(at=pl.min_horizontal("at", won))
    onward = firsts.select("deal", pl.col("position") - 1, forward="at")
    entered = firsts.filter(pl.col("position") <= pl.col("k"))
    entered = entered.join(onward, on=["deal", "position"], how="left", maintain_order="left")
    lost_here = (pl.col("status") == "lost") & (pl.col("furthest") == pl.col("position"))
    went_on = (pl.col("forward") - pl.col("at") <= _FOLLOW_UP).fill_null(value=False)
    lost = (lost_here & (pl.col("closed") - pl.col("at") <= _FOLLOW_UP)).fill_null(value=False)
    still = pl.lit(microseconds(ways.dataset.as_of)) - pl.col("at") < _FOLLOW_UP
    good = pl.when(went_on).then(True).when(lost).then(False)
    return entered.with_columns(good=good).with_columns(pending=pl.col("good").is_null() & still)


def _win_rate(ways: Ways) -> pl.DataFrame:
    """Deals closed: good when won."""
    closed = ways.deals.filter(pl.col("closed").is_not_null())
    return closed.select("pipeline", at="closed", good=pl.col("status") == "won")


def _answered_in_target(ways: Ways) -> pl.DataFrame:
    """Deals created whose target has passed by as_of: good when first answered within it, as in `monthly`."""
    target = round(ways.project.metrics.answer_target_minutes * MICROSECONDS_A_MINUTE)
    due = ways.deals.filter(pl.col("created") + target <= microseconds(ways.dataset.as_of))
    return due.select("pipeline", at="created", good=(pl.col("response") <= target).fill_null(value=False))


def _comeback(ways: Ways) -> pl.DataFrame:
    """Refused deals of a contact, by closing: good when the contact's next deal came within the follow-up."""
    refused = watched(ways, "lost").filter(pl.col("party").cast(pl.String) == "refused")
    came = pl.col("back") & (pl.col("day") <= FOLLOW_UP_DAYS)
    good = pl.when(came).then(True).when(pl.col("age") >= FOLLOW_UP_DAYS).then(False)
    return refused.select("pipeline", at="closed", good=good).with_columns(pending=pl.col("good").is_null())


_AIMS: Mapping[str, Callable[[Ways], pl.DataFrame]] = MappingProxyType(
    {
        "decided": _decided,
        "win_rate": _win_rate,
        "answered_in_target": _answered_in_target,
        "comeback": _comeback,
    }
)
AIMS = tuple(_AIMS)


def cases_of(ways: Ways, aims_at: str) -> pl.DataFrame:
    """The columns `COLUMNS`, a row a case."""
    found = _AIMS[aims_at](ways)
    missing = {"position": pl.lit(None, pl.Int64), "pending": pl.lit(value=False)}
    found = found.with_columns(made.alias(name) for name, made in missing.items() if name not in found.columns)
    return found.select(COLUMNS)
