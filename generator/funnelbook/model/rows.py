"""The large tables of a reading, collected once, with numbers for ids and names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from funnelbook.model import deals, facts, history
from funnelbook.model.identities import Identities, identify
from funnelbook.model.names import Names
from funnelbook.model.pipelines import Directory
from funnelbook.model.snapshots import entries_from_sightings


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows of the three large tables, collected, deals by `key` (`Identities`); names are numbers.

    sighted: of deals, `status` told, `closed_at` null unless closed. recorded, derived: of the stage history, from
    the sources and from successive exports. pipelines, stages: what the numbers mean.
    """

    sighted: pl.DataFrame
    recorded: pl.DataFrame
    derived: pl.DataFrame
    activities: pl.DataFrame
    ids: Identities
    pipelines: Names
    stages: Names


def collect_rows(tables: Mapping[str, pl.LazyFrame], known: Directory) -> Rows:
    """The large tables, each read once."""
    read = tables["deals"].collect(engine="streaming")
    sighted, ids = identify(deals.in_file_order(read))
    pipelines, stages = Names(), Names()
    named = sighted.with_columns(
        stages.encode(sighted["stage"]), pipelines.encode(sighted["pipeline"].fill_null(known.default))
    )
    own = known.indices(pipelines).gather(named["pipeline"])
    code = known.code_of(pl.lit(own), pl.col("stage"), stages)
    status = deals.told_status(pl.col("status").cast(deals.STATUS), code)
    told = named.with_columns(status=status).with_columns(
        closed_at=pl.when(pl.col("status") != "open").then("closed_at"),
        forecast=(pl.col("status") == "open") & pl.col("closed_at").is_not_null(),
    )
    recorded = history.collect_rows(tables["stages"], ids)
    moves = (
        entries_from_sightings(sighted.lazy(), known.pipelines)
        if _is_series(sighted)
        else tables["stages"].limit(0)
    )
    derived = history.collect_rows(moves, ids)
    return Rows(
        sighted=told,
        recorded=history.encode_rows(recorded, stages, pipelines),
        derived=history.encode_rows(derived, stages, pipelines),
        activities=facts.collect_activities(tables["activities"], ids),
        ids=ids,
        pipelines=pipelines,
        stages=stages,
    )


def _is_series(sighted: pl.DataFrame) -> bool:
    return sighted["snapshot"].null_count() < sighted.height


def moments(rows: Rows) -> list[pl.Series]:
    """Times of what has happened."""
    sighted = rows.sighted
    return [
        sighted["created_at"],
        sighted["closed_at"],
        *(of["at"] for of in (rows.recorded, rows.derived, rows.activities)),
    ]
