"""Deals of an export against those of the export before it."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import polars as pl
from msgspec import Struct

from funnelbook.model.meanings import Meanings
from funnelbook.model.pipelines import known_pipelines
from funnelbook.model.reading import Reading
from funnelbook.model.tables import TABLES
from funnelbook.project import Project
from funnelbook.sources.cells.words import folded
from funnelbook.sources.import_report import Comparison

_MOMENT = pl.Datetime("us", "UTC")
#: A deal has changed when one of these has.
_TELLING = tuple(name for name in TABLES["deals"].columns() if name not in ("file", "row", "snapshot", "deal_id"))
_MOVED, _REPRICED, _REASSIGNED = ("pipeline", "stage", "status"), ("value", "list_price", "currency"), ("owner",)


class Export(Struct, frozen=True):
    """What was exported on one day."""

    day: date | None
    reading: Reading


def compared(project: Project, export: Export, before: Export | None) -> Comparison:
    """The deals of an export against those of the one `before`, None = there is none.

    Names are told by what they mean: a renamed stage is no move, a renamed person no other owner.
    """
    facts = (*export.reading.pipelines, *(before.reading.pipelines if before else ()))
    meanings = Meanings(known_pipelines(project, facts), project.people)
    now = _facts(export, meanings, project.site.timezone)
    if before is None:
        return Comparison(None, now.height, 0, 0, ())
    then = _facts(before, meanings, project.site.timezone)
    both = now.join(then, on="deal_id", suffix="_before")
    vanished = then.join(now, on="deal_id", how="anti")
    persons = now["contact_id"].drop_nulls().implode()
    return Comparison(
        day=before.day,
        new=now.height - both.height,
        changed=_differing(both, _TELLING),
        vanished=vanished.height,
        vanished_ids=tuple(vanished["deal_id"].sort().to_list()),
        moved=_differing(both, _MOVED),
        repriced=_differing(both, _REPRICED),
        reassigned=_differing(both, _REASSIGNED),
        merged=int(vanished.select(pl.col("contact_id").is_in(persons).sum()).item()),
    )


def _facts(export: Export, meanings: Meanings, zone: ZoneInfo) -> pl.DataFrame:
    """The last row of each deal, names as what they meant on the day of the export."""
    none = TABLES["deals"].create_empty().lazy()
    taken = None if export.day is None else datetime.combine(export.day, time.min, zone).astimezone(UTC)
    deals = export.reading.tables.get("deals", none).with_columns(snapshot=pl.lit(taken, _MOMENT))
    rows = deals.collect().sort("file", "row").unique("deal_id", keep="last")
    meant = meanings.of(rows).select("pipeline", "stage", "owner", "currency")
    return rows.with_columns(*meant, folded(pl.col("source"))).select("deal_id", *_TELLING)


def _differing(both: pl.DataFrame, names: tuple[str, ...]) -> int:
    different = pl.any_horizontal(pl.col(name).ne_missing(pl.col(f"{name}_before")) for name in names)
    return int(both.select(different.sum()).item())
