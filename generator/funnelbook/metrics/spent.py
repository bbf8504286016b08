"""What the deals closed in a month had cost, by stage: metrics.md, section 3, `cost` and `tasks`."""

from __future__ import annotations

import polars as pl

from funnelbook.metrics.absence import Absent
from funnelbook.metrics.costs import is_priced
from funnelbook.metrics.stages import positions
from funnelbook.metrics.ways import Ways

#: The position of what was spent to win the lead; it stands after the stages.
ACQUISITION = 255
_GROUP = ("dimension", "member", "pipeline", "closing")


def spent_of(ways: Ways) -> pl.DataFrame:
    """`dimension`, `member`, `pipeline`, `closing`, `position`, `spent_on_won`, `spent_on_lost` where deals closed.

    Every position 1..k of a pipeline and ACQUISITION; a deal costs a stage's price once when it stood there. Raises
    Absent when neither a stage has a price nor a source any spend.
    """
    if ways.dataset.spend.is_empty() and not any(is_priced(pipeline, ways.project) for pipeline in ways.pipelines):
        raise Absent("no-costs")
    closed = ways.deals.filter(pl.col("closed").is_not_null())
    return pl.concat([_stages(ways, closed), _acquisition(ways, closed)]).sort(*_GROUP, "position")


def _stages(ways: Ways, closed: pl.DataFrame) -> pl.DataFrame:
    """Deals that came so far or further, less those that skipped the stage, times its price."""
    by = ("pipeline", "closing", "position")
    won = (pl.col("status") == "won").alias("won")
    furthest = closed.select("deal", won, position=pl.min_horizontal(pl.col("furthest").fill_null(1), "k"))
    skips = ways.skips.join(closed.select("deal", won), on="deal")
    counts = [pl.col("won").sum().alias("won"), (~pl.col("won")).sum().alias("lost")]
    ended = ways.slicer.cut(furthest, by, counts)
    skipped = ways.slicer.cut(skips, by, counts).rename({"won": "won_skipped", "lost": "lost_skipped"})
    rows = (
        ended.select(_GROUP)
        .unique()
        .join(positions(ways.pipelines).join(_prices(ways), on=["pipeline", "position"]), on="pipeline")
        .join(ended, on=[*_GROUP, "position"], how="left")
        .join(skipped, on=[*_GROUP, "position"], how="left")
        .with_columns(pl.col("won", "lost", "won_skipped", "lost_skipped").fill_null(0).cast(pl.Int64))
        .sort(*_GROUP, "position")
    )
    stood = {name: pl.col(name).cum_sum(reverse=True).over(_GROUP) for name in ("won", "lost")}
    return rows.select(
        *_GROUP,
        "position",
        spent_on_won=(stood["won"] - pl.col("won_skipped")) * pl.col("price"),
        spent_on_lost=(stood["lost"] - pl.col("lost_skipped")) * pl.col("price"),
    )


def _prices(ways: Ways) -> pl.DataFrame:
    rows = [
        (number, position, price)
        for number, prices in enumerate(ways.costs.of_stages)
        for position, price in enumerate(prices, 1)
    ]
    schema = {"pipeline": pl.UInt8, "position": pl.UInt8, "price": pl.Float64}
    return pl.DataFrame(rows, schema=schema, orient="row")


def _acquisition(ways: Ways, closed: pl.DataFrame) -> pl.DataFrame:
    shares = closed.select("deal", "status", share=ways.costs.acquisition.gather(closed["deal"]))
    sums = [
        pl.col("share").filter(pl.col("status") == status).sum().cast(pl.Float64).alias(f"spent_on_{status}")
        for status in ("won", "lost")
    ]
    rows = ways.slicer.cut(shares, ("pipeline", "closing"), sums)
    position = pl.lit(ACQUISITION, pl.UInt8).alias("position")
    return rows.select(*_GROUP, position, "spent_on_won", "spent_on_lost")
