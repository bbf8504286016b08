"""How many playbooks are overdue for their review: what the metrics know of the handbook."""

from __future__ import annotations

from msgspec import Struct


class Reviews(Struct, frozen=True):
    """with_review: playbooks that are to be reviewed every so many days and whose last change is known; overdue:
    those of them whose review is overdue at as_of; unknown: those whose last change nobody knows.
    """

    with_review: int
    overdue: int
    unknown: int = 0
