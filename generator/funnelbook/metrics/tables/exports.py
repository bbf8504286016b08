"""`exports`: what each export of a series brought, compared with what the exports before it told.

Rows: the exports that tell of a deal, oldest first; absent below two of them.

- `as_of` is the local day of the newest fact in the export; `days` since the export before (of 24 hours).
- rows = deals + rejected + left_out: the rows of its files of deals, those that became a deal, those rejected,
  those ignored or repeated within the export.
- `new` were in no export before (null for the first, which is compared with nothing); `moved` changed pipeline,
  stage or status, `repriced` a price or its currency, `reassigned` the owner.
- `vanished` are in the export before and not in this one; of them `merged`, whose person has another deal here.
- `entries` into stages are known from this export alone: they happened since the export before it (of a deal that
  none had, since its creation), nobody knows when, and count as of this one.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import polars as pl

from funnelbook.metrics.absence import Absent
from funnelbook.metrics.calendar import MICROSECONDS_A_DAY
from funnelbook.metrics.ways import Ways

NAME = "exports"
#: What an export is compared with the one before for.
_COMPARED = ("new", "moved", "repriced", "reassigned", "vanished", "merged", "entries")
SCHEMA: Mapping[str, pl.DataType] = MappingProxyType(
    {
        "as_of": pl.String(),
        "days": pl.Float64(),
        **dict.fromkeys(("rows", "deals", "rejected", "left_out", *_COMPARED), pl.Int64()),
    }
)


def table(ways: Ways) -> pl.DataFrame:
    exports = ways.dataset.exports
    if exports.height < 2:
        raise Absent("no-series")
    first = pl.int_range(pl.len()) == 0
    local = pl.col("taken").dt.convert_time_zone(ways.project.site.timezone.key)
    return exports.with_columns(
        as_of=local.dt.strftime("%Y-%m-%d"),
        days=pl.col("taken").diff().dt.total_microseconds() / MICROSECONDS_A_DAY,
        **{name: pl.when(~first).then(name) for name in _COMPARED if name != "entries"},
    )
