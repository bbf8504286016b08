"""`prices` and `price_value`: worked by hand, with ties, few deals, values or reasons missing."""

from __future__ import annotations

import random
from typing import Any

import pytest
from datasets_by_hand import dataset
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from test_awkward_inputs import ONE, deal, results
from test_ways import LINE, PROJECT, day

from funnelbook.metrics import compute
from funnelbook.model.differences import wilson


def lost(cause: str, **facts: Any) -> dict[str, Any]:
    return deal(1, 9, "lost", **{"cause": cause, "position": 1} | facts)


def valued(values: list[float], **facts: Any) -> list[dict[str, Any]]:
    return [deal(1, 9, "won", value=value, **facts) for value in values]


def test_price_losses_are_counted_among_those_with_a_recorded_cause() -> None:
    deals = [
        *(lost("price_value", source="ads") for _ in range(3)),
        lost("fear", source="site"),
        lost("none", source="ads"),
        lost("price_value", source=None, position=2),
        deal(2, 9, "won", source="ads"),
        deal(-500, -450, "lost", cause="price_value"),
    ]
    rows = results(deals)["price_value"].rows
    assert [(row["dimension"], row["member"], row["with_cause"], row["price_value"]) for row in rows] == [
        ("all", "all", 5, 4),
        ("stage", "one", 4, 3),
        ("stage", "two", 1, 1),
        ("source", "ads", 3, 3),
        ("source", "site", 1, 0),
        ("source", "—", 1, 1),
    ]
    expected = wilson(4, 5)
    assert expected is not None
    assert (rows[0]["share"], rows[0]["share_low"], rows[0]["share_high"]) == pytest.approx(
        (0.8, expected.low, expected.high)
    )


def test_a_loss_at_an_unknown_stage_stands_last() -> None:
    rows = results([lost("fear", position=None), lost("fear", position=3)])["price_value"].where(dimension="stage")
    assert [row["member"] for row in rows] == ["three", "—"]


def test_without_any_reason_there_is_no_table_and_without_losses_an_empty_one() -> None:
    assert results([lost("none"), deal(1, 5, "won")]).absent["price_value"] == "no-reasons"
    assert results([deal(1, 5, "won"), deal(3)])["price_value"].rows == ()


def test_quartiles_of_the_value_are_the_buckets() -> None:
    # 40 values 1..40: type 7 cuts at 10.75, 20.5 and 30.25
    deals = valued([float(value) for value in range(1, 41)])
    for number in (0, 1, 2, 39):
        deals[number] |= {"status": "lost", "cause": "price_value" if number != 2 else "none", "party": "declined"}
    rows = results(deals)["prices"].rows
    told = [(row["bucket"], row["from"], row["to"], row["closed"], row["won"]) for row in rows]
    assert told == [(1, 1, 10, 10, 7), (2, 11, 20, 10, 10), (3, 21, 30, 10, 10), (4, 31, 40, 10, 9)]
    assert [(row["with_cause"], row["price_value"]) for row in rows] == [(2, 2), (0, 0), (0, 0), (1, 1)]
    assert [row["share"] for row in rows] == [1.0, None, None, 1.0]
    assert rows[0]["win_rate"] == 0.7


def test_few_deals_make_fewer_buckets() -> None:
    assert [row["closed"] for row in results(valued([1.0, 2.0, 3.0]))["prices"].rows] == [3]
    twenty = results(valued([float(value) for value in range(20)]))["prices"].rows
    assert [(row["bucket"], row["closed"]) for row in twenty] == [(1, 10), (2, 10)]


def test_deals_of_one_value_stand_together() -> None:
    assert [row["closed"] for row in results(valued([5.0] * 50))["prices"].rows] == [50]
    rows = results(valued([5.0] * 30 + [9.0] * 10))["prices"].rows
    assert [(row["bucket"], row["from"], row["to"], row["closed"]) for row in rows] == [
        (1, 5, 5, 30),
        (2, 9, 9, 10),
    ]


def test_deals_without_a_value_are_a_row_of_their_own() -> None:
    deals = [*valued([4.0]), deal(1, 9, "won"), lost("fear", value=None)]
    rows = results(deals)["prices"].rows
    assert [(row["bucket"], row["from"], row["closed"], row["won"]) for row in rows] == [
        (1, 4, 1, 1),
        (None, None, 2, 1),
    ]
    assert results([deal(1, 9, "won")]).absent["prices"] == "no-values"


def test_open_deals_and_those_closed_earlier_have_no_part() -> None:
    deals = [*valued([4.0]), deal(3, value=4.0), deal(-500, -450, "won", value=4.0)]
    assert [row["closed"] for row in results(deals)["prices"].rows] == [1]


def test_pipelines_are_cut_apart_and_the_order_of_rows_does_not_matter() -> None:
    deals = [*valued([1.0, 2.0] * 10), *valued([100.0, 200.0] * 10, pipeline=1), lost("fear", pipeline=1)]
    shuffled = random.Random(1).sample(deals, len(deals))
    lines = [LINE, replace(ONE, name="second")]
    tables = [compute(dataset(lines, day(100), some), PROJECT) for some in (deals, shuffled)]
    for name in ("prices", "price_value"):
        assert tables[0][name].rows == tables[1][name].rows
    told = [(row["pipeline"], row["from"], row["closed"]) for row in tables[0]["prices"].rows]
    assert told == [("main", 1, 10), ("main", 2, 10), ("second", 100, 10), ("second", 200, 10), ("second", None, 1)]


def quantile(values: list[float], share: float) -> float:
    """Type 7, as Hyndman and Fan (1996) give it."""
    ordered, place = sorted(values), share * (len(values) - 1)
    low = int(place)
    high = min(low + 1, len(values) - 1)
    return ordered[low] + (place - low) * (ordered[high] - ordered[low])


@settings(max_examples=12, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.none() | st.sampled_from([1.0, 2.5, 3.0, 700.0]) | st.floats(1, 1e6),
            st.sampled_from(["won", "price_value", "fear", "none"]),
        ),
        min_size=1,
        max_size=90,
    )
)
def test_prices_equal_a_naive_count(sold: list[tuple[float | None, str]]) -> None:
    deals = [deal(1, 9, "won", value=value) if how == "won" else lost(how, value=value) for value, how in sold]
    made = results(deals)
    values = [value for value, _ in sold if value is not None]
    if not values:
        assert made.absent["prices"] == "no-values"
        return
    wanted = min(4, max(1, len(values) // 10))
    cuts = [quantile(values, number / wanted) for number in range(1, wanted)]
    places = [None if value is None else sum(value > cut for cut in cuts) for value, _ in sold]
    expected = []
    for place in [*sorted({each for each in places if each is not None}), *([None] if None in places else [])]:
        group = [each for each, where in zip(sold, places, strict=True) if where == place]
        hows = [how for _, how in group]
        told = [how for how in hows if how not in {"won", "none"}]
        expected.append((len(group), hows.count("won"), len(told), told.count("price_value")))
    rows = made["prices"].rows
    assert [(row["closed"], row["won"], row["with_cause"], row["price_value"]) for row in rows] == expected
