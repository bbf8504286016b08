"""The stages of a pipeline that nobody declared, told from what deals did: metrics.md, section 1."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations

import polars as pl

from funnelbook.model.pipeline import LOST_CODE, WON_CODE, Pipeline, fold
from funnelbook.model.pipelines import UNNAMED, open_stages

_SYSTEM = Pipeline(UNNAMED, (), (), (), 1.0, "inferred").codes()


def infer_pipeline(name: str, deals: pl.DataFrame, histories: pl.DataFrame, spelled: Sequence[str]) -> Pipeline:
    """The pipeline as its deals show it. `spelled` names the stages by number.

    deals: `deal`, `stage` (number or null), `status`; histories: `deal`, `at`, `stage`; both in file order.

    Open stages are ranked by Copeland score over first entries, ties by first appearance: in the histories, then
    in the deals. So without histories the order is that of first appearance alone.
    """
    walked = _by_time(histories)
    numbers = _appearance(histories, deals)
    closings = _closings(deals, walked, {number: spelled[number] for number in numbers})
    ranked = _rank([number for number in numbers if number not in closings], walked)
    won = [spelled[number] for number, code in closings.items() if code == WON_CODE]
    lost = [spelled[number] for number, code in closings.items() if code == LOST_CODE]
    stages = open_stages(spelled[number] for number in ranked)
    return Pipeline(name, stages, tuple(won), tuple(lost), 1.0, "inferred")


def _by_time(histories: pl.DataFrame) -> pl.DataFrame:
    """Each deal's rows together and by time, ties as in the file. Most files are in this order already."""
    deal, at = pl.col("deal"), pl.col("at")
    later = (deal > deal.shift(1)) | ((deal == deal.shift(1)) & (at >= at.shift(1)))
    if histories.select(later.all()).item():
        return histories
    return histories.sort("deal", "at", maintain_order=True)


def _appearance(histories: pl.DataFrame, deals: pl.DataFrame) -> list[int]:
    seen = pl.concat([frame["stage"].drop_nulls().unique(maintain_order=True) for frame in (histories, deals)])
    return seen.unique(maintain_order=True).to_list()


def _closings(deals: pl.DataFrame, walked: pl.DataFrame, names: Mapping[int, str]) -> dict[int, int]:
    """Number of a stage -> `WON_CODE` or `LOST_CODE`, by first appearance.

    A closing is a name that means one anywhere, or one that only won, or only lost, deals bear and that at most
    half of the histories which have it go on from. A deal bears its current stage, else the last of its history; a
    history goes on from a stage when its last row is another.
    """
    last = walked.filter(pl.col("deal").shift(-1).ne_missing(pl.col("deal"))).select("deal", end="stage")
    borne = deals.join(last, on="deal", how="left", maintain_order="left").select(
        "status", stage=pl.coalesce("stage", "end")
    )
    outcomes = borne.drop_nulls("stage").group_by("stage").agg(pl.col("status").unique().cast(pl.String))
    of_stage = dict(zip(outcomes["stage"].to_list(), outcomes["status"].to_list(), strict=True))
    having = dict(walked.group_by("stage").agg(pl.col("deal").n_unique()).iter_rows())
    ending = dict(last.group_by("end").len().iter_rows())
    found = {}
    for number, name in names.items():
        one = {("won",): WON_CODE, ("lost",): LOST_CODE}.get(tuple(of_stage.get(number, ())))
        goes_on = having.get(number, 0) - ending.get(number, 0)
        if one is not None and 2 * goes_on <= having.get(number, 0):
            found[number] = one
        if fold(name) in _SYSTEM:
            found[number] = _SYSTEM[fold(name)]
    return found


def _rank(numbers: Sequence[int], walked: pl.DataFrame) -> list[int]:
    """Copeland: how many other stages more deals met first after this one, less those met before it."""
    if walked.is_empty():
        return list(numbers)
    firsts = _first_entries(numbers, walked)
    score = dict.fromkeys(numbers, 0)
    for one, other in combinations(numbers, 2):
        first = (firsts[str(one)] < firsts[str(other)]).drop_nulls()
        before = first.filter(first).len()
        lead = 2 * before - first.len()
        score[one] += (lead > 0) - (lead < 0)
        score[other] -= (lead > 0) - (lead < 0)
    return sorted(numbers, key=lambda number: -score[number])


def _first_entries(numbers: Sequence[int], walked: pl.DataFrame) -> pl.DataFrame:
    """One row a deal, one column a stage: the order number of its first entry there, null = never."""
    deals = walked["deal"].rle_id()
    ordered = walked.select("stage", deal=deals).with_row_index("order")
    size = int(str(deals[-1])) + 1
    columns = {}
    for number in numbers:
        first = ordered.filter(pl.col("stage") == number).unique("deal", keep="first", maintain_order=True)
        columns[str(number)] = pl.Series([None], dtype=pl.UInt32).new_from_index(0, size)
        columns[str(number)] = columns[str(number)].scatter(first["deal"], first["order"])
    return pl.DataFrame(columns)
