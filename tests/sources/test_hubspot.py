"""HubSpot exports: labels and internal names tell the same deals and the same history."""

from __future__ import annotations

import io

import hubspot_samples as samples
import polars as pl
import pytest
import xlsxwriter
from files_by_hand import ReadFiles, refused

from funnelbook.errors import SourceError
from funnelbook.model.reading import Reading
from funnelbook.sources.hubspot.headers import NAMES
from funnelbook.sources.hubspot.stages import stage_dates
from funnelbook.sources.stage_names import Seen

PRIVATE = ("Secret", "4930123456")
NOBODY = Seen()
BERLIN = {"zone": "Europe/Berlin"}


def deals(reading: Reading) -> dict[str, dict[str, object]]:
    return {row["deal_id"]: row for row in reading.tables["deals"].collect().rows(named=True)}


def walks(reading: Reading) -> list[tuple[object, ...]]:
    found = reading.tables["stages"].collect()
    return found.select(
        "row", "deal_id", "stage", "pipeline", pl.col("entered_at").dt.strftime("%m-%d %H:%M")
    ).rows()


def test_labels_become_deals(read_files: ReadFiles) -> None:
    reading = read_files({"a.csv": samples.LABELS}, **BERLIN)
    assert (reading.files[0].reader, reading.files[0].rows, refused(reading.refused)) == ("HubSpot deals", 4, [])
    found = deals(reading)
    won, lost, opened, other = (found[number] for number in ("11", "12", "13", "14"))
    assert str(won["created_at"]) == "2026-01-05 08:30:00+00:00"
    assert str(won["closed_at"]) == "2026-02-01 09:00:00+00:00"
    assert (won["status"], won["stage"], won["pipeline"], won["owner"]) == (
        "won",
        "Closed Won",
        "Sales Pipeline",
        "Ann",
    )
    assert (won["value"], won["currency"], won["source"]) == (1000.0, "EUR", "Paid Search")
    assert (lost["status"], lost["currency"], lost["loss_reason"]) == ("lost", "USD", "Price")
    assert (opened["status"], opened["value"], opened["source"], opened["contact_id"]) == ("open", None, None, None)
    assert (other["pipeline"], other["stage"], other["status"]) == ("Renewals (EU)", "Offer", "open")


def test_the_close_date_of_an_open_deal_is_no_closing(read_files: ReadFiles) -> None:
    found = deals(read_files({"a.csv": samples.LABELS}, **BERLIN))
    assert [found[number]["closed_at"] for number in ("13", "14")] == [None, None]


def test_each_filled_date_of_a_stage_is_an_entry_in_its_pipeline(read_files: ReadFiles) -> None:
    reading = read_files({"a.csv": samples.LABELS}, **BERLIN)
    sales = "Sales Pipeline"
    assert walks(reading) == [
        (2, "11", "Appointment", sales, "01-05 08:30"),
        (2, "11", "Contract", sales, "01-20 11:00"),
        (2, "11", "Closed Won", sales, "02-01 09:00"),
        (3, "12", "Appointment", sales, "01-06 09:00"),
        (3, "12", "Offer", sales, "01-15 09:00"),
        (3, "12", "Closed Lost", sales, "02-10 07:00"),
        (4, "13", "Appointment", sales, "02-03 10:00"),
        (4, "13", "Offer", sales, "02-12 09:00"),
        (5, "14", "Offer", "Renewals (EU)", "02-04 10:00"),
    ]


def test_internal_names_of_both_generations_tell_the_same(read_files: ReadFiles) -> None:
    labels, names = (read_files({"a.csv": text}, **BERLIN) for text in (samples.LABELS, samples.NAMES))
    told = ("created_at", "closed_at", "status", "value", "currency", "owner", "loss_reason")
    for number, deal in deals(labels).items():
        assert [deals(names)[number][name] for name in told] == [deal[name] for name in told]
    assert [(row[1], row[4]) for row in walks(names)] == [(row[1], row[4]) for row in walks(labels)]
    ids = [row[2] for row in walks(names)]
    assert ids[:2] == ["appointmentscheduled", "d2a08d6f-cc04-4423-9215-594fe682e538"]
    assert (ids[4], ids[-1]) == ("offer77", "990011")


