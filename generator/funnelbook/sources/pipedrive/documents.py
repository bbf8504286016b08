"""What the documents of a Pipedrive dump hold: pages of `GET /v1/deals/{id}/flow`, or their items."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice

from msgspec import Struct, field

from funnelbook.sources.items import LOOKED_AT, Item

#: What `object` says of an item that is a change of a deal.
CHANGE = "dealChange"


class Page(Struct, frozen=True):
    """The items of a page; `start` is its place among the deal's pages, `following` that of the next, if any."""

    items: Sequence[object] = field(default=())
    start: int = 0
    following: int | None = None

    def deals(self) -> frozenset[str]:
        changes = (change for each in self.items if (change := change_of(each)) is not None)
        return frozenset(
            str(change["item_id"]) for change in changes if isinstance(change.get("item_id"), int | str)
        )


def is_flow(document: object) -> bool:
    items = islice((item for page in pages(document) for item in page.items), LOOKED_AT)
    return any(_is_item(item) for item in items)


def pages(document: object) -> Iterator[Page]:
    """Every page of `document`: an answer, items without one, an array or lines of either."""
    pending = document if isinstance(document, list) else [document]
    loose = [each for each in pending if not _is_answer(each)]
    yield from (_page(each) for each in pending if isinstance(each, dict) and _is_answer(each))
    flat = [item for each in loose for item in (each if isinstance(each, list) else [each])]
    if flat:
        yield Page(flat)


def change_of(item: object) -> Item | None:
    """The `data` of an item that is a change of a deal."""
    if not isinstance(item, dict) or item.get("object") != CHANGE:
        return None
    data = item.get("data")
    return data if isinstance(data, dict) else None


def _is_item(value: object) -> bool:
    return isinstance(value, dict) and isinstance(value.get("object"), str) and isinstance(value.get("data"), dict)


def _is_answer(value: object) -> bool:
    return isinstance(value, dict) and "object" not in value and isinstance(value.get("data"), list)


def _page(answer: Item) -> Page:
    further = answer.get("additional_data")
    pagination = further.get("pagination") if isinstance(further, dict) else None
    told = pagination if isinstance(pagination, dict) else {}
    start, following = told.get("start"), told.get("next_start")
    more = told.get("more_items_in_collection") is True and type(following) is int
    return Page(answer["data"], start if type(start) is int else 0, following if more else None)
