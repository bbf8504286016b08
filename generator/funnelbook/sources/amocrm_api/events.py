"""The events of an amoCRM API dump: changes of stage, and what was done with a deal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from msgspec import Struct, field

from funnelbook.model.reading import Bucket
from funnelbook.sources.amocrm_api.cells import Cells
from funnelbook.sources.amocrm_api.names import StageKey
from funnelbook.sources.items import Item, Problem, Refusals

#: Type of event -> kind of activity. A robot's answer is no activity: nobody answered.
ACTIVITIES = {
    "incoming_call": "call_in",
    "outgoing_call": "call_out",
    "incoming_chat_message": "message_in",
    "outgoing_chat_message": "message_out",
    "incoming_sms": "message_in",
    "outgoing_sms": "message_out",
    "incoming_mail": "email_in",
    "outgoing_mail": "email_out",
    "task_completed": "task",
    "common_note_added": "note",
}
CHANGE, BIRTH = "lead_status_changed", "lead_added"
KINDS = frozenset({CHANGE, BIRTH, *ACTIVITIES})
OF_A_LEAD = ("lead", "leads")

#: Why an event is no fact: its bucket, then its problems; None = it is one.
Verdict = tuple[Bucket, tuple[Problem, ...]] | None


class Where(NamedTuple):
    file: int
    row: int


class Change(NamedTuple):
    """A deal went from one stage to another. `before` is None when the event does not say.

    order: of changes within one second, a later one has the greater order.
    """

    lead: int
    at: int
    order: int
    where: Where
    before: StageKey | None
    after: StageKey


class Activity(NamedTuple):
    lead: int
    at: int
    kind: str
    where: Where


class Events(Struct):
    """All events of a dump, sorted out; times are microseconds since 1970 UTC.

    deleted: leads whose events tell nothing any more. births: lead -> when and where `lead_added` says it came.
    first: the oldest event of any kind.
    """

    deleted: frozenset[int]
    changes: list[Change] = field(default_factory=list)
    activities: list[Activity] = field(default_factory=list)
    births: dict[int, tuple[int, Where]] = field(default_factory=dict)
    first: int | None = None
    _seen: set[str] = field(default_factory=set)

    def add(self, rows: Sequence[tuple[int, Item]], refusals: Refusals) -> None:
        """The events of one file; what becomes no fact goes to `refusals`."""
        backwards = _is_newest_first(rows)
        for row, event in rows:
            cells = Cells(event)
            verdict = self._sort(cells, -row if backwards else row, Where(refusals.number, row))
            if verdict:
                refusals.add(row, verdict[0], *verdict[1])

    def _sort(self, cells: Cells, order: int, where: Where) -> Verdict:
        event = cells.item
        if self._is_duplicate(event.get("id")):
            return "duplicate", (("", "duplicate-event"),)
        kind = event.get("type")
        at = cells.second("created_at", "at", required=True)
        if at is not None:
            self.first = at if self.first is None else min(at, self.first)
        if isinstance(kind, str) and kind not in KINDS:
            return "ignored", (("", "other-event"),)
        if event.get("entity_type", "lead") not in OF_A_LEAD:
            return "ignored", (("deal_id", "not-a-deal"),)
        lead = cells.whole("entity_id", "deal_id", required=True)
        if not isinstance(kind, str):
            cells.wrong("kind", "bad-value")
        if lead in self.deleted:
            return "ignored", (("deal_id", "deleted-deal"),)
        if lead is not None and at is not None and isinstance(kind, str):
            self._keep(cells, kind, (lead, at, order), where)
        return ("rejected", tuple(cells.problems)) if cells.problems else None

    def _keep(self, cells: Cells, kind: str, moment: tuple[int, int, int], where: Where) -> None:
        lead, at, order = moment
        if kind == BIRTH:
            self.births.setdefault(lead, (at, where))
        elif kind in ACTIVITIES:
            self.activities.append(Activity(lead, at, ACTIVITIES[kind], where))
        elif (after := stage_key(cells.item.get("value_after"))) is None:
            cells.wrong("stage", "bad-value")
        else:
            before = stage_key(cells.item.get("value_before"))
            self.changes.append(Change(lead, at, order, where, before, after))

    def _is_duplicate(self, number: object) -> bool:
        """Pages overlap when events come in while they are fetched."""
        if not isinstance(number, str | int):
            return False
        before = len(self._seen)
        self._seen.add(str(number))
        return len(self._seen) == before


def stage_key(value: object) -> StageKey | None:
    """Pipeline and status of a `value_before` or `value_after`; None when it holds none."""
    for each in value if isinstance(value, list) else ():
        status = each.get("lead_status") if isinstance(each, dict) else None
        if isinstance(status, dict):
            pipeline, number = status.get("pipeline_id"), status.get("id")
            if type(pipeline) is int and type(number) is int:
                return pipeline, number
    return None


def _is_newest_first(rows: Sequence[tuple[int, Item]]) -> bool:
    """How the API sorts unless told otherwise."""
    times = [at for _, event in rows if type(at := event.get("created_at")) is int]
    return len(times) > 1 and times[0] > times[-1]