def test_customers_and_what_is_not_needed_stay_outside(read_files: ReadFiles) -> None:
    reading = read_files({"a.csv": samples.LABELS}, **BERLIN)
    told = str(reading.tables["deals"].collect().rows()) + str(reading.tables["stages"].collect().rows())
    assert not [word for word in PRIVATE if word in told]
    assert reading.unknown_columns[0] == (
        "Deal Name",
        'Cumulative time in "Offer (Sales Pipeline)"',
        "Phone Number",
    )


def test_semicolons_a_mark_of_byte_order_and_any_case_change_nothing(read_files: ReadFiles) -> None:
    plain = read_files({"a.csv": samples.LABELS}, **BERLIN)
    header, *rows = samples.LABELS.replace("501;502", "501").split("\n")
    header = (
        header.replace("Record ID", "RECORD ID").replace("Deal owner", "deal OWNER").replace("Date e", "DATE E")
    )
    text = "\ufeff" + "\n".join([header, *rows]).replace(",", ";")
    other = read_files({"a.csv": text}, **BERLIN)
    assert walks(other) == walks(plain)
    assert deals(other) == deals(plain)


def test_a_workbook_with_true_dates_tells_the_same(read_files: ReadFiles) -> None:
    plain = read_files({"a.csv": samples.LABELS}, **BERLIN)
    frame = pl.read_csv(samples.LABELS.encode(), null_values=["(No value)"], infer_schema_length=None)
    dates = [name for name in frame.columns if "Date" in name]
    frame = frame.with_columns(pl.col(dates).cast(pl.String).str.to_datetime("%Y-%m-%d %H:%M"))
    book = io.BytesIO()
    with xlsxwriter.Workbook(book) as workbook:
        frame.write_excel(workbook)
    reading = read_files({"a.csv": "deal_id,stage,entered_at\n", "b.xlsx": book.getvalue()}, **BERLIN)
    found = reading.tables["stages"].collect()
    assert found["entered_at"].to_list() == plain.tables["stages"].collect()["entered_at"].to_list()
    own = ("status", "created_at", "closed_at", "value", "stage")
    assert [[row[name] for name in own] for row in deals(reading).values()] == [
        [row[name] for name in own] for row in deals(plain).values()
    ]


def test_a_date_of_a_stage_that_cannot_be_read_rejects_its_row(read_files: ReadFiles) -> None:
    text = samples.LABELS.replace("2026-02-12 10:00,2026-02-12 10:00", "2026-02-12 10:00,soon")
    reading = read_files({"a.csv": text}, **BERLIN)
    assert refused(reading.refused) == [(4, "rejected", "bad-date")]
    assert "13" not in deals(reading)
    assert {row[1] for row in walks(reading)} == {"11", "12", "14"}


def test_a_flag_that_says_neither_rejects_its_row(read_files: ReadFiles) -> None:
    reading = read_files({"a.csv": samples.LABELS.replace("Price,false", "Price,maybe")}, **BERLIN)
    assert refused(reading.refused) == [(3, "rejected", "bad-value")]


@pytest.mark.parametrize(
    ("flags", "status"),
    [
        ("Is Closed Won,true", "won"),
        ("Is closed lost,yes", "lost"),
        ("Is Deal Closed?,no", "open"),
        ("Is Closed Won,false", None),
        ("hs_is_closed,TRUE", None),
        ("Other,", None),
    ],
)
def test_one_flag_alone_tells_what_it_says_and_no_more(
    read_files: ReadFiles, flags: str, status: str | None
) -> None:
    name, value = flags.split(",")
    text = f"Record ID,Create Date,Deal Stage,Close Date,{name}\n1,2026-01-05,Ended,2026-01-04,{value}\n"
    assert deals(read_files({"a.csv": text}))["1"]["status"] == status


