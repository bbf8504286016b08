"""Time to an event, against lifelines and statsmodels (metrics.md, section 3, `eventual` and `comebacks`)."""

from __future__ import annotations

import warnings
from collections import Counter

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.duration.survfunc import CumIncidenceRight, SurvfuncRight
from statsmodels.stats.proportion import proportion_confint

from funnelbook.metrics.survival import incidence, returned, returned_interval

#: Whole day, and 0 = watched until then, 1 = won, 2 = lost.
LIVES = st.lists(st.tuples(st.integers(0, 30), st.integers(0, 2)), min_size=1, max_size=40)


def curve(lives: list[tuple[int, int]]) -> pl.DataFrame:
    days = pl.DataFrame(lives, schema=["day", "state"], orient="row").with_columns(who=pl.lit("all"))
    counts = days.group_by("who", "day").agg(
        won=(pl.col("state") == 1).sum(), lost=(pl.col("state") == 2).sum(), left=pl.len()
    )
    return incidence(counts, ("who",))


@settings(max_examples=60, deadline=None)
@given(LIVES)
def test_incidence_agrees_with_statsmodels(lives: list[tuple[int, int]]) -> None:
    rows = curve(lives)
    assert rows["day"].to_list() == sorted({day for day, state in lives if state})
    assert rows["incidence"].is_sorted()
    if {state for _, state in lives} >= {1, 2}:
        theirs = CumIncidenceRight([day for day, _ in lives], [state for _, state in lives])
        known = dict(zip(theirs.times, theirs.cinc[0], strict=True))
        for day, share in rows.select("day", "incidence").rows():
            assert share == pytest.approx(known[day], abs=1e-12)


def test_incidence_agrees_with_lifelines() -> None:
    from lifelines import AalenJohansenFitter

    lives = [(3 * i % 41, (1, 0, 2, 1, 2, 0, 0)[i % 7]) for i in range(1, 41)]
    assert max(Counter(day for day, _ in lives).values()) == 1, "lifelines breaks ties by chance"
    fitter = AalenJohansenFitter(calculate_variance=False)
    fitter.fit([day for day, _ in lives], [state for _, state in lives], event_of_interest=1)
    theirs = fitter.cumulative_density_.iloc[:, 0]
    for day, share in curve(lives).select("day", "incidence").rows():
        assert share == pytest.approx(theirs.loc[day], abs=1e-12)


@settings(max_examples=40, deadline=None)
@given(LIVES, st.sampled_from([0, 5, 30, 90]))
def test_returned_agrees_with_lifelines(lives: list[tuple[int, int]], day: int) -> None:
    from lifelines import KaplanMeierFitter

    durations, events = [each for each, _ in lives], [state == 1 for _, state in lives]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        theirs = 1 - KaplanMeierFitter().fit(durations, events).survival_function_at_times(day).iloc[0]
    assert returned(pl.Series(durations), pl.Series(events), day) == pytest.approx(theirs, abs=1e-12)


@settings(max_examples=60, deadline=None)
@given(LIVES, st.sampled_from([0, 5, 30]))
def test_the_interval_is_wilsons_on_as_many_cases_as_greenwoods_variance_tells(
    lives: list[tuple[int, int]], day: int
) -> None:
    durations, events = [each for each, _ in lives], [state == 1 for _, state in lives]
    theirs = SurvfuncRight(durations, events)
    before = [number for number, time in enumerate(theirs.surv_times) if time <= day]
    found = returned_interval(pl.Series(durations), pl.Series(events), day)
    if not before or not 0 < theirs.surv_prob[before[-1]] < 1:
        assert found is None or 0 <= found[0] <= found[1] <= 1
        return
    staying = theirs.surv_prob[before[-1]]
    cases = staying * (1 - staying) / theirs.surv_prob_se[before[-1]] ** 2
    low, high = proportion_confint((1 - staying) * cases, cases, method="wilson")
    assert found == pytest.approx((low, high), abs=1e-9)


@pytest.mark.parametrize("back", [0, 3, 10])
def test_the_interval_of_those_all_watched_is_wilsons(back: int) -> None:
    durations, events = pl.Series([4] * back + [40] * (10 - back)), pl.Series([True] * back + [False] * (10 - back))
    assert returned_interval(durations, events, 30) == pytest.approx(
        proportion_confint(back, 10, method="wilson"), abs=1e-12
    )


def test_nobody_watched_so_long_has_no_interval() -> None:
    assert returned_interval(pl.Series([3, 9]), pl.Series([False, False]), 30) is None


def test_events_come_before_censoring_at_ties() -> None:
    assert curve([(5, 1), (5, 0)])["incidence"].to_list() == [0.5]
    assert returned(pl.Series([5, 5]), pl.Series([True, False]), 5) == 0.5


def test_without_a_winning_the_incidence_is_zero() -> None:
    assert curve([(2, 2), (4, 0), (6, 2)]).select("day", "at_risk", "incidence").rows() == [
        (2, 3, 0.0),
        (6, 1, 0.0),
    ]
