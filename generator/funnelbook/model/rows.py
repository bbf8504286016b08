"""The large tables of a reading, collected once, with numbers for ids and names."""

from __future__ import annotations

import polars as pl
from msgspec import Struct

from funnelbook.memory import Memory
from funnelbook.model import deals, facts, history
from funnelbook.model.checkpoints import Checkpoints
from funnelbook.model.identities import Identities, identify
from funnelbook.model.meanings import Meanings
from funnelbook.model.names import Names
from funnelbook.model.pipelines import Directory
from funnelbook.model.reading import Export, Reading
from funnelbook.model.series import Account, Series, follow, standing
from funnelbook.model.tables import TABLES
from funnelbook.project import Project


class Rows(Struct, frozen=True):
    """Rows of the three large tables, collected, deals by `key` (`Identities`); names are numbers.

    sighted: of deals, `status` told, `closed_at` null unless closed. recorded, derived: of the stage history, from
    the sources and from successive exports. pipelines, stages: what the numbers mean. bounds: `key`, `at`,
    `earliest` of derived entries. series: the account of successive exports.
    """

    sighted: pl.DataFrame
    recorded: pl.DataFrame
    derived: pl.DataFrame
    activities: pl.DataFrame
    ids: Identities
    pipelines: Names
    stages: Names
    bounds: pl.DataFrame
    series: Account


def collect_rows(reading: Reading, known: Directory, project: Project, memory: Memory) -> Rows:
    """The large tables, each read once; of a series, one export after the other, but for those of which `memory`
    holds the outcome.
    """
    tables = {name: reading.tables.get(name, schema.create_empty().lazy()) for name, schema in TABLES.items()}
    series = _series(reading, known, project, memory)
    sighted, ids = identify(deals.in_file_order(series.rows))
    pipelines, stages = Names(), Names()
    told = _told(sighted, known, pipelines, stages)
    recorded = history.collect_rows(tables["stages"], ids)
    moves = ids.keyed(series.moves.lazy().rename({"entered_at": "at"}))
    return Rows(
        sighted=told,
        recorded=history.encode_rows(recorded, stages, pipelines),
        derived=history.encode_rows(deals.in_file_order(moves.select(recorded.columns)), stages, pipelines),
        activities=facts.collect_activities(tables["activities"], ids),
        ids=ids,
        pipelines=pipelines,
        stages=stages,
        bounds=moves.select("key", "at", "earliest"),
        series=series.account,
    )


def _series(reading: Reading, known: Directory, project: Project, memory: Memory) -> Series:
    """Without an as_of no row is late."""
    if not reading.exports:
        rows = reading.tables.get("deals", TABLES["deals"].create_empty().lazy())
        return standing(Export(rows), known.timezone)
    if len(reading.exports) == 1:
        return standing(reading.exports[0], known.timezone)

    def late(rows: pl.DataFrame) -> pl.Series:
        if (as_of := project.site.as_of) is None:
            return pl.repeat(value=False, n=rows.height, eager=True)
        return _told(rows, known, Names(), Names()).select(deals.late(as_of).fill_null(value=False)).to_series()

    meanings = Meanings(known, project.people)
    checkpoints = Checkpoints(memory, meanings.seal, repr(project.site.as_of))
    return follow(reading.exports, meanings, late, checkpoints)


def _told(rows: pl.DataFrame, known: Directory, pipelines: Names, stages: Names) -> pl.DataFrame:
    """Names as numbers, `status` told, `closed_at` null unless closed."""
    named = rows.with_columns(
        stages.encode(rows["stage"]), pipelines.encode(rows["pipeline"].fill_null(known.default))
    )
    own = known.indices(pipelines).gather(named["pipeline"])
    code = known.code_of(pl.lit(own), pl.col("stage"), stages, pl.col("snapshot"))
    status = deals.told_status(pl.col("status").cast(deals.STATUS), code)
    return named.with_columns(status=status).with_columns(
        closed_at=pl.when(pl.col("status") != "open").then("closed_at"),
        forecast=(pl.col("status") == "open") & pl.col("closed_at").is_not_null(),
    )


def moments(rows: Rows) -> list[pl.Series]:
    """Times of what has happened."""
    sighted = rows.sighted
    return [
        sighted["created_at"],
        sighted["closed_at"],
        *(of["at"] for of in (rows.recorded, rows.derived, rows.activities)),
        rows.series.newest,
    ]
