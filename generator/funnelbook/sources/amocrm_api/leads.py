"""The leads of an amoCRM API dump."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache

from msgspec import Struct, field

from funnelbook.model.pipeline import fold
from funnelbook.sources import amocrm_headers as headers
from funnelbook.sources.amocrm_api.cells import Cells
from funnelbook.sources.amocrm_api.names import LOST_ID, WON_ID, Names, StageKey
from funnelbook.sources.cells.words import spellings
from funnelbook.sources.items import Item, Refusals
from funnelbook.sources.reader import plain

_STATUS = {WON_ID: "won", LOST_ID: "lost"}
COLUMNS = (
    "row", "deal_id", "created_at", "pipeline", "stage", "status", "closed_at", "value", "owner", "source",
    "loss_reason", "contact_id", "next_task_at", "segment", "temperature", "list_price",
)  # fmt: skip


class Lead(Struct, frozen=True):
    """Where a lead stands, and since when it is one (microseconds since 1970 UTC)."""

    row: int
    created_at: int
    stage: StageKey
    contact: str | None


class Leads(Struct):
    """The leads of one file: a row of `COLUMNS` each, and where each stands."""

    rows: list[tuple[object, ...]] = field(default_factory=list)
    standing: dict[int, Lead] = field(default_factory=dict)

    def add(self, found: Sequence[tuple[int, Item]], names: Names, refusals: Refusals) -> None:
        for row, item in found:
            if item.get("is_deleted") is True:
                refusals.add(row, "ignored", ("", "deleted-deal"))
                continue
            cells = Cells(item)
            number, lead, values = _read(cells, row, names)
            if cells.problems or lead is None:
                refusals.add(row, "rejected", *cells.problems)
                continue
            self.standing[number] = lead
            self.rows.append(values)


def deleted(items: Sequence[Item]) -> frozenset[int]:
    """Leads that lie in the account's bin."""
    return frozenset(each["id"] for each in items if each.get("is_deleted") is True and type(each.get("id")) is int)


def _read(cells: Cells, row: int, names: Names) -> tuple[int, Lead | None, tuple[object, ...]]:
    number = cells.whole("id", "deal_id", required=True)
    created = cells.second("created_at", "created_at", required=True)
    pipeline = cells.whole("pipeline_id", "pipeline", required=True)
    status = cells.whole("status_id", "stage", required=True)
    owner = cells.whole("responsible_user_id", "owner")
    values = (
        cells.second("closed_at", "closed_at"),
        cells.amount("price", "value"),
        names.user(owner) if owner else None,
        _custom(cells, "source"),
        _loss_reason(cells, names),
        _contact(cells),
        cells.second("closest_task_at", "next_task_at"),
        _word(cells, "segment"),
        _word(cells, "temperature"),
        _price(cells),
    )
    if number is None or created is None or pipeline is None or status is None:
        return 0, None, ()
    key = (pipeline, status)
    outcome = _STATUS.get(status, "open")
    first = (row, str(number), created, names.pipeline(pipeline), names.stage(key), outcome)
    return number, Lead(row, created, key, values[5]), (*first, *values)


def _loss_reason(cells: Cells, names: Names) -> str | None:
    """The built-in reason, embedded or by id, else a field of the account's own that is called so."""
    for embedded in _embedded(cells.item, "loss_reason"):
        if found := cells.text(embedded.get("name"), "loss_reason"):
            return found
    number = cells.whole("loss_reason_id", "loss_reason")
    return names.reasons.get(number, f"#{number}") if number else _custom(cells, "loss_reason")


def needs_reasons(item: Item) -> bool:
    """Whether the lead names its loss reason by id alone."""
    return bool(item.get("loss_reason_id")) and not any("name" in each for each in _embedded(item, "loss_reason"))


def _contact(cells: Cells) -> str | None:
    """The main contact's id: it is counted and compared, never published."""
    contacts = sorted(_embedded(cells.item, "contacts"), key=lambda each: each.get("is_main") is not True)
    return cells.text(contacts[0].get("id"), "contact_id") if contacts else None


def _embedded(item: Item, key: str) -> list[Item]:
    """Mostly a list, in some answers the object itself."""
    embedded = item.get("_embedded")
    found = embedded.get(key) if isinstance(embedded, dict) else None
    return [each for each in (found if isinstance(found, list) else [found]) if isinstance(each, dict)]


def _custom(cells: Cells, column: str) -> str | None:
    """The first value of the account's own field that is called like `column`, by the order of its aliases."""
    values = dict(_fields(cells, column))
    return values[min(values)] if values else None


def _word(cells: Cells, column: str) -> str | None:
    """A word of a closed list; null for any other, as the field is the account's own."""
    return spellings(column).get(fold(_custom(cells, column) or ""))


def _price(cells: Cells) -> float | None:
    text = "".join((_custom(cells, "list_price") or "").split()).replace(",", ".")
    return float(text) if text.replace(".", "", 1).isdecimal() else None


def _fields(cells: Cells, column: str) -> Iterator[tuple[int, str]]:
    fields = cells.item.get("custom_fields_values")
    for each in fields if isinstance(fields, list) else ():
        name = each.get("field_name") if isinstance(each, dict) else None
        place = rank(column, name) if isinstance(name, str) else None
        values = each.get("values") if place is not None else None
        first = values[0] if isinstance(values, list) and values else None
        if place is not None and isinstance(first, dict) and (text := cells.text(first.get("value"), column)):
            yield place, text


@lru_cache(maxsize=4096)
def rank(column: str, name: str) -> int | None:
    """Which of the aliases of `column` a field of the account's own is called by; None = by none."""
    found = plain(name)
    return next((i for i, alias in enumerate(headers.DEALS[column]) if plain(alias) == found), None)