def test_without_flags_hubspots_own_closings_tell_and_a_date_ahead_is_a_forecast(read_files: ReadFiles) -> None:
    text = (
        "Record ID,Create Date,Deal Stage,Close Date\n1,2026-01-05,Closed Won,2026-02-01\n"
        "2,2026-01-06,Verloren,2026-01-20\n3,2026-01-07,Offer,2026-12-31\n"
    )
    found = deals(read_files({"a.csv": text}))
    assert [row["status"] for row in found.values()] == ["won", None, None]
    assert [str(row["closed_at"])[:10] for row in found.values()] == ["2026-01-31", "2026-01-19", "None"]


def test_amounts_of_two_currencies_are_never_mixed(read_files: ReadFiles) -> None:
    rows = "Record ID,Create Date,Deal Stage,Amount,Amount in company currency{}\n1,2026-01-05,Offer,110,100{}\n"
    own = deals(read_files({"a.csv": rows.format(",Currency", ",USD")}))["1"]
    home = deals(read_files({"a.csv": rows.format("", "")}))["1"]
    assert (own["value"], own["currency"]) == (110.0, "USD")
    assert (home["value"], home["currency"]) == (100.0, None)


def test_a_header_without_an_id_is_told_what_it_lacks(read_files: ReadFiles) -> None:
    with pytest.raises(SourceError, match="HubSpot deals lacks Record ID") as caught:
        read_files({"a.csv": samples.LABELS.replace("Record ID", "Nummer")})
    assert "[[sources]]" in caught.value.findings[0].hint


def test_of_a_repeated_column_the_first_counts_and_that_is_noted(read_files: ReadFiles) -> None:
    text = "Record ID,Create Date,Deal Stage,Pipeline,Pipeline\n1,2026-01-05,Offer,A,B\n"
    reading = read_files({"a.csv": text})
    assert deals(reading)["1"]["pipeline"] == "A"
    assert "repeated column: pipeline" in reading.files[0].notes


def test_stages_with_parentheses_of_their_own() -> None:
    seen = Seen.of(pl.DataFrame({"stage": ["Offer (sent)", "Talk"], "pipeline": ["Sales", "Sales (EU)"]}))
    names = [
        'Date entered "Offer (sent)"',
        'Date entered "Talk (Sales (EU))"',
        'Date entered "(odd"',
        "Date entered",
    ]
    found = [(each.stage, each.pipeline) for each in stage_dates(names, seen)]
    assert found == [("Offer (sent)", None), ("Talk", "Sales (EU)"), ("(odd", None)]


def test_a_number_behind_an_id_is_cut_only_where_one_stage_has_it() -> None:
    names = ["hs_v2_date_entered_won_17", "hs_v2_date_entered_step_1", "hs_v2_date_entered_step_2"]
    assert [each.stage for each in stage_dates(names, NOBODY)] == ["won", "step_1", "step_2"]


def test_entries_at_one_time_stand_in_the_order_of_leaving(read_files: ReadFiles) -> None:
    text = (
        "Record ID,Create Date,Deal Stage,"
        '"Date entered ""B""","Date exited ""B""","Date entered ""A""","Date exited ""A"""\n'
        "1,2026-01-05 10:00,B,2026-01-05 10:00,,2026-01-05 10:00,2026-01-05 10:00\n"
    )
    assert [row[2] for row in walks(read_files({"a.csv": text}))] == ["A", "B"]


def test_no_name_stands_for_two_fields() -> None:
    names = [name.casefold() for aliases in NAMES.values() for name in aliases]
    assert len(names) == len(set(names))


def test_a_slip_in_a_header_is_told_the_nearest_word(read_files: ReadFiles) -> None:
    with pytest.raises(SourceError) as caught:
        read_files({"a.csv": samples.LABELS.replace("Create Date", "Creat Date")})
    assert "is Creat Date its Create Date?" in caught.value.findings[0].hint
