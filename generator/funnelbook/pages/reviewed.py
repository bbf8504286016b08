"""Which playbooks nobody has looked at for too long."""

from __future__ import annotations

from datetime import date

from funnelbook.handbook import Card, review_due
from funnelbook.pages.edition import Edition


def overdue_since(edition: Edition, playbook: Card) -> date | None:
    """The last day on which its review was in time, where that is before the day of the data."""
    zone = edition.book.project.site.timezone
    due = review_due(playbook, edition.book.history.get(playbook.path), zone)
    return due if due and due < edition.numbers.as_of.astimezone(zone).date() else None
