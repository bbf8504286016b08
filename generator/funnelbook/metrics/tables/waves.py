"""`waves`: what each wave of sales brought in (metrics.md, section 3, `leads`).

Rows: month of creation, wave (`easy`, `hard`, `returned`, in this order); every month in which deals were created,
all pipelines together. `sales` are the counts of the same names in the table `leads`; `revenue` their values
together, in the site's currency, sales without a value adding nothing. `returned` overlaps with the other two:
easy + hard are all sales, and `returned` is never to be added to them. Young months still grow.
`easy_days`, the same in every row, is the most days from creation to winning of an easy sale, null when unknown.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import polars as pl

from funnelbook.metrics.tables.leads import WAVES, easy_days, known_sum, wave_marks
from funnelbook.metrics.tables.temperature import money
from funnelbook.metrics.ways import Ways

NAME = "waves"
SCHEMA: Mapping[str, pl.DataType] = MappingProxyType(
    {
        "month": pl.String(),
        "wave": pl.String(),
        "sales": pl.Int64(),
        "revenue": pl.Float64(),
        "easy_days": pl.Float64(),
    }
)


def table(ways: Ways) -> pl.DataFrame:
    months = ways.deals.select("cohort", "value", *wave_marks(ways)).group_by("cohort")
    waves = [
        months.agg(
            wave=pl.lit(name),
            order=pl.lit(number),
            sales=known_sum(name),
            revenue=pl.when(pl.col(name).count() > 0).then(money(pl.col(name))),
        )
        for number, name in enumerate(WAVES)
    ]
    rows = pl.concat(waves).sort("cohort", "order")
    return rows.with_columns(
        ways.calendar.label("cohort").alias("month"), easy_days=pl.lit(easy_days(ways), pl.Float64)
    )
