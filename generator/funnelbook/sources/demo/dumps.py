"""The account as amoCRM's API v4 tells it: pipelines, users, loss reasons and pages of events.

Source of the shapes: the public reference of `leads/pipelines`, `users`, `leads/loss_reasons` and `events`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import chain

import polars as pl

from funnelbook.sources.demo.company import LOST, LOST_CODE, PEOPLE, WAYS, WON, WON_CODE
from funnelbook.sources.demo.reasons import WORDINGS
from funnelbook.sources.demo.simulation import Simulation

_ACCOUNT = 31361407
_HOST = "https://teplydom.example.com/api/v4"
_FIRST_PIPELINE = 8101
_FIRST_STATUS = 68200
_FIRST_USER = 5001
_FIRST_EVENT = 100_001
_WON_STATUS, _LOST_STATUS = 142, 143
#: A stage that was deleted long ago still stands in the events.
_DELETED_STATUS = 68999
_DELETED_IN = (40, 90)
_PAGE = 500
#: What stands before, between and behind the fields of an event.
_EVENT = (
    '{"id":"e', '","type":"', '","entity_id":', ',"entity_type":"lead","created_by":', ',"created_at":',
    ',"value_before":', ',"value_after":', f',"account_id":{_ACCOUNT}}}',
)  # fmt: skip
#: Kinds of activities that have an event; the others leave no trace in `/events`.
_EVENTS = {
    "call_in": "incoming_call",
    "call_out": "outgoing_call",
    "message_in": "incoming_chat_message",
    "message_out": "outgoing_chat_message",
    "meeting": "task_completed",
    "task": "task_completed",
}


def dumps(simulation: Simulation) -> Iterator[tuple[str, str]]:
    """File name and JSON text of each document; the events are in order of time, `_PAGE` a page."""
    yield "pipelines.json", _text(_pipelines())
    yield "users.json", _text(_users())
    yield "loss_reasons.json", _text(_loss_reasons())
    events = _events(simulation)
    for number, start in enumerate(range(0, events.len(), _PAGE), 1):
        yield f"events-{number:03d}.json", _page(events.slice(start, _PAGE), number, events.len())


def _text(document: object) -> str:
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")) + "\n"


def _status_id(way: int, code: int) -> int:
    closings = {WON_CODE: _WON_STATUS, LOST_CODE: _LOST_STATUS}
    return closings.get(code, _FIRST_STATUS + 100 * way + 10 * code)


def _pipelines() -> dict[str, object]:
    found = [_pipeline(number) for number in range(len(WAYS))]
    return {"_total_items": len(found), "_links": _links("leads/pipelines"), "_embedded": {"pipelines": found}}


def _pipeline(number: int) -> dict[str, object]:
    names = {0: "Неразобранное"} | {code: step.name for code, step in enumerate(WAYS[number].steps, 1)}
    return {
        "id": _FIRST_PIPELINE + number,
        "name": WAYS[number].name,
        "sort": number + 1,
        "is_main": number == 0,
        "is_unsorted_on": True,
        "is_archive": False,
        "account_id": _ACCOUNT,
        "_embedded": {
            "statuses": [
                _status(number, code, name) for code, name in (names | {WON_CODE: WON, LOST_CODE: LOST}).items()
            ]
        },
    }


def _status(way: int, code: int, name: str) -> dict[str, object]:
    sort = {WON_CODE: 10_000, LOST_CODE: 11_000}.get(code, 10 * (code + 1))
    return {
        "id": _status_id(way, code),
        "name": name,
        "sort": sort,
        "is_editable": 0 < code < WON_CODE,
        "pipeline_id": _FIRST_PIPELINE + way,
        "color": {WON_CODE: "#CCFF66", LOST_CODE: "#D5D8DB", 0: "#c1c1c1"}.get(code, "#99ccff"),
        "type": 1 if code == 0 else 0,
        "account_id": _ACCOUNT,
    }


def _users() -> dict[str, object]:
    users = [
        {
            "id": _FIRST_USER + number,
            "name": person.name,
            "email": f"user{number + 1}@example.com",
            "lang": "ru",
            "rights": {"is_admin": person.role in ("owner", "head"), "is_active": person.end is None},
        }
        for number, person in enumerate(PEOPLE)
    ]
    return {"_total_items": len(users), "_page": 1, "_page_count": 1, "_embedded": {"users": users}}


def _loss_reasons() -> dict[str, object]:
    names = dict.fromkeys(word for words in WORDINGS.values() for word in words)
    reasons = [{"id": 9001 + number, "name": name, "sort": 100 * number} for number, name in enumerate(names)]
    return {"_total_items": len(reasons), "_embedded": {"loss_reasons": reasons}}


def _links(path: str) -> dict[str, dict[str, str]]:
    return {"self": {"href": f"{_HOST}/{path}"}}


def _page(events: pl.Series, number: int, total: int) -> str:
    """The envelope of a list; the events are JSON already."""
    links = _links(f"events?page={number}&limit={_PAGE}")
    if number * _PAGE < total:
        links["next"] = {"href": f"{_HOST}/events?page={number + 1}&limit={_PAGE}"}
    head = _text({"_page": number, "_links": links, "_embedded": {}}).rstrip()
    return head.removesuffix("{}}") + '{"events":[\n' + ",\n".join(events) + "\n]}}\n"


def _events(simulation: Simulation) -> pl.Series:
    """Every event as JSON, in order of time."""
    kinds = [_moves(simulation), _activities(simulation), _deleted_stage(simulation)]
    rows = pl.concat(kinds).sort("at", "entity", maintain_order=True)
    fields = map(pl.col, ("number", "type", "entity", "by", "at", "before", "after"))
    pieces = chain.from_iterable(zip(map(pl.lit, _EVENT), fields, strict=False))
    event = pl.concat_str(*pieces, pl.lit(_EVENT[-1]))
    return rows.with_row_index("number", offset=_FIRST_EVENT).select(event).to_series()


def _event(kind: pl.Expr, by: pl.Expr, at: str, before: pl.Expr, after: pl.Expr) -> list[pl.Expr]:
    users = {person.name: _FIRST_USER + number for number, person in enumerate(PEOPLE)}
    return [
        kind.alias("type"),
        pl.col("deal_id").alias("entity"),
        by.replace_strict(users, default=0, return_dtype=pl.Int64).alias("by"),
        pl.col(at).dt.epoch("s").alias("at"),
        before.alias("before"),
        after.alias("after"),
    ]


def _moves(simulation: Simulation) -> pl.DataFrame:
    """A change of stage for every entry but a deal's first, which has no event."""
    ids = {
        f"{way.name}/{name}": _lead_status(number, _status_id(number, code))
        for number, way in enumerate(WAYS)
        for code, name in [*enumerate((step.name for step in way.steps), 1), (WON_CODE, WON), (LOST_CODE, LOST)]
    }
    after = pl.concat_str("pipeline", pl.lit("/"), "stage").replace_strict(ids)
    moved = simulation.stages.with_columns(after=after).with_columns(before=pl.col("after").shift(1))
    later = moved.filter(pl.col("deal_id") == pl.col("deal_id").shift(1))
    return later.select(
        _event(pl.lit("lead_status_changed"), pl.col("by"), "entered_at", pl.col("before"), pl.col("after"))
    )


def _activities(simulation: Simulation) -> pl.DataFrame:
    told = simulation.activities.filter(pl.col("kind").is_in(_EVENTS))
    kind = pl.col("kind").replace_strict(_EVENTS)
    return told.select(_event(kind, pl.col("by"), "at", pl.lit("[]"), pl.lit("[]")))


def _deleted_stage(simulation: Simulation) -> pl.DataFrame:
    """Two moves into a stage that no pipeline has any more."""
    deals = simulation.deals.filter(pl.col("deal_id").rank("ordinal").is_in(_DELETED_IN))
    gone = pl.lit(_lead_status(0, _DELETED_STATUS))
    first = pl.lit(_lead_status(0, _status_id(0, 1)))
    return deals.select(_event(pl.lit("lead_status_changed"), pl.col("owner"), "created_at", first, gone))


def _lead_status(way: int, status: int) -> str:
    return f'[{{"lead_status":{{"id":{status},"pipeline_id":{_FIRST_PIPELINE + way}}}}}]'
