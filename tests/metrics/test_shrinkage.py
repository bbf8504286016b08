"""Small numbers drawn to the mean of their group (metrics.md, section 3, `sellers`)."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.stats.proportion import proportion_confint

from funnelbook.metrics.shrinkage import Z998, group_of, wilson_of_share
from funnelbook.model.differences import Z

MEMBERS = st.lists(
    st.integers(1, 60).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))), min_size=1, max_size=8
)


@settings(max_examples=200, deadline=None)
@given(MEMBERS)
def test_a_shrunk_share_lies_between_its_own_and_the_mean(members: list[tuple[int, int]]) -> None:
    group = group_of(members)
    assert 0 <= group.correlation <= 0.99
    for won, n in members:
        share, low, high = group.shrunk(won, n)
        own = won / n
        assert min(own, group.mean) - 1e-12 <= share <= max(own, group.mean) + 1e-12
        assert 0 <= low <= share + 1e-12
        assert share - 1e-12 <= high <= 1
        narrow, wide = group.limits(n, Z), group.limits(n, Z998)
        assert wide[0] <= narrow[0] <= group.mean <= narrow[1] <= wide[1]


@pytest.mark.parametrize("members", [[(3, 10)], [(0, 4), (0, 9)], [(4, 4), (9, 9)], [(1, 1)], [(5, 10), (5, 10)]])
def test_where_nothing_tells_members_apart_all_have_the_mean(members: list[tuple[int, int]]) -> None:
    group = group_of(members)
    cases, won = sum(n for _, n in members), sum(won for won, _ in members)
    interval = proportion_confint(won, cases, method="wilson")
    assert group.correlation == 0
    assert group.shrunk(*members[0]) == pytest.approx((won / cases, *interval), abs=1e-12)


def test_members_far_apart_keep_their_own_shares() -> None:
    share, _, _ = group_of([(1000, 1000), (0, 1000)]).shrunk(0, 1000)
    assert share == pytest.approx(0, abs=1e-3)


def test_wilson_of_a_share_agrees_with_statsmodels() -> None:
    for won, n in ((0, 3), (3, 3), (7, 40)):
        assert wilson_of_share(won / n, n) == pytest.approx(proportion_confint(won, n, method="wilson"), abs=1e-12)
