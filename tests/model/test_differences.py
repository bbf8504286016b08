"""Differences against published figures and a hand-made example."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

from funnelbook.model.differences import (
    Interval,
    Share,
    apart,
    log_ratio,
    natural_limits,
    newcombe,
    same_rate,
    wilson,
)


@given(st.integers(1, 500).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_wilson_equals_the_reference_implementation(case: tuple[int, int]) -> None:
    share = wilson(*case)
    low, high = proportion_confint(*case, method="wilson")
    assert share is not None
    assert share.low == pytest.approx(low, abs=1e-12)
    assert share.high == pytest.approx(high, abs=1e-12)


def share(successes: int, n: int) -> Share:
    found = wilson(successes, n)
    assert found is not None
    return found


@pytest.mark.parametrize("case", [(56, 70, 48, 80), (9, 10, 3, 10), (6, 7, 2, 7), (10, 10, 0, 20)])
def test_newcombe_equals_the_reference_implementation(case: tuple[int, int, int, int]) -> None:
    now, n_now, before, n_before = case
    found = newcombe(share(now, n_now), share(before, n_before))
    low, high = confint_proportions_2indep(now, n_now, before, n_before, method="newcomb", compare="diff")
    assert (found.low, found.high) == pytest.approx((low, high), abs=1e-9)


def test_newcombe_of_the_golden_leak() -> None:
    found = newcombe(share(1, 2), share(1, 1))
    assert (found.value, found.low, found.high) == pytest.approx((-0.5, -0.905469, 0.391049), abs=1e-6)
    assert found.noise


def test_a_share_without_cases_is_no_share() -> None:
    assert wilson(0, 0) is None


def test_counts_are_compared_per_day() -> None:
    assert same_rate(20, 22, 30, 31) is True
    assert same_rate(40, 15, 30, 31) is False
    assert same_rate(15, 15, 10, 31) is False
    assert same_rate(0, 0, 30, 30) is None


def test_a_ratio_of_shares_has_katzs_interval() -> None:
    low, high = confint_proportions_2indep(10, 100, 20, 90, compare="ratio", method="log")
    ratio = log_ratio((10, 100), (20, 90))
    assert ratio is not None
    assert (math.exp(ratio.low), math.exp(ratio.high)) == pytest.approx((low, high))
    assert math.exp(ratio.value) == pytest.approx(0.1 / (20 / 90))


def test_a_ratio_without_a_success_is_not_known() -> None:
    assert log_ratio((0, 10), (3, 10)) is None
    assert log_ratio((3, 10), (0, 0)) is None


def test_natural_limits_need_half_a_year() -> None:
    assert natural_limits([1, 2, 3, 4, 5]) is None


def test_natural_limits_are_the_individuals_charts() -> None:
    limits = natural_limits([10, 12, 11, 13, 12, 14])
    assert limits is not None
    assert (limits.low, limits.high) == pytest.approx((12 - 2.66 * 1.6, 12 + 2.66 * 1.6))
    assert limits.holds(12)
    assert not limits.holds(17)


def test_the_lower_limit_of_an_amount_is_not_negative() -> None:
    limits = natural_limits([0, 10, 0, 10, 0, 10])
    assert limits is not None
    assert limits.low == 0


def test_figures_with_overlapping_and_with_distant_intervals() -> None:
    # limits of 10 (8 to 13) less 6 (5 to 8): 4 - sqrt(2² + 2²) and 4 + sqrt(3² + 1²)
    close = apart(Interval(10, 8, 13), Interval(6, 5, 8))
    assert (close.value, close.low, close.high) == pytest.approx((4, 4 - math.sqrt(8), 4 + math.sqrt(10)))
    assert not close.noise
    assert apart(Interval(10, 5, 13), Interval(6, 5, 8)).noise


@given(st.integers(1, 90).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))), st.integers(0, 40))
def test_shares_are_a_case_of_figures_with_intervals(case: tuple[int, int], successes: int) -> None:
    one, other = share(*case), share(successes, 40)
    as_figures = apart(Interval(one.value, one.low, one.high), Interval(other.value, other.low, other.high))
    assert as_figures == newcombe(one, other)
