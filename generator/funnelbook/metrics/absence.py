"""Tables that cannot be made: a table without its inputs is absent with a reason, not empty."""

from __future__ import annotations


class Absent(Exception):  # noqa: N818 - not a mistake of anybody: the answer of a table without inputs
    """`reason` is a slug such as `no-team`, shown in place of the table."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)
