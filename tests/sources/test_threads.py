"""Work in several threads: in order, few items at a time, the first failure told."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from funnelbook.sources.threads import in_turn


class Item:
    alive = 0

    def __init__(self, number: int) -> None:
        self.number = number
        Item.alive += 1

    def __del__(self) -> None:
        Item.alive -= 1


@pytest.mark.parametrize("threads", [1, 2, 3, 64])
def test_no_more_items_are_held_than_are_worked_on(monkeypatch: pytest.MonkeyPatch, threads: int) -> None:
    monkeypatch.setattr("polars.thread_pool_size", lambda: threads)
    most = list[int]()

    def items() -> Iterator[Item]:
        for number in range(50):
            yield Item(number)
            most.append(Item.alive)

    assert in_turn(lambda item: item.number, items()) == list(range(50))
    assert max(most) <= min(threads, 4)
    assert Item.alive == 0


@pytest.mark.parametrize("threads", [1, 2])
def test_the_first_failure_is_told(monkeypatch: pytest.MonkeyPatch, threads: int) -> None:
    monkeypatch.setattr("polars.thread_pool_size", lambda: threads)
    with pytest.raises(ZeroDivisionError):
        in_turn(lambda number: 1 // number, [3, 2, 0, 1])
