"""People under the names they had: `[[people]]` of the project file."""

from __future__ import annotations

from collections.abc import Sequence
from zoneinfo import ZoneInfo

import polars as pl

from funnelbook.model.names import folded
from funnelbook.project import Alias, PersonConfig, fold


def known_as(names: pl.Series, days: pl.Series, people: Sequence[PersonConfig]) -> pl.Series:
    """`names` with each alias as its person's name, where the local date in `days` lies in the alias's time.

    A name means who had it at the time, whoever has it for good: no two people had it on one day. A null date lies
    in every time; of several people who fit it, the first one counts.
    """
    if not any(person.aliases for person in people):
        return names
    rows = pl.DataFrame({"name": folded(names), "day": days, "own": names.cast(pl.String)})
    aliases = [(alias, person.name) for person in people for alias in person.aliases]
    told = [_when(alias, name) for alias, name in sorted(aliases, key=lambda each: not each[0].dated)]
    return rows.select(pl.coalesce(*told, "own").alias(names.name)).to_series()


def owners_of(deals: pl.DataFrame, people: Sequence[PersonConfig], zone: ZoneInfo) -> pl.Series:
    """The owner of each deal: who had the name on the day it was created."""
    if not any(person.aliases for person in people):
        return deals["owner"]
    return known_as(deals["owner"], deals["created_at"].dt.convert_time_zone(zone.key).dt.date(), people)


def _when(alias: Alias, name: str) -> pl.Expr:
    fits = pl.col("name") == fold(alias.name)
    if alias.since is not None:
        fits &= (pl.col("day") >= alias.since).fill_null(value=True)
    if alias.until is not None:
        fits &= (pl.col("day") <= alias.until).fill_null(value=True)
    return pl.when(fits).then(pl.lit(name))
