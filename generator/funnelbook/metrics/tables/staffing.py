"""`staffing`: the sellers there are in each month of `capacity_plan`, and their hours.

Rows: month, as a whole. `sellers` are the people of role seller who have hours in it; hours_available, theirs,
is that of `capacity_plan`; hours_of_seller = hours_available / sellers. Null when somebody's hours are not
told.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import polars as pl

from funnelbook.metrics.ways import Ways
from funnelbook.metrics.working_time import planned_months

NAME = "staffing"
SCHEMA: Mapping[str, pl.DataType] = MappingProxyType(
    {
        "month": pl.String(),
        "sellers": pl.Int64(),
        "hours_available": pl.Float64(),
        "hours_of_seller": pl.Float64(),
    }
)


def table(ways: Ways) -> pl.DataFrame:
    """Raises Absent when there is no team."""
    rows = [(month.label, month.sellers, month.hours, month.of_seller) for month in planned_months(ways)]
    return pl.DataFrame(rows, schema=SCHEMA, orient="row")
