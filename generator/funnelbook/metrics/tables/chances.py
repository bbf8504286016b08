"""`chances`: the closed deals that `worth` counts its chances over, and what a stage asks of the buyer.

Rows: pipeline, position; pipelines that have deals. `buyer_effort`, 0-10, is as declared, null where nobody told.
`reached` deals of the reference came to the stage or beyond it and `won` of them were won: won / reached is
`win_chance` of `worth`, `win_low` and `win_high` its Wilson interval. A lost deal of unknown furthest stage counts
at position 1. `mean_sale` is the mean value of the reference's won deals that have one, the pipeline's.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

import polars as pl

from funnelbook.metrics.reference import chances_of, reached_of
from funnelbook.metrics.ways import Ways
from funnelbook.model.differences import wilson

NAME = "chances"
SCHEMA: Mapping[str, pl.DataType] = MappingProxyType(
    {
        "pipeline": pl.String(),
        "position": pl.Int64(),
        "stage": pl.String(),
        "buyer_effort": pl.Float64(),
        **dict.fromkeys(("reached", "won"), pl.Int64()),
        **dict.fromkeys(("win_low", "win_high", "mean_sale"), pl.Float64()),
    }
)


def table(ways: Ways) -> pl.DataFrame:
    reached, chances = reached_of(ways), chances_of(ways)
    used = ways.deals["pipeline"].unique().sort()
    rows = [row for number in used for row in _rows(ways, number, reached[number], chances[number].sale)]
    return pl.DataFrame(rows, schema=SCHEMA)


def _rows(ways: Ways, number: int, reached: tuple[int, ...], sale: float | None) -> Iterator[dict[str, Any]]:
    pipeline = ways.pipelines[number]
    for position, stage in enumerate(pipeline.stages, 1):
        share = wilson(reached[-1], reached[position - 1])
        yield {
            "pipeline": pipeline.name,
            "position": position,
            "stage": stage.name,
            "buyer_effort": stage.buyer_effort,
            "reached": reached[position - 1],
            "won": reached[-1],
            "win_low": share and share.low,
            "win_high": share and share.high,
            "mean_sale": sale,
        }
