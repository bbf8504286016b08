"""Pipedrive's exports of deals, with prefixed headers and plain ones."""

from __future__ import annotations

import io

import hubspot_samples
import pipedrive_samples as samples
import polars as pl
import pytest
import xlsxwriter
from files_by_hand import ReadFiles, refused

from funnelbook.errors import SourceError
from funnelbook.model.reading import Reading
from funnelbook.sources.pipedrive.headers import NAMES

BERLIN = {"zone": "Europe/Berlin"}
PRIVATE = ("Secret", "Jane", "4930123456")


def deals(reading: Reading) -> dict[str, dict[str, object]]:
    return {row["deal_id"]: row for row in reading.tables["deals"].collect().rows(named=True)}


@pytest.mark.parametrize("text", [samples.PREFIXED, samples.PLAIN])
def test_both_forms_of_the_header_become_the_same_deals(read_files: ReadFiles, text: str) -> None:
    reading = read_files({"a.csv": text}, **BERLIN)
    assert (reading.files[0].reader, reading.files[0].rows, refused(reading.refused)) == ("Pipedrive deals", 4, [])
    won, lost, opened, other = deals(reading).values()
    assert (won["status"], won["stage"], won["temperature"]) == ("won", "Contract", "hot")
    assert str(won["closed_at"]) == "2026-02-01 09:00:00+00:00"
    assert (lost["status"], lost["stage"], lost["temperature"]) == ("lost", "Offer", None)
    assert (lost["loss_reason"], lost["currency"], lost["value"]) == ("Price", "USD", 500.0)
    assert (opened["status"], opened["value"], opened["closed_at"], opened["temperature"]) == (
        "open", None, None, "cold",
    )  # fmt: skip
    assert (other["pipeline"], other["stage"], other["owner"]) == ("Renewals (EU)", "Offer", "Bob")


def test_it_tells_of_the_same_account_what_hubspot_tells(read_files: ReadFiles) -> None:
    ours, theirs = (
        deals(read_files({"a.csv": text}, **BERLIN)) for text in (samples.PREFIXED, hubspot_samples.LABELS)
    )
    same = ("created_at", "closed_at", "status", "value", "currency", "owner", "source", "pipeline", "loss_reason")
    for number, deal in theirs.items():
        assert {name: ours[number][name] for name in same} == {name: deal[name] for name in same}


def test_a_deal_that_was_won_and_then_lost_is_closed_when_it_was_lost(read_files: ReadFiles) -> None:
    lost = deals(read_files({"a.csv": samples.PREFIXED}, **BERLIN))["12"]
    assert str(lost["closed_at"]) == "2026-02-10 07:00:00+00:00"


def test_deals_in_the_bin_are_ignored_and_counted(read_files: ReadFiles) -> None:
    reading = read_files({"a.csv": samples.PREFIXED.replace("VIP,lost", "VIP,Deleted")})
    assert refused(reading.refused) == [(3, "ignored", "deleted-deal")]
    assert list(deals(reading)) == ["11", "13", "14"]


def test_a_status_that_nobody_knows_rejects_its_row(read_files: ReadFiles) -> None:
    reading = read_files({"a.csv": samples.PREFIXED.replace("VIP,lost", "VIP,gone")})
    assert refused(reading.refused) == [(3, "rejected", "bad-value")]


@pytest.mark.parametrize(
    ("header", "cell", "stage", "pipeline"),
    [
        ("Stage (pipeline)", "Offer (Sales)", "Offer", "Sales"),
        ("Stage (pipeline)", "Offer", "Offer", None),
        ("Stage (pipeline),Pipeline", "Offer (Sales),Sales", "Offer", "Sales"),
        ("Stage (pipeline),Pipeline", "Offer (sent),Sales", "Offer (sent)", "Sales"),
        ("Stage", "Offer (sent)", "Offer (sent)", None),
    ],
)
def test_a_stage_may_have_its_pipeline_behind_it(
    read_files: ReadFiles, header: str, cell: str, stage: str, pipeline: str | None
) -> None:
    text = f"ID,Deal created,Status,{header}\n1,2026-01-05,open,{cell}\n"
    found = deals(read_files({"a.csv": text}))["1"]
    assert (found["stage"], found["pipeline"]) == (stage, pipeline)


def test_customers_stay_outside(read_files: ReadFiles) -> None:
    reading = read_files({"a.csv": samples.PREFIXED})
    told = str(reading.tables["deals"].collect().rows())
    assert not [word for word in PRIVATE if word in told]


def test_a_header_in_another_language_is_told_the_nearest_reader_and_what_to_do(read_files: ReadFiles) -> None:
    german = samples.PREFIXED.replace("Deal - Status", "Deal - Zustand")
    with pytest.raises(SourceError, match="Pipedrive deals lacks Deal - Status") as caught:
        read_files({"a.csv": german})
    assert "map its columns in [[sources]]" in caught.value.findings[0].hint


def test_no_name_stands_for_two_fields() -> None:
    names = [name.casefold() for aliases in NAMES.values() for name in aliases]
    assert len(names) == len(set(names))


def test_a_workbook_with_typed_cells_tells_the_same(read_files: ReadFiles) -> None:
    plain = deals(read_files({"a.csv": samples.PREFIXED}, **BERLIN))
    frame = pl.read_csv(samples.PREFIXED.encode(), infer_schema_length=None)
    times = [name for name in frame.columns if name.endswith((" time", " created", " closed on"))]
    frame = frame.with_columns(pl.col(times).str.to_datetime("%Y-%m-%d %H:%M:%S"))
    book = io.BytesIO()
    with xlsxwriter.Workbook(book) as workbook:
        frame.write_excel(workbook)
    reading = read_files({"a.csv": "deal_id,stage,entered_at\n", "b.xlsx": book.getvalue()}, **BERLIN)
    untold = ("file", "row", "contact_id")
    assert [{name: row[name] for name in row if name not in untold} for row in deals(reading).values()] == [
        {name: row[name] for name in row if name not in untold} for row in plain.values()
    ]
