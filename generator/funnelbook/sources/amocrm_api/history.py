"""The stage history that an amoCRM dump tells: every change, and the stage before the first one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import groupby

from funnelbook.sources.amocrm_api.events import Change, Events, Where
from funnelbook.sources.amocrm_api.leads import Lead
from funnelbook.sources.amocrm_api.names import LOST_ID, WON_ID, StageKey

#: Lead, microseconds since 1970 UTC, stage, where the entry is told.
Entry = tuple[int, int, StageKey, Where]

_CLOSINGS = (WON_ID, LOST_ID)


def entries(events: Events, leads: Mapping[int, tuple[int, Lead]]) -> Iterator[Entry]:
    """Every entry, by lead and time, no two of a lead at one time.

    The API tells whole seconds and lists the newest first; robots move a deal several times in a second. The order
    within one is told by microseconds, so that nobody later takes it for a move back.

    leads: lead -> its file's number and itself, where the dump has leads.

    No event tells the first stage of a deal. It is the one that the first change left, entered when the deal was
    created (or, by `lead_added`, came). A deal that never changed stands where it began: its entry is told only
    when the dump is sure to hold its first days, by `lead_added` or because an older event is in it.
    """
    for lead, changes in _by_lead(events):
        begun = _first(lead, changes, events, leads)
        last = begun[1] if begun else 0
        if begun:
            yield begun
        for each in changes:
            last = max(each.at, last + 1)
            yield lead, last, each.after, each.where
    changed = {each.lead for each in events.changes}
    for lead in sorted(leads.keys() - changed):
        if begun := _unchanged(lead, events, leads):
            yield begun


def _by_lead(events: Events) -> Iterator[tuple[int, list[Change]]]:
    for lead, changes in groupby(sorted(events.changes), key=lambda each: each.lead):
        yield lead, list(changes)


def _first(lead: int, changes: list[Change], events: Events, leads: Mapping[int, tuple[int, Lead]]) -> Entry | None:
    """None when the deal was closed before the dump begins, or its creation is not told or does not precede."""
    before, at = changes[0].before, changes[0].at
    if before is None:
        return None
    if lead in events.births:
        born, where = events.births[lead]
        return lead, min(born, at), before, where
    if lead not in leads or before[1] in _CLOSINGS:
        return None
    file, standing = leads[lead]
    return (lead, standing.created_at, before, Where(file, standing.row)) if standing.created_at <= at else None


def _unchanged(lead: int, events: Events, leads: Mapping[int, tuple[int, Lead]]) -> Entry | None:
    file, standing = leads[lead]
    if lead in events.births:
        born, where = events.births[lead]
        return lead, born, standing.stage, where
    covered = events.first is not None and events.first <= standing.created_at
    if not covered or standing.stage[1] in _CLOSINGS:
        return None
    return lead, standing.created_at, standing.stage, Where(file, standing.row)
