"""What the answers of Bitrix24's REST API hold: items of a few kinds, in pages, arrays or lines."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice

from funnelbook.sources.items import LOOKED_AT, Shape, kind_of, unrolled

#: Kind -> the method that answers with it.
METHODS: Mapping[str, str] = {
    "history": "crm.stagehistory.list?entityTypeId=2",
    "deals": "crm.deal.list",
    "lead history": "crm.stagehistory.list?entityTypeId=1",
    "leads": "crm.lead.list",
    "stages": "crm.status.list",
    "pipelines": "crm.category.list?entityTypeId=2",
}
#: The keys that tell an item, most telling first.
_SHAPES: tuple[Shape, ...] = (
    ("history", frozenset({"OWNER_ID", "CREATED_TIME", "STAGE_ID"})),
    ("lead history", frozenset({"OWNER_ID", "CREATED_TIME", "STATUS_ID"})),
    ("deals", frozenset({"ID", "STAGE_ID", "DATE_CREATE"})),
    ("leads", frozenset({"ID", "STATUS_ID", "DATE_CREATE"})),
    ("stages", frozenset({"ENTITY_ID", "STATUS_ID", "NAME"})),
    ("pipelines", frozenset({"id", "name", "entityTypeId"})),
    ("pipelines", frozenset({"id", "name", "isDefault"})),
    ("pipelines", frozenset({"ID", "NAME", "IS_LOCKED"})),
)
#: Where an answer holds its items.
_PAGES = ("result", "items", "categories")


def kinds(document: object) -> set[str]:
    """The kinds of the items that `document` begins with."""
    return {kind for kind, _ in islice(items(document), LOOKED_AT)} - {""}


def items(document: object) -> Iterator[tuple[str, object]]:
    """Every item of `document` with its kind ("" = not told), in the document's order.

    An answer (`result`, in it `items` or `categories`), an array of items, an array of answers.
    """
    return ((kind_of(each, _SHAPES), each) for each in unrolled(document, _paged))


def _paged(value: object) -> Sequence[object] | None:
    if not isinstance(value, dict):
        return None
    return next(([value[key]] for key in _PAGES if key in value), None)
