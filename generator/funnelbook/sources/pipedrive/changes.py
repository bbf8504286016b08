"""The changes of deals that a Pipedrive dump tells, and the stage history that follows from them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from itertools import groupby
from typing import NamedTuple

from msgspec import Struct, field

from funnelbook.model.reading import Bucket
from funnelbook.sources.cells.dates import FIRST_YEAR, LAST_YEAR
from funnelbook.sources.items import Item, Problem
from funnelbook.sources.pipedrive.documents import change_of

_STAGE = ("stage_id",)
_PIPELINE = ("pipeline_id", "pipeline")
#: Why an item is no fact: its bucket and its problem; None = it is one.
Verdict = tuple[Bucket, Problem] | None


class Where(NamedTuple):
    file: int
    row: int


class Change(NamedTuple):
    """`old` and `new` are names, `old` None where the change does not tell it.

    at: microseconds since 1970 UTC. order: of changes at one time, a later one has the greater order.
    """

    deal: str
    at: int
    order: int
    where: Where
    old: str | None
    new: str


class Entry(NamedTuple):
    deal: str
    at: int
    stage: str
    pipeline: str | None
    where: Where


class Beginning(NamedTuple):
    """As a row of `beginnings.BEGUN`; `until` in microseconds."""

    deal: str
    stage: str | None
    pipeline: str | None
    until: int | None


class Changes(Struct):
    """All changes of a dump, sorted out.

    bulk: file -> changes of stage that were made to many deals at once. seen: every deal that anything is told of.
    """

    stages: list[Change] = field(default_factory=list)
    pipelines: list[Change] = field(default_factory=list)
    bulk: dict[int, int] = field(default_factory=dict)
    seen: dict[str, None] = field(default_factory=dict)
    _ids: set[str] = field(default_factory=set)

    def add(self, item: Item, where: Where, order: int) -> Verdict:
        """Only changes of stage are rows of the history; those of the pipeline tell where it belongs."""
        change = change_of(item)
        if change is None:
            return "ignored", ("", "other-event")
        if self._is_again(change.get("id")):
            return "duplicate", ("", "duplicate-event")
        deal = _text(change.get("item_id"))
        if deal is None:
            return "rejected", ("deal_id", "missing-value")
        self.seen[deal] = None
        key = change.get("field_key")
        if key not in (*_STAGE, *_PIPELINE):
            return "ignored", ("", "other-event")
        at, new = _moment(change.get("log_time") or item.get("timestamp")), _name(change, "new")
        if at is None:
            return "rejected", ("entered_at", "bad-date")
        if new is None:
            return "rejected", ("stage", "missing-value")
        told = Change(deal, at, order, where, _name(change, "old"), new)
        if key in _PIPELINE:
            self.pipelines.append(told)
            return "ignored", ("pipeline", "change-of-pipeline")
        self.stages.append(told)
        if change.get("is_bulk_update_flag") in (True, 1, "1", "true"):
            self.bulk[where.file] = self.bulk.get(where.file, 0) + 1
        return None

    def entries(self) -> Iterator[Entry]:
        """Every entry, by deal and time, no two of a deal at one time: Pipedrive tells whole seconds."""
        homes = self._homes()
        for deal, changes in groupby(sorted(self.stages), key=lambda each: each.deal):
            last = 0
            for each in changes:
                last = max(each.at, last + 1)
                yield Entry(deal, last, each.new, _home(homes.get(deal, ()), each.at + 1), each.where)

    def beginnings(self) -> Iterator[Beginning]:
        """Where each deal began: in the stage that its first change left; without one, where it stands now."""
        homes, first = self._homes(), dict[str, Change]()
        for each in sorted(self.stages):
            first.setdefault(each.deal, each)
        for deal in self.seen:
            change = first.get(deal)
            home = _home(homes.get(deal, ()), change.at if change else 0)
            if change is None:
                yield Beginning(deal, None, home, None)
            elif change.old is not None:
                yield Beginning(deal, change.old, home, change.at)

    def _homes(self) -> Mapping[str, tuple[Change, ...]]:
        return {deal: tuple(found) for deal, found in groupby(sorted(self.pipelines), key=lambda each: each.deal)}

    def _is_again(self, number: object) -> bool:
        """Pages overlap when deals change while they are fetched."""
        text = _text(number)
        if text is None:
            return False
        before = len(self._ids)
        self._ids.add(text)
        return len(self._ids) == before


def _home(changes: tuple[Change, ...], before: int) -> str | None:
    """The pipeline that a deal stood in just before that time; None = the one it stands in now."""
    earlier = [each for each in changes if each.at < before]
    if earlier:
        return earlier[-1].new
    return changes[0].old if changes else None


def _text(value: object) -> str | None:
    if isinstance(value, bool) or not isinstance(value, int | str):
        return None
    return str(value).strip() or None


def _name(change: Item, side: str) -> str | None:
    """The name that stands beside an id, else the id itself."""
    further = change.get("additional_data")
    formatted = further.get(f"{side}_value_formatted") if isinstance(further, dict) else None
    number = _text(change.get(f"{side}_value"))
    return _text(formatted) or (f"#{number}" if number else None)


def _moment(value: object) -> int | None:
    """Microseconds since 1970; a time without a zone is one of UTC, as the API tells it."""
    try:
        told = datetime.fromisoformat(value.strip()) if isinstance(value, str) else None
    except ValueError:
        return None
    if told is None or not FIRST_YEAR <= told.year <= LAST_YEAR:
        return None
    zoned = told.replace(tzinfo=UTC) if told.tzinfo is None else told
    return round(zoned.timestamp()) * 1_000_000 + zoned.microsecond
