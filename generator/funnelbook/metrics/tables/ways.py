"""`ways`: what the history of a cohort's deals looks like (metrics.md, section 3).

Rows: pipeline, cohort (`all` first).
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import polars as pl

from funnelbook.metrics.ways import Ways

NAME = "ways"
_COUNTS: Mapping[str, pl.Expr] = MappingProxyType(
    {
        "deals": pl.len(),
        **{f"basis_{basis}": (pl.col("basis") == basis).sum() for basis in ("history", "snapshots", "current")},
        "skipping": (pl.col("skipped") > 0).sum(),
        "moved_back": pl.col("moved_back").sum(),
        "reopened": pl.col("reopened").sum(),
        "unknown_lost": pl.col("furthest").is_null().sum(),
    }
)
SCHEMA: Mapping[str, pl.DataType] = MappingProxyType(
    {"cohort": pl.String(), "pipeline": pl.String(), **dict.fromkeys(_COUNTS, pl.Int64())}
)


def table(ways: Ways) -> pl.DataFrame:
    by_month = ways.deals.group_by("pipeline", month=pl.col("cohort") + 1).agg(**_COUNTS)
    whole = ways.deals.group_by("pipeline").agg(**_COUNTS).with_columns(month=pl.lit(0, pl.UInt16))
    rows = pl.concat([whole.select(by_month.columns), by_month]).sort("pipeline", "month")
    return rows.with_columns(ways.cohort_label())
