"""Names beside their points."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from funnelbook.charts.placing import Box, place

PLANE = Box(0, 0, 300, 200)
NAMED = st.lists(st.tuples(st.tuples(st.integers(0, 300), st.integers(0, 200)), st.integers(10, 120)), max_size=25)


def test_a_name_goes_right_of_its_point_else_left_of_it() -> None:
    assert place([((50, 100), 80)], PLANE) == [Box(59, 92.5, 139, 107.5)]
    assert place([((250, 100), 80)], PLANE) == [Box(161, 92.5, 241, 107.5)]


def test_a_name_without_room_is_left_out() -> None:
    assert place([((150, 100), 400)], PLANE) == [None]


@settings(max_examples=100, deadline=None)
@given(NAMED)
def test_no_name_covers_another_or_a_point(named: list[tuple[tuple[int, int], int]]) -> None:
    boxes = [box for box in place([((x, y), width) for (x, y), width in named], PLANE) if box]
    assert all(box.within(PLANE) for box in boxes)
    assert not any(one.meets(other) for number, one in enumerate(boxes) for other in boxes[:number])
    points = [Box(x - 5, y - 5, x + 5, y + 5) for (x, y), _ in named]
    assert not any(box.meets(point) for box in boxes for point in points)
