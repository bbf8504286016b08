"""`restated`: figures of months that a release published and that come out otherwise today.

Rows: month, pipeline, figure (in the order of `model.published.FIGURES`), sorted so. `published` is the value in
`version`, the first release that was made when the month was over; `now` today's. Both in the figure's own unit
(deals, the site's currency, a share of 1); null = there is none, for `now` also when the pipeline has no such month
any more.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import polars as pl

from funnelbook.model.published import FIGURES, Firsts, differ
from funnelbook.model.results import Table

NAME = "restated"
SCHEMA: Mapping[str, pl.DataType] = MappingProxyType(
    {
        **dict.fromkeys(("month", "pipeline", "figure", "version"), pl.String()),
        **dict.fromkeys(("published", "now"), pl.Float64()),
    }
)


def table(monthly: Table, firsts: Firsts) -> Table:
    """The figures that differ. `monthly` is the table of that name."""
    today = {(row["month"], row["pipeline"]): row for row in monthly.rows if row["dimension"] == "all"}
    rows = [
        (*key, figure, firsts[key].version, published, now)
        for key in sorted(firsts)
        for figure in FIGURES
        if differ(published := firsts[key].figures[figure], now := today.get(key, {}).get(figure))
    ]
    return Table(NAME, pl.DataFrame(rows, schema=dict(SCHEMA), orient="row"))
