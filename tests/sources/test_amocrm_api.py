"""Dumps of the amoCRM API: ids become names, changes of stage a history."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import amocrm_samples as samples
import polars as pl
import pytest
from amocrm_samples import event, lead, moved, page, text
from files_by_hand import ReadFiles, refused

from funnelbook.errors import SourceError
from funnelbook.model.reading import PipelineFact, Reading
from funnelbook.sources.amocrm_api import AMOCRM_API

START = datetime.fromtimestamp(samples.START, UTC)


def dump(leads: object = None, events: object = None, **others: object) -> dict[str, str | bytes]:
    documents = {"leads": leads, "events": events, "pipelines": samples.PIPELINES, "users": samples.USERS, **others}
    return {f"{name}.json": text(document) for name, document in documents.items() if document is not None}


def history(reading: Reading) -> list[tuple[object, ...]]:
    """Deal, stage, days after the start."""
    frame = reading.tables["stages"].sort("deal_id", "entered_at").collect()
    rows = frame.select("deal_id", "stage", "entered_at").rows()
    return [(number, stage, round((at - START) / timedelta(days=1), 3)) for number, stage, at in rows]


def problems(reading: Reading) -> dict[str, int]:
    counts = reading.refused.filter("primary").group_by("bucket", "problem").len().sort("problem").rows()
    return {f"{bucket} {problem}": count for bucket, problem, count in counts}


def test_ids_of_leads_become_names(read_files: ReadFiles) -> None:
    lost = lead(2, 143, loss_reason_id=1, closed_at=samples.START + 3600, price=0)
    reading = read_files(dump(page("leads", lead(1, 22), lost), loss_reasons=samples.REASONS))
    first, second = reading.tables["deals"].collect().rows(named=True)
    assert (first["deal_id"], first["pipeline"], first["stage"], first["status"]) == (
        "1",
        "Кухни",
        "Замер сделан",
        "open",
    )
    assert (first["created_at"], first["owner"], first["value"]) == (START, "Анна", 25000.0)
    assert first["contact_id"] not in (None, "99")
    assert (second["status"], second["loss_reason"]) == ("lost", "Дорого")
    assert second["closed_at"] == START + timedelta(hours=1)


def test_pipelines_come_in_their_order_and_nobody_stood_in_the_incoming_stage(read_files: ReadFiles) -> None:
    reading = read_files(dump(page("leads", lead(1))))
    kitchens, service = reading.pipelines
    expected = PipelineFact(
        "Кухни", ("Заявка получена", "Замер сделан"), ("Оплачено",), ("Закрыто и не реализовано",)
    )
    assert kitchens == expected
    assert service.stages == ("Заявка получена",)


@pytest.mark.parametrize(("leads", "events"), [([lead(1, 20)], []), ([lead(1, 21)], [moved(1, 1, 20, 21)])])
def test_the_incoming_stage_is_the_first_where_a_deal_stood_there(
    read_files: ReadFiles, leads: list[object], events: list[object]
) -> None:
    reading = read_files(dump(page("leads", *leads), page("events", *events)))
    assert reading.pipelines[0].stages == ("Неразобранное", "Заявка получена", "Замер сделан")


def test_the_stage_before_the_first_change_was_entered_at_creation(read_files: ReadFiles) -> None:
    events = page("events", moved(1, 5, 22, 142), moved(1, 2, 21, 22))
    reading = read_files(dump(page("leads", lead(1, 142, closed_at=samples.START + 5 * samples.DAY)), events))
    assert history(reading) == [("1", "Заявка получена", 0), ("1", "Замер сделан", 2), ("1", "Оплачено", 5)]


def test_a_lead_that_never_moved_is_told_of_only_inside_the_dump(read_files: ReadFiles) -> None:
    young = lead(2, created_at=samples.START + 2 * samples.DAY)
    reading = read_files(dump(page("leads", lead(1), young), page("events", event("incoming_call", 1, 1))))
    assert history(reading) == [("2", "Заявка получена", 2)]


def test_lead_added_is_the_first_entry(read_files: ReadFiles) -> None:
    events = page("events", moved(1, 2, 21, 22), event("lead_added", 1, 0.25), event("lead_added", 2, 0.5))
    reading = read_files(dump(page("leads", lead(1, 22), lead(2, 22)), events))
    expected = [("1", "Заявка получена", 0.25), ("1", "Замер сделан", 2), ("2", "Замер сделан", 0.5)]
    assert history(reading) == expected


def test_changes_within_one_second_keep_their_order_newest_first(read_files: ReadFiles) -> None:
    events = [moved(1, 3, 22, 142), moved(1, 1, 20, 22), moved(1, 1, 21, 20), moved(1, 1, 22, 21)]
    reading = read_files(dump(page("leads", lead(1, 142)), page("events", *events)))
    stages = [stage for _, stage, _ in history(reading)]
    assert stages == ["Замер сделан", "Заявка получена", "Неразобранное", "Замер сделан", "Оплачено"]
    assert reading.tables["stages"].collect()["entered_at"].n_unique() == 5


def test_closing_ids_are_of_a_pipeline(read_files: ReadFiles) -> None:
    other = moved(1, 1, 21, 142, value_after=samples.status(142, 12))
    reading = read_files(dump(page("leads", lead(1, 142, pipeline_id=12)), page("events", other)))
    frame = reading.tables["stages"].collect().sort("entered_at")
    assert frame.select("pipeline", "stage").rows() == [
        ("Кухни", "Заявка получена"),
        ("Сервис", "Успешно реализовано"),
    ]


def test_activities_and_other_events(read_files: ReadFiles) -> None:
    kinds = [
        "incoming_call",
        "outgoing_call",
        "outgoing_chat_message",
        "task_completed",
        "robot_replied",
        "name_field_changed",
    ]
    events = [event(kind, 1, i) for i, kind in enumerate(kinds)]
    contact = event("incoming_call", 98, 1, entity_type="contact")
    reading = read_files(dump(page("leads", lead(1)), page("events", *events, contact)))
    activities = reading.tables["activities"].collect()
    assert activities["kind"].to_list() == ["call_in", "call_out", "message_out", "task"]
    assert problems(reading) == {"ignored not-a-deal": 1, "ignored other-event": 2}
    assert reading.files[0].rows == 7


def test_pages_overlap_and_deleted_leads_take_their_events_along(read_files: ReadFiles) -> None:
    change = moved(1, 1, 21, 22)
    events = [page("events", change, moved(2, 1, 21, 22)), page("events", change)]
    reading = read_files(dump(page("leads", lead(1, 22), lead(2, 22, is_deleted=True)), events))
    assert history(reading) == [("1", "Заявка получена", 0), ("1", "Замер сделан", 1)]
    assert problems(reading) == {"duplicate duplicate-event": 1, "ignored deleted-deal": 2}


def test_every_row_of_a_dump_is_in_one_bucket(read_files: ReadFiles) -> None:
    events = [
        moved(1, 1, 21, 22), moved(1, 1, 21, 22), event("outgoing_call", 1, 2), event("lead_added", 5, 0),
        moved(1, 2, 22, 21, value_after={}), moved(1, 3, 22, 21, created_at="yesterday"), None, [], 7,
    ]  # fmt: skip
    leads = [lead(1), lead(2, created_at=None), lead(3, price={"sum": 1}), lead(4, status_id=[142]), "lead"]
    reading = read_files(dump(page("leads", *leads), page("events", *events)))
    for file in reading.files:
        tables = [reading.tables[name] for name in (file.table, *file.also) if name in reading.tables]
        accepted = sum(frame.filter(pl.col("file") == file.number).collect().height for frame in tables)
        others = reading.refused.filter("primary", pl.col("file") == file.number).height
        assert file.table == "" or accepted + others == file.rows
    assert problems(reading) == {
        "duplicate duplicate-event": 1,
        "ignored first-stage-unknown": 1,
        "rejected bad-amount": 1,
        "rejected bad-value": 7,
        "rejected missing-value": 1,
    }


@pytest.mark.parametrize(
    "shape",
    [
        lambda items: text(page("leads", *items)),
        text,
        lambda items: text([page("leads", item) for item in items]),
        lambda items: "\n".join(text(item) for item in items),
        lambda items: "\n".join(text(page("leads", item)) for item in items),
        lambda items: text({"leads": items}),
        lambda items: "\ufeff" + json.dumps(page("leads", *items), indent=2),
    ],
)
def test_every_way_of_saving_pages(read_files: ReadFiles, shape: object) -> None:
    assert callable(shape)
    reading = read_files(dump(None) | {"leads.json": shape([lead(1), lead(2)])})
    assert reading.tables["deals"].collect()["deal_id"].to_list() == ["1", "2"]


def test_events_tell_the_history_of_a_csv_export(read_files: ReadFiles) -> None:
    events = page("events", moved(104, 7, 21, 22), event("lead_added", 104, 6.375))
    files = dump(None, events)
    reading = read_files({**files, "deals.csv": samples.RUSSIAN_B})
    assert history(reading) == [("104", "Заявка получена", 6.375), ("104", "Замер сделан", 7)]
    assert len(reading.tables["deals"].collect()) == 3


def test_the_incoming_stage_is_kept_for_the_deals_of_a_csv_export(read_files: ReadFiles) -> None:
    text = samples.RUSSIAN_B.replace("Замер сделан", "Неразобранное")
    reading = read_files({**dump(None), "deals.csv": text})
    assert reading.pipelines[0].stages[0] == "Неразобранное"


@pytest.mark.parametrize("missing", ["pipelines", "users", "loss_reasons"])
def test_a_missing_dictionary_is_named_with_its_address(read_files: ReadFiles, missing: str) -> None:
    files = dump(page("leads", lead(1, 143, loss_reason_id=1)), loss_reasons=samples.REASONS)
    del files[f"{missing}.json"]
    with pytest.raises(SourceError, match="missing-dictionary") as caught:
        read_files(files)
    (finding,) = caught.value.findings
    assert f"{missing}.json" in finding.hint
    assert "/api/v4/" in finding.hint
    assert finding.place.path.endswith("leads.json")


def test_names_that_are_gone_bear_their_ids(read_files: ReadFiles) -> None:
    reading = read_files(dump(page("leads", lead(1, 77, responsible_user_id=8))))
    (row,) = reading.tables["deals"].collect().rows(named=True)
    assert (row["stage"], row["owner"]) == ("#77", "#8")


def test_custom_fields_tell_source_and_reason(read_files: ReadFiles) -> None:
    fields = [
        {"field_name": "utm_source", "values": [{"value": "yandex"}]},
        {"field_name": "Источник сделки", "values": [{"value": "сайт"}]},
        {"field_name": "Причина отказа", "values": [{"value": "Дорого"}]},
        {"field_name": "Сегмент", "values": [{"value": "B2C"}]},
        {"field_name": "Температура", "values": [{"value": "горячее некуда"}]},
        {"field_name": "Цена по прайсу", "values": [{"value": "1 200"}]},
        {"field_name": "Телефон", "values": [{"value": "+79161234567"}]},
    ]
    reading = read_files(dump(page("leads", lead(1, custom_fields_values=fields))))
    (row,) = reading.tables["deals"].collect().rows(named=True)
    assert (row["source"], row["loss_reason"]) == ("сайт", "Дорого")
    assert (row["segment"], row["temperature"], row["list_price"]) == ("b2c", None, 1200.0)


def test_an_embedded_reason_needs_no_dictionary(read_files: ReadFiles) -> None:
    told = {"loss_reason": [{"id": 1, "name": "Дорого"}]}
    reading = read_files(dump(page("leads", lead(1, 143, loss_reason_id=1, _embedded=told))))
    assert reading.tables["deals"].collect()["loss_reason"].to_list() == ["Дорого"]


def test_half_a_surrogate_pair_rejects_its_row(read_files: ReadFiles) -> None:
    leads = json.dumps(page("leads", lead(1, name="\ud800"), lead(2, name="🙂")))
    reading = read_files(dump(None) | {"leads.json": leads})
    assert reading.tables["deals"].collect()["deal_id"].to_list() == ["2"]
    assert refused(reading.refused) == [(1, "rejected", "encoding")]


def test_documents_that_are_known_but_not_needed_are_counted(read_files: ReadFiles) -> None:
    contacts = page("contacts", {"id": 99, "name": "Иван", "first_name": "Иван", "last_name": ""})
    reading = read_files(dump(page("leads", lead(1)), contacts=contacts))
    assert problems(reading) == {"ignored not-needed": 1}


@pytest.mark.parametrize(
    "document", [{}, [], 7, "x", {"a": 1}, [1, 2], [{"id": 1, "title": "x"}], {"_embedded": 3}]
)
def test_documents_of_others_are_not_taken(document: object) -> None:
    assert AMOCRM_API.match(document).missing
