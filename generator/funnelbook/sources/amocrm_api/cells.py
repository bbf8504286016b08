"""The values of one JSON item, read by type; what is of another type is a problem, not a guess."""

from __future__ import annotations

from msgspec import Struct, field

from funnelbook.sources.items import Item, Problem

#: The API tells whole seconds; moments are kept finer, for what happened within one.
MICROSECONDS = 1_000_000
_LAST_SECOND = 4_133_980_800  # 2101-01-01
_WHOLE = 2**63


class Cells(Struct):
    """An item, and what was found wrong with it: canonical column and problem."""

    item: Item
    problems: list[Problem] = field(default_factory=list)

    def whole(self, key: str, column: str, *, required: bool = False) -> int | None:
        value = self.item.get(key)
        if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 19:
            value = int(value)
        problem = "bad-value"
        if value is None:
            problem = "missing-value" if required else ""
        elif type(value) is int and -_WHOLE <= value < _WHOLE:
            return value
        self._wrong(column, problem)
        return None

    def second(self, key: str, column: str, *, required: bool = False) -> int | None:
        """Seconds since 1970 UTC, as microseconds; 0 means none."""
        before = len(self.problems)
        value = self.whole(key, column, required=required)
        if value and 0 < value < _LAST_SECOND:
            return value * MICROSECONDS
        if len(self.problems) == before:
            self._wrong(column, "bad-date" if value else "missing-value" if required else "")
        return None

    def amount(self, key: str, column: str) -> float | None:
        value: object = self.item.get(key)
        fits = isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < _WHOLE
        if fits and isinstance(value, int | float):
            return float(value)
        self._wrong(column, "bad-amount" if value is not None else "")
        return None

    def text(self, value: object, column: str) -> str | None:
        """A scalar as text, null when empty."""
        if isinstance(value, dict | list):
            self._wrong(column, "bad-value")
            return None
        return None if value is None else str(value).strip() or None

    def wrong(self, column: str, problem: str) -> None:
        self.problems.append((column, problem))

    def _wrong(self, column: str, problem: str) -> None:
        """As `wrong`; "" is no problem."""
        if problem:
            self.wrong(column, problem)
