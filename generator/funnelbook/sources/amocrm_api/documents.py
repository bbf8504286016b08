"""What the documents of an amoCRM API v4 dump hold: items of a few kinds, in pages, arrays or lines."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice

from funnelbook.sources.items import LOOKED_AT, Shape, kind_of, unrolled

#: Collections of the API whose items are read, and the address each is fetched from.
READ: Mapping[str, str] = {
    "leads": "/api/v4/leads?with=contacts,loss_reason",
    "events": "/api/v4/events",
    "pipelines": "/api/v4/leads/pipelines",
    "users": "/api/v4/users",
    "loss_reasons": "/api/v4/leads/loss_reasons",
}
#: Collections that are known and tell nothing here.
NOT_READ = frozenset(
    {"contacts", "companies", "customers", "tasks", "notes", "tags", "custom_fields", "unsorted", "sources"}
)

#: The keys that tell an item outside of a page, most telling first.
_SHAPES: tuple[Shape, ...] = (
    ("events", frozenset({"type", "entity_id", "created_at"})),
    ("leads", frozenset({"id", "pipeline_id", "status_id"})),
    ("pipelines", frozenset({"id", "name", "is_main"})),
    ("pipelines", frozenset({"id", "name", "sort", "_embedded"})),
    ("users", frozenset({"id", "name", "email"})),
    ("contacts", frozenset({"id", "first_name", "last_name"})),
    ("tasks", frozenset({"id", "task_type_id", "complete_till"})),
    ("notes", frozenset({"id", "note_type", "entity_id"})),
    ("loss_reasons", frozenset({"id", "name", "sort"})),
)


def kinds(document: object) -> set[str]:
    """The kinds of items that `document` begins with; an empty page has a kind too."""
    return {kind for kind, _ in islice(_groups(document), LOOKED_AT)} - {""}


def items(document: object) -> Iterator[tuple[str, object]]:
    """Every item of `document` with its kind ("" = not told), in the document's order.

    A page (`_embedded`), a bare object of collections, one item, an array of any of these, arrays in arrays.
    """
    return ((kind, item) for kind, found in _groups(document) for item in found)


def _groups(document: object) -> Iterator[tuple[str, Sequence[object]]]:
    for each in unrolled(document, lambda _: None):
        yield from _collections(each) or [(kind_of(each, _SHAPES), [each])]


def _collections(value: object) -> list[tuple[str, Sequence[object]]]:
    """The items of a page; none for what is an item itself, which may embed things too but has an id."""
    if not isinstance(value, dict) or "id" in value:
        return []
    embedded = value.get("_embedded", value)
    if not isinstance(embedded, dict):
        return []
    known = ((name, found) for name, found in embedded.items() if name in READ or name in NOT_READ)
    return [(name, found if isinstance(found, list) else [found]) for name, found in known]
