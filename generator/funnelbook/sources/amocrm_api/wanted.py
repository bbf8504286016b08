"""What is asked of an amoCRM account, and what of each answer is kept: nothing that no number needs.

Names of deals, contacts and companies, phones, e-mails, notes and messages are dropped before anything is written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from msgspec import Struct, field

from funnelbook.sources.amocrm_api.events import KINDS, OF_A_LEAD
from funnelbook.sources.amocrm_api.leads import rank
from funnelbook.sources.items import Item

#: Fields of the account's own that are read, by what they mean.
_OWN = ("source", "segment", "temperature", "list_price", "loss_reason")
_LEAD = (
    "id", "price", "responsible_user_id", "status_id", "pipeline_id", "loss_reason_id", "created_at", "updated_at",
    "closed_at", "closest_task_at", "is_deleted",
)  # fmt: skip
_EVENT = ("id", "type", "entity_id", "entity_type", "created_by", "created_at")
_STATUS = ("id", "name", "sort", "type", "pipeline_id")


class Collection(Struct, frozen=True):
    """Items of one kind, asked for page by page and kept in `<name>.json`.

    kind: their key in `_embedded`. limit: items a page, 0 = all come at once.
    sifted: further filters that spare pages; an account that does not know one of them is asked without.
    keep: what of an item is kept; None = nothing.
    """

    name: str
    kind: str
    path: str
    keep: Callable[[Item], Item | None]
    limit: int = 250
    query: Mapping[str, str] = field(default_factory=dict)
    sifted: Mapping[str, str] = field(default_factory=dict)


def _of(item: Item, names: Iterable[str]) -> dict[str, Any]:
    return {name: item[name] for name in names if name in item}


def _embedded(item: Item, key: str, names: Iterable[str]) -> list[Item]:
    """The items of `_embedded.<key>`, mostly a list and in some answers the item itself."""
    inside = item.get("_embedded")
    found = inside.get(key) if isinstance(inside, dict) else None
    return [_of(each, names) for each in (found if isinstance(found, list) else [found]) if isinstance(each, dict)]


def _lead(item: Item) -> Item:
    embedded = {
        "contacts": _embedded(item, "contacts", ("id", "is_main")),
        "loss_reason": _embedded(item, "loss_reason", ("id", "name")),
    }
    own = item.get("custom_fields_values")
    fields = [_own(each) for each in own if _is_read(each)] if isinstance(own, list) else []
    return _of(item, _LEAD) | {"custom_fields_values": fields, "_embedded": embedded}


def _is_read(own: object) -> bool:
    name = own.get("field_name") if isinstance(own, dict) else None
    return isinstance(name, str) and any(rank(column, name) is not None for column in _OWN)


def _own(own: Item) -> Item:
    values = own.get("values")
    first = values[:1] if isinstance(values, list) else []
    return _of(own, ("field_name",)) | {
        "values": [_of(each, ("value",)) for each in first if isinstance(each, dict)]
    }


def _event(item: Item) -> Item | None:
    if item.get("type") not in KINDS or item.get("entity_type", "lead") not in OF_A_LEAD:
        return None
    return _of(item, _EVENT) | {name: _stages(item.get(name)) for name in ("value_before", "value_after")}


def _stages(value: object) -> list[Item]:
    """What an event says of stages; what it says of a message or a note is its own."""
    found = value if isinstance(value, list) else []
    told = [
        each["lead_status"]
        for each in found
        if isinstance(each, dict) and isinstance(each.get("lead_status"), dict)
    ]
    return [{"lead_status": _of(each, ("id", "pipeline_id"))} for each in told]


def _pipeline(item: Item) -> Item:
    statuses = _embedded(item, "statuses", _STATUS)
    return _of(item, ("id", "name", "sort", "is_main", "is_archive")) | {"_embedded": {"statuses": statuses}}


def _user(item: Item) -> Item:
    return _of(item, ("id", "name"))


def _reason(item: Item) -> Item:
    return _of(item, ("id", "name", "sort"))


#: What names the others' ids stands first, so that a dump is never without it.
WANTED: tuple[Collection, ...] = (
    Collection("pipelines", "pipelines", "/api/v4/leads/pipelines", _pipeline, limit=0),
    Collection("users", "users", "/api/v4/users", _user),
    Collection("loss_reasons", "loss_reasons", "/api/v4/leads/loss_reasons", _reason),
    Collection(
        "leads", "leads", "/api/v4/leads", _lead, query={"with": "contacts,loss_reason", "order[id]": "asc"}
    ),
    Collection("deleted_leads", "leads", "/api/v4/leads", _lead, query={"with": "only_deleted"}),
    Collection(
        "events",
        "events",
        "/api/v4/events",
        _event,
        limit=100,
        query={"filter[entity]": "lead"},
        sifted={"filter[type]": ",".join(sorted(KINDS))},
    ),
)
