"""Deals of an export against those of the export before it."""

from __future__ import annotations

from datetime import date

import polars as pl

from funnelbook.model.reading import Reading
from funnelbook.model.tables import TABLES
from funnelbook.sources.cells.words import folded
from funnelbook.sources.import_report import Comparison

#: A deal has changed when one of these has.
_TELLING = tuple(name for name in TABLES["deals"].columns() if name not in ("file", "row", "snapshot", "deal_id"))
_NAMES = frozenset({"pipeline", "stage", "owner", "source"})
_MOVED, _REPRICED, _REASSIGNED = ("pipeline", "stage", "status"), ("value", "list_price", "currency"), ("owner",)


def compared(reading: Reading, day: date | None, before: Reading | None) -> Comparison:
    """Deals of `reading` against those of `before`, the export of `day`; None = there is none before."""
    now = _facts(reading)
    if before is None:
        return Comparison(None, now.height, 0, 0, ())
    then = _facts(before)
    both = now.join(then, on="deal_id", suffix="_before")
    vanished = then.join(now, on="deal_id", how="anti")
    persons = now["contact_id"].drop_nulls().implode()
    return Comparison(
        day=day,
        new=now.height - both.height,
        changed=_differing(both, _TELLING),
        vanished=vanished.height,
        vanished_ids=tuple(vanished["deal_id"].sort().to_list()),
        moved=_differing(both, _MOVED),
        repriced=_differing(both, _REPRICED),
        reassigned=_differing(both, _REASSIGNED),
        merged=int(vanished.select(pl.col("contact_id").is_in(persons).sum()).item()),
    )


def _facts(reading: Reading) -> pl.DataFrame:
    """The last row of each deal, names as they are compared."""
    if "deals" not in reading.tables:
        return TABLES["deals"].create_empty().select("deal_id", *_TELLING)
    rows = reading.tables["deals"].collect().sort("file", "row").unique("deal_id", keep="last")
    return rows.select("deal_id", *(folded(pl.col(name)) if name in _NAMES else pl.col(name) for name in _TELLING))


def _differing(both: pl.DataFrame, names: tuple[str, ...]) -> int:
    different = pl.any_horizontal(pl.col(name).ne_missing(pl.col(f"{name}_before")) for name in names)
    return int(both.select(different.sum()).item())
