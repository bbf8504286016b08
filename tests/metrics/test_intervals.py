"""Shares, intervals, bounds and quantiles against independent implementations (metrics.md, sections 1 and 2.8)."""

from __future__ import annotations

import math
from datetime import datetime
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.stats.proportion import proportion_confint

from funnelbook.metrics.calendar import Calendar
from funnelbook.metrics.intervals import bounds, share, wilson
from funnelbook.metrics.quantiles import quantile


def test_wilson_agrees_with_statsmodels() -> None:
    cases = [(part, whole) for whole in (1, 2, 3, 7, 40, 1000, 10**6) for part in {0, 1, whole // 3, whole}]
    frame = pl.DataFrame(cases, schema=["part", "whole"], orient="row")
    low, high = wilson(pl.col("part"), pl.col("whole"))
    for part, whole, ours_low, ours_high in frame.with_columns(low=low, high=high).rows():
        theirs = proportion_confint(part, whole, alpha=0.05, method="wilson")
        assert (ours_low, ours_high) == pytest.approx(theirs, abs=1e-12)
        assert 0 <= ours_low <= part / whole <= ours_high <= 1


def test_a_share_of_nothing_is_null() -> None:
    frame = pl.DataFrame({"part": [0, 0], "whole": [0, 4]})
    low, high = wilson(pl.col("part"), pl.col("whole"))
    rows = frame.select(share=share(pl.col("part"), pl.col("whole")), low=low, high=high).rows()
    assert rows[0] == (None, None, None)
    assert rows[1][:2] == (0.0, 0.0)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 5), st.integers(0, 5), st.integers(0, 4), st.booleans())
def test_bounds_hold_whatever_unknown_lost_deals_did(onward: int, stayed: int, unknown: int, last: bool) -> None:
    """2.8: of all ways the unknown deals may have gone, the least and the greatest conversion."""
    possible = []
    for reached_here in range(unknown + 1):
        for reached_next in range(0 if last else reached_here + 1) or [0]:
            if onward + stayed + reached_here:
                possible.append((onward + reached_next) / (onward + stayed + reached_here))
    low, high = bounds(
        pl.lit(onward + stayed), pl.lit(onward), pl.lit(unknown), last=pl.lit(last), first=pl.lit(value=False)
    )
    ours = pl.select(low=low, high=high).row(0)
    if not onward + stayed and last:
        assert ours[1] is None
    elif possible:
        assert ours == pytest.approx((min(possible), max(possible)))


def test_the_only_stage_has_one_bound() -> None:
    """2.8, k = 1: every unknown deal stood at the first stage and was not won."""
    low, high = bounds(pl.lit(6), pl.lit(3), pl.lit(2), last=pl.lit(value=True), first=pl.lit(value=True))
    assert pl.select(low=low, high=high).row(0) == (3 / 8, 3 / 8)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, 10**14), min_size=1, max_size=40), st.sampled_from([0.5, 0.75, 0.9]))
def test_quantiles_are_of_type_7(values: list[int], at: float) -> None:
    ours = pl.DataFrame({"v": values, "g": 0}).group_by("g").agg(q=quantile("v", at, 86_400_000_000))["q"][0]
    assert math.isclose(ours, float(np.quantile(values, at, method="linear")) / 86_400_000_000, rel_tol=1e-12)


@pytest.mark.parametrize(
    ("zone", "moment", "month"),
    [
        ("Europe/Moscow", "2024-01-31T21:00:00+00:00", "2024-02"),
        ("Europe/Moscow", "2024-01-31T20:59:59.999999+00:00", "2024-01"),
        ("America/New_York", "2024-04-01T03:59:59+00:00", "2024-03"),
        ("America/New_York", "2024-04-01T04:00:00+00:00", "2024-04"),
        ("Asia/Amman", "2022-03-31T21:00:00+00:00", "2022-04"),
    ],
)
def test_months_are_local_and_half_open(zone: str, moment: str, month: str) -> None:
    first, last = (
        datetime.fromisoformat("2021-12-31T12:00:00+00:00"),
        datetime.fromisoformat("2024-06-01T00:00:00+00:00"),
    )
    calendar = Calendar.covering(first, last, ZoneInfo(zone))
    instants = pl.Series([datetime.fromisoformat(moment), None], dtype=pl.Datetime("us", "UTC"))
    index = calendar.index(instants)
    assert calendar.labels[index[0]] == month
    assert index[1] is None
