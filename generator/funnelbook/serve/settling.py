"""When a change is complete: whether a file is in the middle of being saved, and how long quiet is quiet enough."""

from __future__ import annotations

from msgspec import Struct

from funnelbook.stamps import Stamp

#: The quiet that each touched file adds: a checkout pauses longer than an editor does, whose one file is whole as
#: soon as it is closed.
_QUIET, _QUIETEST = 0.001, 0.3
#: An editor that saves under another name takes the old file away first.
_GONE = 0.1
#: An empty file, or one that is open, is taken as it is after so long without a further hint, ...
_PATIENCE = 2.0
#: ... or after so long with some: a file that is always written must not hold back the others for good.
LONGEST = 30.0
#: What never comes to rest is told after so long.
LONGEST_STORM = 15.0
#: What was found by looking is looked at again after so long: it may be half written, or a hint on its way.
_SECOND_LOOK = 0.25


class Touch(Struct, frozen=True):
    """An input that may have changed. Seconds of a clock that only goes forward: the first hint and the last.

    `is_open`: it was written and not closed since. `is_hinted`: the system told of it, it was not found by looking.
    """

    first: float
    last: float
    is_open: bool = False
    is_hinted: bool = True

    def again(self, now: float, *, is_open: bool = False) -> Touch:
        """As it is after one more hint."""
        return Touch(self.first, now, is_open)


def quiet_from(touched: int, last: float, *, is_hinted: bool = True) -> float:
    """When so many touched inputs count as left alone, of which the last was touched at `last`."""
    quiet = min(_QUIET * touched, _QUIETEST)
    return last + (quiet if is_hinted else max(quiet, _SECOND_LOOK))


def held_until(touch: Touch, before: Stamp | None, now: Stamp | None) -> float:
    """Until when the change of an input from `before` to `now` (None = not there) is taken for half a save."""
    if now is None:
        return touch.last + (_GONE if before is not None else 0)
    emptied = now.is_empty and not (before and before.is_empty)
    if emptied or (touch.is_open and now != before):
        return min(touch.last + _PATIENCE, touch.first + LONGEST)
    return touch.last


def busy_until(first: float) -> float:
    """Until when a change is not told while git is at work, if its first hint came at `first`."""
    return first + _PATIENCE
