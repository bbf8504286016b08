"""Dumps of Pipedrive's flow give the exported deals their history."""

from __future__ import annotations

import json

import polars as pl
import pytest
from files_by_hand import ReadFiles, refused
from pipedrive_samples import FLOWS, PREFIXED, answer, change

from funnelbook.errors import SourceError
from funnelbook.model.reading import Reading

BERLIN = {"zone": "Europe/Berlin"}
FILES = {f"flow-{deal}.json": json.dumps(flow) for deal, flow in FLOWS.items()}
TOLD = [
    ("11", "Appointment", None, "01-05 08:30"),
    ("11", "Contract", None, "01-20 11:00"),
    ("12", "Appointment", None, "01-06 09:00"),
    ("12", "Offer", None, "01-15 09:00"),
    ("13", "Appointment", None, "02-03 10:00"),
    ("13", "Offer", None, "02-12 09:00"),
    ("14", "Appointment", "Sales Pipeline", "02-04 10:00"),
    ("14", "Offer", "Renewals (EU)", "02-05 10:00"),
]


def walks(reading: Reading, deal: str = "") -> list[tuple[object, ...]]:
    found = reading.tables["stages"].collect().sort("deal_id", "entered_at", maintain_order=True)
    told = found.select("deal_id", "stage", "pipeline", pl.col("entered_at").dt.strftime("%m-%d %H:%M")).rows()
    return [row for row in told if deal in ("", row[0])]


def read(read_files: ReadFiles, *items: dict[str, object]) -> Reading:
    return read_files({"deals.csv": PREFIXED, "flow.json": json.dumps(answer(list(items)))}, **BERLIN)


def test_each_change_is_an_entry_and_the_first_tells_the_beginning(read_files: ReadFiles) -> None:
    reading = read_files({"deals.csv": PREFIXED, **FILES}, **BERLIN)
    assert walks(reading) == TOLD


def test_every_item_is_accounted_for(read_files: ReadFiles) -> None:
    reading = read_files({"deals.csv": PREFIXED, **FILES}, **BERLIN)
    flows = [each for each in reading.files if each.reader == "Pipedrive flow"]
    assert [(each.rows, each.table) for each in flows] == [
        (3, "stages"),
        (1, "stages"),
        (2, "stages"),
        (2, "stages"),
    ]
    assert [each.remarks for each in flows] == [(), (), (("bulk-edit", 1),), ()]
    assert refused(reading.refused) == [
        (1, "ignored", "other-event"),
        (3, "ignored", "other-event"),
        (2, "ignored", "other-event"),
        (2, "ignored", "change-of-pipeline"),
    ]


@pytest.mark.parametrize("shape", ["one array", "pages in an array", "lines", "lines of pages"])
def test_items_and_pages_in_any_wrapping_tell_the_same(read_files: ReadFiles, shape: str) -> None:
    items = [item for flow in FLOWS.values() for item in flow["data"]]
    text = {
        "one array": json.dumps(items),
        "pages in an array": json.dumps(list(FLOWS.values())),
        "lines": "\n".join(map(json.dumps, items)),
        "lines of pages": "\n".join(map(json.dumps, FLOWS.values())),
    }[shape]
    assert walks(read_files({"deals.csv": PREFIXED, "flow.json": text}, **BERLIN)) == TOLD


def test_a_deal_that_never_changed_its_stage_began_where_it_stands(read_files: ReadFiles) -> None:
    reading = read(read_files, change(1, 13, "2026-02-04 09:00:00", "user_id", "5", "Bob", "6", "Ann"))
    assert walks(reading) == [("13", "Offer", None, "02-03 10:00")]


def test_changes_within_one_second_stay_in_order(read_files: ReadFiles) -> None:
    at = "2026-01-15 09:00:00"
    items = [
        change(3, 12, at, "stage_id", "3", "Contract", "2", "Offer"),
        change(2, 12, at, "stage_id", "1", "Appointment", "3", "Contract"),
    ]
    assert [stage for _, stage, *_ in walks(read(read_files, *items))] == ["Appointment", "Contract", "Offer"]


def test_overlapping_pages_and_damaged_items_are_counted(read_files: ReadFiles) -> None:
    again = change(1, 12, "2026-01-15 09:00:00", "stage_id", "1", "Appointment", "2", "Offer")
    undated = change(2, 12, "soon", "stage_id", "1", "Appointment", "2", "Offer")
    nowhere = change(3, 12, "2026-01-16 09:00:00", "stage_id", "2", "Offer", "", "")
    nobody = change(4, 12, "2026-01-16 09:00:00", "stage_id", "2", "Offer", "3", "Contract", item_id=None)
    reading = read(read_files, again, again, undated, nowhere, nobody)
    assert refused(reading.refused) == [
        (2, "duplicate", "duplicate-event"),
        (3, "rejected", "bad-date"),
        (4, "rejected", "missing-value"),
        (5, "rejected", "missing-value"),
    ]


def test_a_stage_without_a_name_bears_its_id(read_files: ReadFiles) -> None:
    item = change(1, 12, "2026-01-15 09:00:00", "stage_id", "1", "", "2", "", additional_data=None)
    assert [stage for _, stage, *_ in walks(read(read_files, item))] == ["#1", "#2"]


def test_a_page_without_the_next_one_is_an_error(read_files: ReadFiles) -> None:
    item = change(2, 12, "2026-01-15 09:00:00", "stage_id", "1", "Appointment", "2", "Offer")
    cut = answer([item], more_items_in_collection=True, next_start=100)
    with pytest.raises(SourceError, match="go on at 100"):
        read_files({"deals.csv": PREFIXED, "a.json": json.dumps(cut)}, **BERLIN)


def test_pages_of_several_files_are_one_flow(read_files: ReadFiles) -> None:
    newer = change(2, 12, "2026-01-15 09:00:00", "stage_id", "2", "Offer", "3", "Contract")
    older = change(1, 12, "2026-01-10 09:00:00", "stage_id", "1", "Appointment", "2", "Offer")
    first = answer([newer], more_items_in_collection=True, next_start=100)
    second = answer([older], start=100, more_items_in_collection=False)
    files = {"deals.csv": PREFIXED, "a.json": json.dumps(first), "b.json": json.dumps(second)}
    assert [stage for _, stage, *_ in walks(read_files(files, **BERLIN))] == ["Appointment", "Offer", "Contract"]


def test_a_document_of_two_systems_names_both(read_files: ReadFiles) -> None:
    lead = {"id": 1, "pipeline_id": 2, "status_id": 3}
    with pytest.raises(SourceError, match="it holds items of amoCRM API and Pipedrive flow"):
        read_files({"deals.csv": PREFIXED, "a.json": json.dumps([lead, *FLOWS[12]["data"]])})


def test_a_document_of_no_system_is_told_whose_are_read(read_files: ReadFiles) -> None:
    with pytest.raises(SourceError, match="nobody knows this JSON document") as caught:
        read_files({"deals.csv": PREFIXED, "a.json": "{}"})
    assert "Pipedrive flow" in caught.value.findings[0].hint
