"""`comeback_intervals` and `comeback_sales`: worked by hand, and against lifelines."""

from __future__ import annotations

import math
import random
import warnings
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_awkward_inputs import deal, results

from funnelbook.metrics.shrinkage import wilson_of_share
from funnelbook.metrics.survival import returned, returned_interval
from funnelbook.model.differences import Z


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 30), st.booleans()), min_size=2, max_size=40),
    st.sampled_from([0, 5, 30]),
)
def test_the_interval_rests_on_the_variance_that_lifelines_finds(lives: list[tuple[int, bool]], day: int) -> None:
    from lifelines import KaplanMeierFitter

    durations, events = pl.Series([each for each, _ in lives]), pl.Series([event for _, event in lives])
    share = returned(durations, events, day)
    if not 0 < share < 1:
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        fitted = KaplanMeierFitter(alpha=0.05).fit(durations.to_list(), events.to_list())
    lowest = fitted.confidence_interval_survival_function_.loc[:day].iloc[-1, 0]
    # lifelines gives exp(-exp(log(-log S) + z sigma / |log S|)) as the low end: sigma follows
    sigma = (math.log(-math.log(lowest)) - math.log(-math.log(1 - share))) * -math.log(1 - share) / Z
    cases = share / (1 - share) / sigma**2
    assert returned_interval(durations, events, day) == pytest.approx(wilson_of_share(share, cases), rel=1e-6)


def interval(deals: list[dict[str, Any]], party: str = "all", days: int = 90) -> dict[str, Any]:
    row = results(deals)["comeback_intervals"].one(party=party, days=days)
    assert row is not None
    return dict(row)


def test_losses_contacts_and_returns_are_counted() -> None:
    deals = [
        deal(0, 1, "lost", contact=1, party="refused"),
        deal(11, 12, "lost", contact=1),
        deal(42, contact=1),
        deal(0, 5, "lost", contact=2),
        deal(0, 5, "lost", contact=None),
    ]
    row = interval(deals)
    assert (row["losses"], row["contacts"], row["returns"], row["median_days"]) == (3, 2, 2, 20.0)
    refused = interval(deals, "refused")
    assert (refused["losses"], refused["returns"], refused["median_days"]) == (1, 1, 10.0)
    assert interval(deals, days=180)["returned_low"] is None
    assert interval(deals, "drifted")["losses"] == 0


def test_a_contact_with_twenty_deals_is_one_contact() -> None:
    row = interval([deal(2.0 * i, 2.0 * i + 1, "lost") for i in range(20)])
    assert (row["losses"], row["contacts"], row["returns"], row["median_days"]) == (20, 1, 19, 1.0)
    assert 0 < row["returned_low"] < row["returned_high"] <= 1


def test_sales_go_to_the_party_of_the_loss_before() -> None:
    deals = [
        deal(0, 1, "lost", party="refused"),
        deal(2, 3, "lost", party="drifted"),
        deal(4, 40, "won", value=7.0),
        deal(5, 41, "won"),
        deal(2.5, 39, "lost"),
        deal(50),
        deal(0, 45, "won", contact=2, value=9.0),
    ]
    rows = results(deals)["comeback_sales"].rows
    assert [tuple(row.values()) for row in rows] == [
        ("2024-01", "all", 1, 0, 0.0),
        ("2024-01", "refused", 1, 0, 0.0),
        ("2024-02", "all", 3, 2, 7.0),
        ("2024-02", "refused", 1, 0, 0.0),
        ("2024-02", "drifted", 2, 2, 7.0),
    ]


def test_a_deal_created_at_the_moment_of_the_loss_did_not_follow_it() -> None:
    assert results([deal(0, 5, "lost"), deal(5, 9, "won")])["comeback_sales"].rows == ()


def test_only_sales_or_no_contacts() -> None:
    only = results([deal(0, 5, "won"), deal(6, 9, "won")])
    assert only["comeback_sales"].rows == ()
    assert {row["losses"] for row in only["comeback_intervals"].rows} == {0}
    nobody = results([deal(0, 5, "lost", contact=None)])
    assert {nobody.absent[name] for name in ("comeback_sales", "comeback_intervals")} == {"no-contacts"}


def test_the_order_of_rows_does_not_matter() -> None:
    parties = ("refused", "declined", "drifted")
    deals = [deal(i % 7, 9 + i % 5, "lost", contact=i % 4, party=parties[i % 3]) for i in range(30)]
    deals += [deal(15 + i, 40, "won", contact=i, value=0.1 * i) for i in range(4)]
    shuffled = random.Random(3).sample(deals, len(deals))
    for name in ("comeback_sales", "comeback_intervals"):
        assert results(deals)[name].rows == results(shuffled)[name].rows
